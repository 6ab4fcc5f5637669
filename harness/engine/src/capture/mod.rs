//! A loopback endpoint with known keys that judges what a live client sends.
//!
//! Below the HTTP library, `tap` keeps the bytes of each request as they arrive; `judge` says
//! whether the signature is right; `answers` and `s3` answer so that the client carries on;
//! `record` finds out what is wrong, and `report` counts.

mod answers;
mod aws_chunked;
mod environment;
mod exchange;
mod form;
mod framing;
mod head;
mod judge;
mod keys;
mod parameters;
mod problem;
mod record;
mod report;
mod s3;
mod server;
mod tap;
mod tls;
mod verdict;
mod xml;

pub use environment::{MISLEADING, trusted, variables};
pub use keys::{Key, Keys, KeysError};
pub use problem::Problem;
pub use record::{Observer, RecordError};
pub use report::{Finding, Observed, Report, Smallest};
pub use server::{CaptureError, Endpoint, Settings};
pub use tap::Limits;
pub use verdict::Verdict;
