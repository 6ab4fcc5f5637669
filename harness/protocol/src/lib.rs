//! Protocol 1 of the harness (`harness/PROTOCOL.md`): what the author of an adapter in Rust needs.
//!
//! The harness asks a [`Question`] a line, the adapter gives an [`Answer`] a line. An implementation
//! becomes an adapter by [`InProcess`], a function from question to answer with an [`Identity`], and
//! [`serve`], which puts it behind standard input and output.

mod answer;
mod digits;
pub mod hex;
mod identity;
pub mod lines;
mod question;
mod sent;
mod serve;
mod stage;
mod subject;

pub use answer::{Answer, DerivedKeys, SentRequest, SignedAnswer, StagesShown};
pub use digits::Digits;
pub use identity::{Identity, Mode, Role};
pub use question::{
    KeyQuestion, Question, SequenceQuestion, SignQuestion, StoredKey, VerifyQuestion,
};
pub use sent::Sent;
pub use serve::serve;
pub use stage::Stage;
pub use subject::InProcess;
