//! What is said of one request.

use serde::ser::SerializeMap as _;
use serde::{Serialize, Serializer};
use sigv4_mistakes::{Mistake, MistakeSet};
use sigv4_vectors::Bytes;

use crate::explain::Concealed;

/// What is said of one request.
#[derive(Clone, Debug, Eq, PartialEq)]
pub enum Verdict {
    /// The signature is right, and nothing else speaks against the request.
    Right {
        /// Whether the body comes in chunks that have signatures of their own: those are not checked.
        chunks_unchecked: bool,
        /// Whether `x-amz-content-sha256` is missing, which S3 requires of every request that is signed
        /// in a header, and other servers do not.
        payload_unstated: bool,
    },
    /// The signature is right, and a server refuses the request all the same.
    Refused {
        /// The stable word for the reason.
        reason: String,
        /// What was found and what was expected.
        detail: String,
    },
    /// The signer made one of these sets of mistakes.
    Mistaken {
        /// More than one where this request does not tell them apart.
        sets: Vec<MistakeSet>,
    },
    /// The request was signed correctly and changed before it was sent.
    Changed {
        /// What it was, and what arrived.
        what: String,
    },
    /// The path was made canonical by the rules of other services.
    OtherProfile {
        /// Whether dot segments and repeated slashes were removed.
        normalize: bool,
        /// Whether the path was encoded once more.
        double_encode: bool,
    },
    /// The signature is wrong, and no catalogued mistake gives it.
    Unexplained {
        /// What a correct signer would have as the canonical request.
        canonical_request: Vec<u8>,
    },
    /// The signature is wrong. Nobody looked for the mistake: there were too many such requests.
    Unexamined {
        /// What was found and what was expected.
        detail: String,
    },
    /// It cannot be read as a signed request, or not as a request at all.
    Unreadable {
        /// What is wrong, and what was expected.
        detail: String,
    },
    /// It is signed with a key that the endpoint does not know.
    UnknownKey {
        /// The id.
        access_key_id: String,
    },
    /// The signature is right, and of a kind that AWS replaced.
    Legacy {
        /// What it is called.
        scheme: &'static str,
    },
    /// It is signed in another way than with `AWS4-HMAC-SHA256`, and the signature is wrong.
    Related {
        /// What that way is called.
        scheme: &'static str,
        /// What the signer did; nothing where that was not found.
        what: Option<String>,
    },
    /// It carries no signature.
    Unsigned,
}

impl Verdict {
    /// The same with nothing secret in its texts.
    pub(super) fn concealing(mut self, concealed: &Concealed) -> Self {
        match &mut self {
            Self::Refused { detail: text, .. }
            | Self::Changed { what: text }
            | Self::Unexamined { detail: text }
            | Self::Related { what: Some(text), .. }
            | Self::Unreadable { detail: text } => {
                let shortened = concealed.shortened(text.as_bytes());
                *text = String::from_utf8_lossy(&shortened).into_owned();
            }
            Self::Unexplained { canonical_request } => {
                *canonical_request = concealed.shortened(canonical_request);
            }
            _ => {}
        }
        self
    }

    /// The stable word for it.
    #[must_use]
    pub fn word(&self) -> &'static str {
        match self {
            Self::Right { .. } => "right",
            Self::Refused { .. } => "right-but-refused",
            Self::Mistaken { .. }
            | Self::OtherProfile { .. }
            | Self::Related { what: Some(_), .. } => "mistaken",
            Self::Changed { .. } => "changed",
            Self::Unexplained { .. } | Self::Related { what: None, .. } => "unexplained",
            Self::Unexamined { .. } => "unexamined",
            Self::Unreadable { .. } => "unreadable",
            Self::UnknownKey { .. } => "unknown-key",
            Self::Legacy { .. } => "right-but-legacy",
            Self::Unsigned => "unsigned",
        }
    }

    /// Whether it speaks against the client.
    #[must_use]
    pub fn is_wrong(&self) -> bool {
        !matches!(self, Self::Right { .. } | Self::Unsigned | Self::Legacy { .. })
    }

    /// Whether the request claims a signature of the kind that is checked here.
    #[must_use]
    pub fn is_signed(&self) -> bool {
        !matches!(self, Self::Unsigned | Self::Unreadable { .. })
    }

    /// The ids of the mistakes, by set.
    #[must_use]
    pub fn mistakes(&self) -> Vec<Vec<&'static str>> {
        match self {
            Self::Mistaken { sets } => {
                sets.iter().map(|set| set.iter().map(Mistake::id).collect()).collect()
            }
            _ => Vec::new(),
        }
    }

    /// What is found and what was expected, in a sentence; nothing where the word says it all.
    #[must_use]
    pub fn detail(&self) -> Option<String> {
        match self {
            Self::Right { chunks_unchecked: true, .. } => {
                Some("the signatures of the chunks are not checked".to_owned())
            }
            Self::Right { payload_unstated: true, .. } => {
                Some("S3 requires x-amz-content-sha256, which is missing".to_owned())
            }
            Self::Refused { reason, detail } => Some(format!("{reason}: {detail}")),
            Self::OtherProfile { normalize, double_encode } => {
                Some(other_profile(*normalize, *double_encode).to_owned())
            }
            Self::Changed { what: detail }
            | Self::Unexamined { detail }
            | Self::Unreadable { detail } => Some(detail.clone()),
            Self::UnknownKey { access_key_id } => {
                Some(format!("no key {access_key_id:?} is known here"))
            }
            Self::Legacy { scheme } => {
                Some(format!("{scheme}: S3 and most services refuse it where they are new"))
            }
            Self::Related { scheme, what: Some(what) } => Some(format!("{scheme}: {what}")),
            Self::Related { scheme, what: None } => {
                Some(format!("{scheme}: no known mistake gives this signature"))
            }
            Self::Right { .. }
            | Self::Mistaken { .. }
            | Self::Unexplained { .. }
            | Self::Unsigned => None,
        }
    }

    /// What verdicts that say the same have in common.
    pub(super) fn kind(&self) -> String {
        let rest = match self {
            Self::Mistaken { .. } => format!("{:?}", self.mistakes()),
            // The detail holds times.
            Self::Refused { reason, .. } => reason.clone(),
            Self::Right { .. } | Self::Unexplained { .. } | Self::Unsigned => String::new(),
            other => other.detail().unwrap_or_default(),
        };
        format!("{} {rest}", self.word())
    }
}

/// How the path was made canonical, if not by the rules of the request's service.
fn other_profile(normalize: bool, double_encode: bool) -> &'static str {
    match (normalize, double_encode) {
        (true, true) => {
            "the path was made canonical as for most services: normalised and encoded once more"
        }
        (false, false) => "the path was made canonical as for S3: taken as it was sent",
        (false, true) => "the path was encoded once more, and not normalised",
        (true, false) => "the path was normalised, and not encoded once more",
    }
}

/// An object with `verdict`, and with `mistakes`, `detail` and `canonical_request` where there are any.
impl Serialize for Verdict {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(None)?;
        map.serialize_entry("verdict", self.word())?;
        let mistakes = self.mistakes();
        if !mistakes.is_empty() {
            map.serialize_entry("mistakes", &mistakes)?;
        }
        if let Some(detail) = self.detail() {
            map.serialize_entry("detail", &detail)?;
        }
        if let Self::Unexplained { canonical_request } = self {
            map.serialize_entry("canonical_request", &Bytes::from(&canonical_request[..]))?;
        }
        map.end()
    }
}
