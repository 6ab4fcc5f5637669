//! Protocol 1 of the harness (`harness/PROTOCOL.md`): what the author of an adapter in Rust needs.
//!
//! The harness writes one [`Question`] per line, the adapter one [`Answer`] per line. To turn an
//! implementation into an adapter, implement [`InProcess`], a function from question to answer with
//! an [`Identity`], and pass it to [`serve`], which connects it to standard input and output.
//!
//! ```
//! use sigv4_protocol::{Answer, Identity, InProcess, Question, serve};
//!
//! struct MySigner(Identity);
//!
//! impl InProcess for MySigner {
//!     fn identity(&self) -> &Identity {
//!         &self.0
//!     }
//!
//!     fn answer(&mut self, question: &Question) -> Answer {
//!         match question {
//!             // Your signer goes here, and its answer is `Answer::Signed`.
//!             Question::Sign(_) => Answer::unsupported("no signer yet"),
//!             _ => Answer::unsupported("it signs, and does nothing else"),
//!         }
//!     }
//! }
//!
//! let greeting = r#"{"protocol": 1, "name": "my-signer", "roles": ["sign-header"]}"#;
//! let mut signer = MySigner(serde_json::from_str(greeting)?);
//! // An adapter has `std::io::stdin().lock()` and `std::io::stdout()` here.
//! let mut answers = Vec::new();
//! serve(&mut signer, &br#"{"op": "fly", "seq": 1}"#[..], &mut answers)?;
//! assert!(String::from_utf8(answers)?.starts_with(r#"{"seq":1,"result":"unsupported""#));
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

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
pub use lines::check_name;
pub use operation::{
    Answer, Asked, ChunksAnswer, ChunksQuestion, DerivedKeyPair, DerivedKeys, EventsAnswer,
    EventsQuestion, KeyPairQuestion, KeyQuestion, LegacyAnswer, LegacyQuestion, LegacyStages,
    Operation, PolicyAnswer, PolicyQuestion, PublicKey, Question, Role, SentRequest,
    SequenceQuestion, SignQuestion, SignedAnswer, SignedChunk, SignedPiece, StagesShown,
    TokenAnswer, TokenParts, TokenQuestion, V4aQuestion, Variable, VerifyQuestion,
};
pub use sent::Sent;
pub use serve::serve;
pub use side::Side;
pub use stage::Stage;
pub use subject::InProcess;
pub use word::nearest;
