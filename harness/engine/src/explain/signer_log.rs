//! What the signer logged of its own computation, compared with a correct signer's.

use sigv4_protocol::Stage;

use super::field_request::SignerLog;
use super::server::first_stage_that_differs;
use super::stages::Computed;
use crate::judge::{Component, Difference};

/// How the signer's logged texts compare.
#[derive(Clone, Debug, PartialEq)]
pub enum SignerSide {
    /// This is the first stage in which they differ.
    Differs {
        /// The stage.
        stage: Stage,
        /// Where in it, line by line; the expected side is that of a correct signer.
        differences: Vec<Difference>,
    },
    /// They are the same, so that only the key differs.
    Same,
}

impl SignerSide {
    /// Compares stage by stage; `None` if the log holds nothing to compare. The hash of a body that
    /// is not shown is not compared.
    pub(super) fn of(log: &SignerLog, correct: &Computed, hides_body: bool) -> Option<Self> {
        let texts = (log.canonical_request.as_deref(), log.string_to_sign.as_deref());
        let is_known = |difference: &Difference| {
            let of_body = [Component::PayloadHash, Component::CanonicalRequestHash];
            !(hides_body && of_body.contains(&difference.component))
        };
        let mut differs = first_stage_that_differs(correct, texts);
        if let Some((_, differences)) = &mut differs {
            differences.retain(is_known);
        }
        match differs {
            Some((_, differences)) if differences.is_empty() => None,
            Some((stage, differences)) => Some(Self::Differs { stage, differences }),
            None => log.string_to_sign.as_ref().map(|_| Self::Same),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const CORRECT: &[u8] = b"GET\n/\n\nhost:h\n\nhost\n00";

    fn side(canonical: &[u8], string_to_sign: &[u8], hides_body: bool) -> Option<SignerSide> {
        let correct = Computed {
            canonical_request: CORRECT.to_vec(),
            string_to_sign: b"AWS4-HMAC-SHA256\n20150830T123600Z\ns\n0".to_vec(),
            signature: b"00ff".to_vec(),
        };
        let log = SignerLog {
            canonical_request: Some(canonical.to_vec()),
            string_to_sign: Some(string_to_sign.to_vec()),
        };
        SignerSide::of(&log, &correct, hides_body)
    }

    #[test]
    fn the_same_texts_leave_the_key() {
        let text = b"AWS4-HMAC-SHA256\n20150830T123600Z\ns\n0";
        assert_eq!(side(CORRECT, text, false), Some(SignerSide::Same));
        assert_eq!(SignerSide::of(&SignerLog::default(), &Computed::default(), false), None);
    }

    #[test]
    fn a_line_that_differs_is_named_unless_it_is_of_a_hidden_body() {
        let other_body = b"GET\n/\n\nhost:h\n\nhost\n11";
        let Some(SignerSide::Differs { stage, differences }) = side(other_body, b"x", false) else {
            panic!("the hashes differ");
        };
        assert_eq!(stage, Stage::CanonicalRequest);
        assert_eq!(differences[0].component, Component::PayloadHash);
        assert_eq!(side(other_body, b"x", true), None);
        let other_path = b"GET\n/k\n\nhost:h\n\nhost\n11";
        let Some(SignerSide::Differs { differences, .. }) = side(other_path, b"x", true) else {
            panic!("the paths differ");
        };
        assert_eq!(differences.len(), 1, "{differences:?}");
    }
}
