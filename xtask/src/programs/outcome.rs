//! What came of one step: how its requests are signed, what they are about, what the client said.

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};
use sigv4_conformance::capture::{Observed, Verdict};
use sigv4_conformance::subject::{Said, Step};

/// The signature of a step that sends no signed request.
pub(super) const NONE: &str = "none";
/// That of a step whose requests are right.
const RIGHT: &str = "right";

/// What came of one step.
#[derive(Clone, Debug, Deserialize, PartialEq, Serialize)]
pub(super) struct Outcome {
    pub(super) step: Step,
    /// The key or prefix that the client was asked for.
    pub(super) name: String,
    /// `right`, `none`, or the word of `capture` with the mistakes.
    pub(super) signature: String,
    /// The keys or prefixes that the requests are about.
    pub(super) addresses: Vec<String>,
    /// Whether the path is sent in another spelling than it is signed.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub(super) respelled: bool,
    pub(super) said: Said,
    /// The client's own words where it failed: they differ from run to run.
    #[serde(skip)]
    pub(super) message: String,
}

impl Outcome {
    /// What is expected of a client that addresses every object.
    pub(super) fn ideal(step: Step, name: &str) -> Self {
        Self {
            step,
            name: name.to_owned(),
            signature: RIGHT.to_owned(),
            addresses: vec![name.to_owned()],
            respelled: false,
            said: Said::Success,
            message: String::new(),
        }
    }

    /// What the requests of a step show.
    pub(super) fn of(
        step: Step,
        name: &str,
        requests: &[Observed],
        (said, message): (Said, String),
    ) -> Self {
        let wrong: BTreeSet<String> = requests
            .iter()
            .filter(|one| one.verdict.is_wrong())
            .map(|one| label(&one.verdict))
            .collect();
        let is_legacy = |one: &Observed| matches!(one.verdict, Verdict::Legacy { .. });
        let signature = if !wrong.is_empty() {
            Vec::from_iter(wrong).join("; ")
        } else if let Some(legacy) = requests.iter().find(|one| is_legacy(one)) {
            label(&legacy.verdict)
        } else if requests.iter().any(|one| one.verdict.is_signed()) {
            RIGHT.to_owned()
        } else {
            NONE.to_owned()
        };
        let about: Vec<&Observed> = requests.iter().filter(|one| is_about(step, one)).collect();
        let addresses: BTreeSet<String> = about
            .iter()
            .filter_map(|one| if step == Step::List { one.prefix() } else { one.key() })
            .filter(|bytes| !is_folder_of(bytes, name))
            .map(|bytes| shown(&bytes))
            .collect();
        Self {
            step,
            name: name.to_owned(),
            signature,
            addresses: addresses.into_iter().collect(),
            respelled: about.iter().any(|one| one.is_respelled()),
            said,
            message,
        }
    }

    /// What does not differ from run to run.
    pub(super) fn without_message(self) -> Self {
        Self { message: String::new(), ..self }
    }

    /// Whether a server takes the requests, of version 2 as well.
    pub(super) fn is_taken(&self) -> bool {
        self.signature == RIGHT || self.signature.starts_with("right-but-legacy")
    }

    /// As one line, for messages.
    pub(super) fn line(&self) -> String {
        let Self { signature, addresses, said, .. } = self;
        let respelled = if self.respelled { ", respelled" } else { "" };
        format!("signature {signature:?}, addresses {addresses:?}{respelled}, said {said:?}")
    }
}

/// Whether a request does what the step asks for. A client may look at other objects on the way.
fn is_about(step: Step, one: &Observed) -> bool {
    let method = &one.request.method[..];
    match step {
        Step::Put => method == b"PUT" || method == b"POST",
        Step::Head => method == b"HEAD",
        // Some look for the object first, and go no further if that is refused.
        Step::Get => method == b"GET" || method == b"HEAD",
        Step::List => method == b"GET",
    }
}

/// Whether a key is that of a folder that the object is in, with or without its slash.
fn is_folder_of(key: &[u8], name: &str) -> bool {
    let folder = key.strip_suffix(b"/").unwrap_or(key);
    name.as_bytes().strip_prefix(folder).is_some_and(|rest| rest.len() > 1 && rest[0] == b'/')
}

fn shown(bytes: &[u8]) -> String {
    std::str::from_utf8(bytes).map_or_else(|_| bytes.escape_ascii().to_string(), str::to_owned)
}

/// What is said of a request, without what differs from run to run.
fn label(verdict: &Verdict) -> String {
    let sets: Vec<String> = verdict.mistakes().iter().map(|set| set.join(" + ")).collect();
    let detail = match verdict {
        Verdict::Mistaken { .. } => sets.join(" or "),
        Verdict::Refused { reason, detail } if reason == "signature-mismatch" => detail.clone(),
        Verdict::Refused { reason, .. } => reason.clone(),
        Verdict::Changed { what } => what.split(':').next().unwrap_or_default().to_owned(),
        Verdict::OtherProfile { .. } | Verdict::Related { .. } => {
            verdict.detail().unwrap_or_default()
        }
        Verdict::Legacy { scheme } => (*scheme).to_owned(),
        _ => return verdict.word().to_owned(),
    };
    format!("{}: {detail}", verdict.word())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_folders_of_an_object_are_not_other_objects() {
        for folder in ["dir", "dir/", "dir/sub", "dir/sub/"] {
            assert!(is_folder_of(folder.as_bytes(), "dir/sub/x"), "{folder}");
        }
        for other in ["di", "dir/sub/x", "x", "dir/sub/x/"] {
            assert!(!is_folder_of(other.as_bytes(), "dir/sub/x"), "{other}");
        }
        assert!(!is_folder_of(b"a/", "a/"));
    }

    #[test]
    fn bytes_that_are_not_text_are_escaped() {
        assert_eq!(shown("é".as_bytes()), "é");
        assert_eq!(shown(b"\xff\xff"), "\\xff\\xff");
    }
}
