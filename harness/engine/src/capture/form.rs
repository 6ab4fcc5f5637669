//! Uploads from a browser: a form with a signed policy.

use sigv4_reference::Time;
use sigv4_reference::post::{Form, Limits, PostVerifier, Refusal};
use sigv4_reference::verify::Reason;
use sigv4_vectors::model::Request;

use super::head::values;
use super::judge::{Judge, Ruling, form_key, in_words};
use super::verdict::Verdict;
use crate::explain::{Concealed, Explanation, form_bucket};

impl Judge {
    /// Decides whether the upload is taken, and finds out what is wrong with one that is not.
    pub(super) fn rule_form(&self, request: &Request, now: Time) -> Ruling {
        let Err(refusal) = self.verify_form(request, now) else {
            let (chunks_unchecked, payload_unstated) = (false, false);
            return Ruling::Taken(Verdict::Right { chunks_unchecked, payload_unstated });
        };
        let concealed = Concealed::of(request, &self.key_of(request).secret_access_key);
        let verdict = self.verdict_of_form(request, now, &refusal).concealing(&concealed);
        Ruling::RefusedForm { verdict, refusal }
    }

    fn verify_form(&self, request: &Request, now: Time) -> Result<(), Refusal> {
        let content_type = values(request, "content-type").next().unwrap_or_default();
        let form = Form::parse(content_type, &request.body, Limits::default())?;
        let bucket = form_bucket(request);
        let verifier = PostVerifier {
            now,
            // The endpoint stands for every region.
            region: form.value("x-amz-credential").and_then(region).unwrap_or_default(),
            service: self.service.as_deref().unwrap_or("s3").as_bytes(),
            bucket: bucket.as_deref(),
        };
        verifier.verify(&form, &self.keys).map(|_| ())
    }

    fn verdict_of_form(&self, request: &Request, now: Time, refusal: &Refusal) -> Verdict {
        let reason = match refusal {
            Refusal::Form(error) => return Verdict::Unreadable { detail: error.to_string() },
            Refusal::Authentication(rejection) => rejection.reason,
            _ => {
                let reason = refusal.code().to_owned();
                return Verdict::Refused { reason, detail: refusal.to_string() };
            }
        };
        match reason {
            Reason::UnknownAccessKey => Verdict::UnknownKey { access_key_id: form_key(request) },
            Reason::SignatureMismatch => match self.explain(request.clone(), now) {
                Err(detail) => Verdict::Unreadable { detail },
                Ok(report) => match report.explanation {
                    Explanation::Ways { changed, .. } => {
                        Verdict::Changed { what: in_words(&changed) }
                    }
                    _ => Verdict::Unexamined {
                        detail: "no known change of the policy gives its signature".to_owned(),
                    },
                },
            },
            Reason::MalformedAuthentication
            | Reason::MissingAuthentication
            | Reason::MultipleAuthentications
            | Reason::UnsupportedAlgorithm => Verdict::Unreadable { detail: refusal.to_string() },
            _ => {
                Verdict::Refused { reason: refusal.code().to_owned(), detail: refusal.to_string() }
            }
        }
    }
}

fn region(credential: &[u8]) -> Option<&[u8]> {
    credential.rsplitn(5, |byte| *byte == b'/').nth(2)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::capture::keys::Keys;
    use crate::explain::is_upload_form;

    /// minio-go 7.4.1.
    const MINIO: &[(&str, &str)] = &[
        ("bucket", "bkt"),
        ("key", "k"),
        ("Content-Type", "text/plain"),
        ("x-amz-algorithm", "AWS4-HMAC-SHA256"),
        ("x-amz-credential", "AKIAIOSFODNN7EXAMPLE/20261127/us-east-1/s3/aws4_request"),
        ("x-amz-date", "20261127T143934Z"),
        (
            "policy",
            "eyJleHBpcmF0aW9uIjoiMjAzMC0wMS0wMlQwMzowNDowNS42NzhaIiwiY29uZGl0aW9ucyI6W1siZXEiLCIkYnVj\
             a2V0IiwiYmt0Il0sWyJlcSIsIiRrZXkiLCJrIl0sWyJlcSIsIiRDb250ZW50LVR5cGUiLCJ0ZXh0L3BsYWluIl0s\
             WyJlcSIsIiR4LWFtei1kYXRlIiwiMjAyNjExMjdUMTQzOTM0WiJdLFsiZXEiLCIkeC1hbXotYWxnb3JpdGhtIiwi\
             QVdTNC1ITUFDLVNIQTI1NiJdLFsiZXEiLCIkeC1hbXotY3JlZGVudGlhbCIsIkFLSUFJT1NGT0ROTjdFWEFNUExF\
             LzIwMjYxMTI3L3VzLWVhc3QtMS9zMy9hd3M0X3JlcXVlc3QiXSxbImNvbnRlbnQtbGVuZ3RoLXJhbmdlIiwgMSwg\
             MTBdXX0=",
        ),
        ("x-amz-signature", "0c05dfb5bb0f51fa08c2a396c8d1f150c537e1d534bf6c2c6c9b82e4e9966d12"),
    ];

    fn ruling(fields: &[(&str, &str)], content: &str) -> Ruling {
        let part = |(name, value): &(&str, &str)| {
            format!("--b\r\nContent-Disposition: form-data; name=\"{name}\"\r\n\r\n{value}\r\n")
        };
        let fields: String = fields.iter().chain(&[("file", content)]).map(part).collect();
        let request = Request {
            method: "POST".into(),
            target: "/bkt".into(),
            headers: vec![("Content-Type".into(), "multipart/form-data; boundary=b".into())],
            body: format!("{fields}--b--\r\n").into(),
        };
        let judge = Judge::new(Keys::examples(), None).expect("threads");
        let now = Time::parse(b"20261127T143940Z").expect("a time");
        assert!(is_upload_form(&request));
        judge.rule(&request, now)
    }

    /// The form with another value in one field.
    fn changed(name: &str, value: &str) -> Ruling {
        let change = |&(own, old): &(&'static str, &'static str)| {
            if own == name { (own, value.to_owned()) } else { (own, old.to_owned()) }
        };
        let fields: Vec<(&str, String)> = MINIO.iter().map(change).collect();
        let fields: Vec<(&str, &str)> =
            fields.iter().map(|(name, value)| (*name, &value[..])).collect();
        ruling(&fields, "hello")
    }

    #[test]
    fn forms_are_judged() {
        assert!(matches!(ruling(MINIO, "hello"), Ruling::Taken(Verdict::Right { .. })));
        let spaced = "eyJleHBpcmF0aW9uIjogIjIwMzAtMDEtMDJUMDM6MDQ6MDVaIn0=";
        for (ruling, word, said) in [
            (changed("Content-Type", "text/html"), "right-but-refused", "\"text/html\" was sent"),
            (ruling(MINIO, "hello, world"), "right-but-refused", "the file has 12 bytes"),
            (ruling(&MINIO[1..], ""), "right-but-refused", "the file has 0 bytes"),
            (changed("policy", spaced), "unexamined", "no known change"),
            (
                changed("x-amz-credential", "AKIDOTHER/20261127/r/s3/aws4_request"),
                "unknown-key",
                "",
            ),
            (
                changed(
                    "x-amz-credential",
                    "AKIAIOSFODNN7EXAMPLE/20261127/eu-west-1/s3/aws4_request",
                ),
                "changed",
                "key-of-another-scope",
            ),
            (changed("x-amz-date", "today"), "unreadable", "x-amz-date"),
            (changed("key", "k\r\n--b"), "unreadable", "body: byte"),
        ] {
            let Ruling::RefusedForm { verdict, .. } = ruling else { panic!("{ruling:?}") };
            assert_eq!(verdict.word(), word, "{verdict:?}");
            let detail = match &verdict {
                Verdict::Refused { detail: text, .. }
                | Verdict::Changed { what: text }
                | Verdict::Unexamined { detail: text }
                | Verdict::Unreadable { detail: text } => text,
                _ => "",
            };
            assert!(detail.contains(said), "{said}: {detail}");
        }
    }
}
