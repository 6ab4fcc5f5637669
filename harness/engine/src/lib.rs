//! What conformance is: subjects, judging, expectations, the run log.
//!
//! How a case is processed: a vector becomes a [`Question`](sigv4_protocol::Question); [`run`] asks
//! a [`subject::Subject`]; [`judge`] compares the answer with the vector's expectation and says
//! where they differ; [`expectations`] says whether that was expected; [`log`] records it. Every
//! report is rendered from the log alone.
//!
//! ```
//! use sigv4_conformance::judge::{Verdict, judge};
//! use sigv4_conformance::subject::Reference;
//! use sigv4_protocol::{InProcess as _, Question};
//! use sigv4_vectors::Vectors;
//!
//! let mut subject = Reference::new();
//! let case = Vectors::embedded().case("official/sigv4/header/get-vanilla").expect("a case");
//! let answer = subject.answer(&Question::of(case));
//! assert_eq!(judge(case, &Ok(answer)).verdict, Verdict::Exact);
//! ```
//!
//! To test a signer of your own project, begin with [`gate`].

#[cfg(feature = "capture")]
pub mod capture;
mod clock;
pub mod expectations;
pub mod explain;
pub mod forge;
pub mod gate;
pub mod judge;
pub mod kill_matrix;
pub mod log;
pub mod matrix;
pub mod power;
pub mod properties;
pub mod relatives;
pub mod run;
pub mod search;
pub mod selection;
pub mod server;
pub mod subject;
