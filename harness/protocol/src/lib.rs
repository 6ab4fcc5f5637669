//! Protocol 1 of the harness (`harness/PROTOCOL.md`): what the author of an adapter in Rust needs.
//!
//! The harness writes one [`Question`] per line, the adapter one [`Answer`] per line. To turn an
//! implementation into an adapter, implement [`InProcess`], a function from question to answer with
//! an [`Identity`], and pass it to [`serve`], which connects it to standard input and output.

mod clock;
mod digits;
pub mod hex;
mod identity;
pub mod lines;
mod operation;
mod sent;
mod serve;
mod side;
mod stage;
mod subject;
pub mod text;
mod word;

pub use clock::Clock;
pub use digits::Digits;
pub use identity::{Identity, Mode};
pub use operation::{
    Answer, Asked, ChunksAnswer, ChunksQuestion, DerivedKeys, EventsAnswer, EventsQuestion,
    KeyQuestion, LegacyAnswer, LegacyQuestion, LegacyStages, Operation, PolicyAnswer,
    PolicyQuestion, Question, Role, SentRequest, SequenceQuestion, SignQuestion, SignedAnswer,
    SignedChunk, SignedPiece, StagesShown, TokenAnswer, TokenParts, TokenQuestion, V4aQuestion,
    Variable, VerifyQuestion,
};
pub use sent::Sent;
pub use serve::serve;
pub use side::Side;
pub use stage::Stage;
pub use subject::InProcess;
pub use word::nearest;
