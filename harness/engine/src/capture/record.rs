//! What becomes of the requests once they are answered: explained, saved, counted.

use std::fs::Permissions;
use std::io::{self, Write as _};
use std::os::unix::fs::PermissionsExt as _;
use std::path::{Path, PathBuf};

use sigv4_reference::Time;
use sigv4_reference::verify::Rejection;
use sigv4_vectors::model::Request;
use tempfile::Builder;

use super::judge::Judge;
use super::report::{Observed, Report};
use super::tap::Limits;
use super::verdict::Verdict;

/// A request that was answered.
#[derive(Debug)]
pub(super) struct Answered {
    pub(super) number: u64,
    pub(super) request: Request,
    pub(super) status: u16,
    pub(super) found: Found,
    /// The head as it arrived.
    pub(super) head: Vec<u8>,
    /// The body as it arrived, where it came in chunks.
    pub(super) chunks: Vec<u8>,
}

impl Answered {
    /// The body as it arrived.
    fn body(&self) -> &[u8] {
        if self.chunks.is_empty() { &self.request.body } else { &self.chunks }
    }

    /// Writes everything that arrived to a file that `explain` reads, which must not be there yet.
    fn save(&self, folder: &Path) -> Result<(), RecordError> {
        let path = folder.join(format!("{:04}.http", self.number));
        // As for any new file, and not for this user alone.
        let permissions = Permissions::from_mode(0o666);
        let beside = Builder::new().permissions(permissions).tempfile_in(folder);
        let written = beside.and_then(|mut file| {
            file.write_all(&self.head)?;
            file.write_all(self.body())?;
            file.persist_noclobber(&path).map(drop).map_err(|error| error.error)
        });
        written.map_err(|source| RecordError::File { path, source })
    }
}

/// What is known of it.
#[derive(Debug)]
pub(super) enum Found {
    Verdict(Verdict),
    /// It was refused, and the mistake is still to be looked for.
    Rejection {
        rejection: Rejection,
        /// When it arrived.
        time: Time,
    },
}

/// A request could not be kept.
#[derive(Debug, thiserror::Error)]
pub enum RecordError {
    /// Its file could not be written.
    #[error("the file {}: {source}", path.display())]
    File {
        /// The file.
        path: PathBuf,
        /// What happened.
        source: io::Error,
    },
    /// The observer could not take it.
    #[error(transparent)]
    Observer(io::Error),
}

/// Who is told of each request that is kept, in the order in which they were answered. After an error
/// it is told of no more, and the capture ends with it.
pub type Observer = Box<dyn FnMut(&Observed) -> io::Result<()> + Send>;

/// Explains, saves and counts.
pub(super) struct Recorder {
    pub(super) judge: Judge,
    pub(super) limits: Limits,
    pub(super) folder: Option<PathBuf>,
    pub(super) observer: Observer,
}

impl Recorder {
    /// Takes all requests until there are no more.
    pub(super) fn run(
        mut self,
        requests: impl Iterator<Item = Answered>,
    ) -> Result<Report, RecordError> {
        let (mut report, mut explained, mut failure) = (Report::default(), 0, None);
        for answered in requests {
            let is_kept = report.requests < self.limits.kept && failure.is_none();
            if let Some(folder) = self.folder.as_ref().filter(|_| is_kept) {
                failure = answered.save(folder).err();
            }
            let size = answered.head.len() + answered.body().len();
            let Answered { number, request, status, found, .. } = answered;
            let verdict = match found {
                Found::Verdict(verdict) => verdict,
                Found::Rejection { rejection, time } if explained < self.limits.explained => {
                    explained += 1;
                    self.judge.examine(&request, time, &rejection)
                }
                Found::Rejection { rejection, .. } => {
                    Verdict::Unexamined { detail: rejection.to_string() }
                }
            };
            let observed = Observed { number, request, status, verdict };
            report.add(&observed, size);
            if report.requests > self.limits.kept {
                report.not_kept += 1;
            } else if failure.is_none() {
                failure = (self.observer)(&observed).map_err(RecordError::Observer).err();
            }
        }
        report.settle();
        match failure {
            None => Ok(report),
            Some(error) => Err(error),
        }
    }
}
