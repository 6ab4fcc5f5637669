//! Ending a run when a signal comes, so that it still shows what it found.

use std::sync::atomic::{AtomicBool, AtomicU8, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread;
use std::time::Duration;

use crate::render::counted;
use crate::signals;

/// How long the run may take to end by itself before the adapters are ended and nothing is shown.
const GRACE: Duration = Duration::from_millis(500);

/// Whether the run was told to end.
#[derive(Clone, Debug, Default)]
pub(super) struct Interrupt {
    signal: Arc<AtomicU8>,
    is_over: Arc<AtomicBool>,
    judged: Arc<AtomicUsize>,
    failed: Arc<AtomicUsize>,
    /// What ends the subject that is being asked, and has to remove what it made first.
    stop: Arc<Mutex<Option<Arc<AtomicBool>>>>,
}

impl Interrupt {
    /// From now on, the first signal ends the run that is going on.
    pub(super) fn watched() -> Self {
        let told_to_end = signals::leave_to_the_command();
        let own = Self::default();
        let watching = own.clone();
        thread::spawn(move || {
            if let Ok(number) = told_to_end.recv() {
                watching.tell(number);
            }
        });
        own
    }

    fn tell(&self, number: i32) {
        self.signal.store(number.try_into().unwrap_or(u8::MAX), Ordering::Relaxed);
        let stop = self.stop.lock().unwrap_or_else(PoisonError::into_inner).clone();
        if let Some(stop) = stop {
            stop.store(true, Ordering::Relaxed);
            anstream::eprintln!("interrupted: removing the objects of this run");
            return;
        }
        thread::sleep(GRACE);
        if !self.is_over.load(Ordering::Relaxed) {
            let judged = counted(self.judged.load(Ordering::Relaxed), "case");
            let failed = counted(self.failed.load(Ordering::Relaxed), "unexpected verdict");
            anstream::eprintln!("interrupted: {judged} judged, {failed}");
            signals::end(number);
        }
    }

    /// Another case was judged.
    pub(super) fn judged(&self, has_failed: bool) {
        self.judged.fetch_add(1, Ordering::Relaxed);
        self.failed.fetch_add(usize::from(has_failed), Ordering::Relaxed);
    }

    /// What the next signal sets, if there is anything.
    pub(super) fn stops(&self, stop: Option<Arc<AtomicBool>>) {
        *self.stop.lock().unwrap_or_else(PoisonError::into_inner) = stop;
    }

    /// The signal, if one came.
    pub(super) fn signal(&self) -> Option<u8> {
        Some(self.signal.load(Ordering::Relaxed)).filter(|signal| *signal > 0)
    }

    /// The run has ended: what was found may be shown, however long that takes.
    pub(super) fn over(&self) {
        self.is_over.store(true, Ordering::Relaxed);
    }
}
