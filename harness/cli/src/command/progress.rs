//! How far a run is: a bar on a terminal, else a line now and then.

use std::io::{IsTerminal as _, stderr};
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use indicatif::{ProgressBar, ProgressStyle};

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
