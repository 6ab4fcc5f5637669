//! An explanation as data: the kind of explanation in a word, and what belongs to it.

use serde_json::{Value, json};
use sigv4_conformance::explain::{
    Cause, Change, EntrySummary, Explanation, Happened, Reach, Remark, Report, ServerSide,
    SignerSide, Suspect,
};
use sigv4_conformance::relatives::{Checked, Outcome, Relative};
use sigv4_mistakes::{Mistake, MistakeSet};
use sigv4_vectors::Bytes;

/// One object.
pub(super) fn of(report: &Report) -> Value {
    let remarks = report
        .remarks
        .iter()
        .map(|Remark { weight, text }| json!({ "weight": weight.word(), "text": text }));
    let suspects =
        report.suspects.iter().map(|Suspect { what, cause: Cause { who, fix }, .. }| {
            json!({ "what": what, "who": who, "fix": fix })
        });
    json!({
        "clean": report.is_clean(),
        "explanation": explanation(&report.explanation),
        "server": report.server.as_ref().map(server),
        "signer": report.signer.as_ref().map(signer),
        "suspects": suspects.collect::<Vec<_>>(),
        "remarks": remarks.collect::<Vec<_>>(),
    })
}

/// The entries of a HAR file.
pub(super) fn of_entries(entries: &[EntrySummary]) -> Value {
    let entries = entries.iter().map(|entry| {
        let EntrySummary { number, method, url, status, is_signed, error_code } = entry;
        json!({
            "number": number,
            "method": method,
            "url": url,
            "status": status,
            "signed": is_signed,
            "error_code": error_code,
        })
    });
    json!({ "entries": entries.collect::<Vec<_>>() })
}

fn explanation(explanation: &Explanation) -> Value {
    let ids = |set: &MistakeSet| set.iter().map(Mistake::id).collect::<Vec<_>>();
    match explanation {
        Explanation::Right { reach } => {
            json!({ "kind": "right", "whole": !matches!(reach, Reach::Seed | Reach::Headers | Reach::Policy) })
        }
        Explanation::Ways { is_change, changed, mistaken, .. } => {
            let ways = changed.iter().map(|way| {
                let happened =
                    way.happened.iter().map(|Happened { change, what, cause, .. }| {
                        let (Change { id, title, .. }, Cause { who, fix }) = (change, cause);
                        json!({ "id": id, "title": title, "what": what, "who": who, "fix": fix })
                    });
                let happened: Vec<Value> = happened.collect();
                json!({ "changes": happened, "mistakes": ids(&way.mistakes) })
            });
            json!({
                "kind": "explained",
                "likeliest": if *is_change { "change" } else { "mistake" },
                "mistakes": mistaken.iter().map(ids).collect::<Vec<_>>(),
                "ways": ways.collect::<Vec<_>>(),
            })
        }
        Explanation::TargetAsSent { right, wrong, .. } => json!({
            "kind": "target-as-sent",
            "right": right.escape_ascii().to_string(),
            "wrong": wrong.escape_ascii().to_string(),
        }),
        Explanation::OtherProfile { normalize, double_encode } => {
            json!({ "kind": "other-profile", "normalize": normalize, "double_encode": double_encode })
        }
        Explanation::Related { relative, checked } => related(*relative, checked),
        Explanation::SignedByCurl(signing) => {
            json!({ "kind": "not-signed-yet", "service": signing.service, "region": signing.region })
        }
        Explanation::Misstated { problem } => json!({ "kind": "misstated", "problem": problem }),
        Explanation::Missing { names } => json!({ "kind": "headers-missing", "names": names }),
        Explanation::NotASignature { problem } => {
            json!({ "kind": "not-a-signature", "problem": problem })
        }
        Explanation::PolicyUnexplained => json!({ "kind": "policy-unexplained" }),
        Explanation::Unexplained { canonical_request, .. } => {
            json!({ "kind": "unexplained", "canonical_request": Bytes::from(&canonical_request[..]) })
        }
        Explanation::Unchecked { canonical_request } => {
            let text = canonical_request.as_ref().map(|text| Bytes::from(&text[..]));
            json!({ "kind": "unchecked", "canonical_request": text })
        }
        _ => json!({ "kind": "other" }),
    }
}

fn related(relative: Relative, checked: &Checked) -> Value {
    let (outcome, cause) = match &checked.outcome {
        Outcome::Right => ("right", None),
        Outcome::Refused => ("right-but-refused", None),
        Outcome::Unreadable => ("unreadable", None),
        Outcome::Wrong(cause) => ("explained", Some(cause)),
        Outcome::Unexplained { .. } => ("unexplained", None),
    };
    json!({
        "kind": "other-scheme",
        "scheme": relative.name(),
        "legacy": relative.is_legacy(),
        "outcome": outcome,
        "what": cause.map(|cause| &cause.what),
        "fix": cause.map(|cause| cause.fix),
    })
}

fn signer(signer: &SignerSide) -> Value {
    match signer {
        SignerSide::Differs { stage, differences } => {
            json!({ "kind": "differs", "stage": stage, "differences": differences })
        }
        SignerSide::Same => json!({ "kind": "same-string-to-sign" }),
    }
}

fn server(server: &ServerSide) -> Value {
    match server {
        ServerSide::Differs { stage, differences } => {
            json!({ "kind": "differs", "stage": stage, "differences": differences })
        }
        ServerSide::OtherRequest { signature_provided } => {
            json!({ "kind": "other-request", "signature_provided": signature_provided })
        }
        ServerSide::SameStringToSign => json!({ "kind": "same-string-to-sign" }),
    }
}
