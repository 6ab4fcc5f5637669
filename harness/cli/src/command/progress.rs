//! How far a run is: a bar on a terminal, else a line now and then; and what other work is at, on a
//! terminal alone.

use std::io::{IsTerminal as _, stderr};
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::mpsc::{RecvTimeoutError, channel};
use std::thread;
use std::time::{Duration, Instant};

use indicatif::{ProgressBar, ProgressStyle};

/// What takes less time is not worth a word.
const SOON: Duration = Duration::from_millis(500);
/// How often a message is written again.
const TICK: Duration = Duration::from_millis(100);

/// Does the work. On a terminal, says meanwhile what it is at, unless it ends soon.
pub(super) fn watched<R>(message: impl Fn() -> String + Sync, work: impl FnOnce() -> R) -> R {
    if !stderr().is_terminal() {
        return work();
    }
    thread::scope(|scope| {
        let (working, ended) = channel::<()>();
        let message = &message;
        scope.spawn(move || {
            let is_working = |time| ended.recv_timeout(time) == Err(RecvTimeoutError::Timeout);
            if !is_working(SOON) {
                return;
            }
            let bar = ProgressBar::new_spinner();
            // The template is a valid constant.
            if let Ok(style) = ProgressStyle::with_template("{spinner} {msg}") {
                bar.set_style(style);
            }
            loop {
                bar.set_message(message());
                bar.tick();
                if !is_working(TICK) {
                    break;
                }
            }
            bar.finish_and_clear();
        });
        let result = work();
        drop(working);
        result
    })
}

/// How often a line is written without a terminal.
const LINES: Duration = Duration::from_secs(15);

/// The progress of asking one subject.
pub(super) enum Progress {
    Bar(ProgressBar),
    Hidden,
    Lines { name: String, all: usize, answered: AtomicUsize, begun: Instant, last: Mutex<Instant> },
}

impl Progress {
    pub(super) fn of(all: usize, name: &str, quiet: bool) -> Self {
        if quiet {
            return Self::Hidden;
        }
        if !stderr().is_terminal() {
            let (begun, answered) = (Instant::now(), AtomicUsize::new(0));
            return Self::Lines { name: name.to_owned(), all, answered, begun, last: begun.into() };
        }
        let bar = ProgressBar::new(all as u64).with_message(name.to_owned());
        // The template is a valid constant.
        Self::Bar(match ProgressStyle::with_template("{msg} {wide_bar} {pos}/{len} {eta}") {
            Ok(style) => bar.with_style(style),
            Err(_) => bar,
        })
    }

    /// Another answer is here.
    pub(super) fn answered(&self) {
        match self {
            Self::Bar(bar) => bar.inc(1),
            Self::Hidden => {}
            Self::Lines { name, all, answered, begun, last } => {
                let count = answered.fetch_add(1, Ordering::Relaxed) + 1;
                // Another thread that writes a line right now writes it for this one, too.
                let Ok(mut last) = last.try_lock() else { return };
                if last.elapsed() >= LINES {
                    *last = Instant::now();
                    let seconds = begun.elapsed().as_secs();
                    let left = seconds * (all - count.min(*all)) as u64 / count as u64;
                    anstream::eprintln!(
                        "{name}: {count} of {all} answered in {seconds} s, about {left} s left"
                    );
                }
            }
        }
    }

    pub(super) fn ended(&self) {
        if let Self::Bar(bar) = self {
            bar.finish_and_clear();
        }
    }
}
