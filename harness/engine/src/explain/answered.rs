//! What the status of an answer says of a request whose signature is right, where no document says
//! more. Statuses are those of RFC 9110 and RFC 6585.

use super::field_request::ServerAnswer;

/// What an answer means.
#[derive(Debug, Eq, PartialEq)]
pub(super) struct Meaning {
    /// Whether the request cannot succeed as it is.
    pub(super) is_refusal: bool,
    /// In sentences.
    pub(super) text: String,
}

/// Nothing for a success, which needs no words.
pub(super) fn meaning(answer: &ServerAnswer) -> Option<Meaning> {
    let Some(status) = answer.status else { return Some(none_came(answer)) };
    let (is_refusal, meaning) = match status {
        ..300 | 304 => return None,
        300..400 => (
            true,
            "a redirect: this signature is for this host and target alone, and the one that follows \
             the redirect has to sign again for the new host and target. S3 answers so where the \
             bucket is in another region: sign for that region",
        ),
        400 => (
            true,
            "and no more is known of it: many services refuse a signature so, and also a request that \
             they cannot read. What the server says in the body of its answer helps \
             (--error-document)",
        ),
        401 | 403 => (
            true,
            "and no more is known of it: another request arrived, it has another secret for the key, or \
             the key lacks the permission. What it says in the body of its answer helps \
             (--error-document); to HEAD it says nothing",
        ),
        407 => (
            true,
            "which comes from a proxy that wants its own credentials (Proxy-Authorization): the server \
             has not seen the request",
        ),
        408 | 429 | 500.. => (
            false,
            "which says nothing about the signature: the server or a proxy before it was too busy or \
             failed, and may not have checked it. Send the request again, signed again",
        ),
        _ => (
            false,
            "which is not about the signature: servers answer so once they have checked it, or before \
             they look at it",
        ),
    };
    let text = format!("The server answered with status {status}, {meaning}.");
    Some(Meaning { is_refusal, text })
}

fn none_came(answer: &ServerAnswer) -> Meaning {
    /// Longer than what any program says.
    const LONGEST: usize = 120;
    let printed = |failure: &String| -> String {
        failure.chars().filter(|sign| !sign.is_control()).take(LONGEST).collect()
    };
    let why = answer.failure.as_ref().map(|failure| format!(" ({})", printed(failure)));
    let why = why.unwrap_or_default();
    let text = format!(
        "No answer was recorded{why}: the connection failed, the program gave up, or a browser kept the \
         answer from the page (CORS). That says nothing about the signature."
    );
    Meaning { is_refusal: false, text }
}

/// Whether a status says that the server or a proxy failed, whatever the request.
pub(super) fn is_failure(status: u16) -> bool {
    matches!(status, 408 | 429 | 500..)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn said(status: u16) -> Option<(bool, String)> {
        let answer = ServerAnswer { status: Some(status), ..ServerAnswer::default() };
        meaning(&answer).map(|said| (said.is_refusal, said.text))
    }

    #[test]
    fn each_kind_of_status_has_its_meaning() {
        for (status, is_refusal, words) in [
            (301, true, "sign again for the new host"),
            (307, true, "sign again for the new host"),
            (400, true, "no more is known"),
            (401, true, "no more is known"),
            (403, true, "lacks the permission"),
            (404, false, "not about the signature"),
            (407, true, "comes from a proxy"),
            (408, false, "says nothing about the signature"),
            (416, false, "not about the signature"),
            (429, false, "says nothing about the signature"),
            (500, false, "says nothing about the signature"),
            (502, false, "says nothing about the signature"),
        ] {
            let (found, text) = said(status).unwrap();
            assert_eq!(found, is_refusal, "{text}");
            assert!(text.contains(words) && text.contains(&status.to_string()), "{text}");
        }
        for status in [101, 200, 204, 206, 304] {
            assert_eq!(said(status), None);
        }
    }

    #[test]
    fn an_answer_that_did_not_come_is_said_with_its_reason() {
        let failure = Some("Recv failure: Connection reset by peer".to_owned());
        let said = meaning(&ServerAnswer { failure, ..ServerAnswer::default() }).unwrap();
        assert!(!said.is_refusal);
        let start = "No answer was recorded (Recv failure: Connection reset by peer): ";
        assert!(said.text.starts_with(start), "{}", said.text);
        let said = meaning(&ServerAnswer::default()).unwrap();
        assert!(said.text.starts_with("No answer was recorded: "), "{}", said.text);
    }
}
