//! Requests to S3 that are right by the rules and that some servers refuse, since they make them
//! canonical in another way. No form of these requests is accepted by all.

use super::Scene;
use super::parts::header;
use super::s3_form::{decoded, recoded_query};

/// A point on which servers differ.
struct Split {
    /// What the request has, as a sentence; `None` if it does not have it.
    shows: fn(&Scene<'_>) -> Option<String>,
    /// What those servers do that refuse it.
    instead: &'static str,
    /// Those servers.
    refused_by: &'static [&'static str],
    /// What to do, as a sentence.
    fix: &'static str,
    /// A vector that lists who refuses it, as far as it can be asked again.
    vector: &'static str,
}

const SPLITS: &[Split] = &[
    Split {
        shows: falling_values,
        instead: "do not sort the values",
        refused_by: &["rclone", "MinIO", "s3s-fs", "Ceph", "OpenStack Swift", "S3Proxy", "garage"],
        fix: "Send each name once, with its values in one",
        vector: "edge/sigv4/s3-query-parts/values-falling",
    },
    Split {
        shows: rising_values,
        instead: "read them in another way",
        refused_by: &["Ceph", "OpenStack Swift", "S3Proxy", "garage"],
        fix: "Send each name once, with its values in one",
        vector: "edge/sigv4/s3-query-parts/values-rising",
    },
    Split {
        shows: names_by_two_orders,
        instead: "sort the names as they are without escapes",
        refused_by: &["rclone", "SeaweedFS", "versitygw", "MinIO", "OpenStack Swift", "S3Proxy"],
        fix: "Name parameters with letters and digits only",
        vector: "edge/sigv4/s3-query-parts/names-in-two-orders",
    },
    Split {
        shows: tab_in_header,
        instead: "keep the TAB",
        refused_by: &["versitygw", "Ceph"],
        fix: "Send a space in its place",
        vector: "edge/sigv4/s3-header-values/tab-inside",
    },
    Split {
        shows: repeated_header,
        instead: "read them in another way",
        refused_by: &["Ceph", "nanio", "hadro"],
        fix: "Send it once, with its values joined by commas",
        vector: "edge/sigv4/header-repetition/rising-s3",
    },
];

/// What some servers refuse of a right request.
pub(super) fn refused_by_some(scene: &Scene<'_>) -> Vec<String> {
    if !scene.rules.is_s3() {
        return Vec::new();
    }
    let text = |split: &Split| {
        let what = (split.shows)(scene)?;
        let (last, others) = split.refused_by.split_last()?;
        Some(format!(
            "{what}. Servers compatible with S3 differ here: {} and {last} {}, and refuse the signature, \
             which is right by the rules. {} (vector {}).",
            others.join(", "),
            split.instead,
            split.fix,
            split.vector
        ))
    };
    SPLITS.iter().filter_map(text).collect()
}

/// The parameters as S3 reads them: encoded names and values.
fn parameters(scene: &Scene<'_>) -> Vec<(Vec<u8>, Vec<u8>)> {
    let target = &scene.sent.request.target;
    let query = target.splitn(2, |byte| *byte == b'?').nth(1).unwrap_or_default();
    let query = recoded_query(query);
    let pieces = query.split(|byte| *byte == b'&').filter(|piece| !piece.is_empty());
    let pair = |piece: &[u8]| {
        let mut halves = piece.splitn(2, |byte| *byte == b'=').map(<[u8]>::to_vec);
        (halves.next().unwrap_or_default(), halves.next().unwrap_or_default())
    };
    pieces.map(pair).collect()
}

/// The first name that is there more than once with its values in, or out of, order.
fn repeated_name(scene: &Scene<'_>, in_order: bool) -> Option<String> {
    let parameters = parameters(scene);
    let values = |name: &[u8]| -> Vec<Vec<u8>> {
        let own = parameters.iter().filter(|(other, _)| other == name);
        own.map(|(_, value)| value.clone()).collect()
    };
    let mut names = parameters.iter().map(|(name, _)| name);
    let name = names.find(|name| {
        let values = values(name);
        values.len() > 1 && values.is_sorted() == in_order
    })?;
    Some(name.escape_ascii().to_string())
}

fn falling_values(scene: &Scene<'_>) -> Option<String> {
    let name = repeated_name(scene, false)?;
    Some(format!("The query has the parameter `{name}` several times, its values not sorted"))
}

fn rising_values(scene: &Scene<'_>) -> Option<String> {
    if repeated_name(scene, false).is_some() {
        return None;
    }
    let name = repeated_name(scene, true)?;
    Some(format!("The query has the parameter `{name}` several times"))
}

fn names_by_two_orders(scene: &Scene<'_>) -> Option<String> {
    let mut names: Vec<Vec<u8>> = parameters(scene).into_iter().map(|(name, _)| name).collect();
    names.sort();
    let pair = names.windows(2).find(|pair| decoded(&pair[0]) > decoded(&pair[1]))?;
    Some(format!(
        "The names `{}` and `{}` in the query are sorted in one order with their escapes and in the other \
         without",
        pair[0].escape_ascii(),
        pair[1].escape_ascii()
    ))
}

fn tab_in_header(scene: &Scene<'_>) -> Option<String> {
    let signed = scene.received.signed.iter();
    let name = signed
        .filter(|name| {
            let value = header(&scene.sent.request, &String::from_utf8_lossy(name));
            value.is_some_and(|value| value.trim_ascii().contains(&b'\t'))
        })
        .min()?;
    Some(format!(
        "The signed header `{}` holds a TAB, which counts as one space",
        name.escape_ascii()
    ))
}

fn repeated_header(scene: &Scene<'_>) -> Option<String> {
    let headers = &scene.sent.request.headers;
    let is_repeated = |name: &&Vec<u8>| {
        headers.iter().filter(|(other, _)| other.eq_ignore_ascii_case(name)).count() > 1
    };
    let name = scene.received.signed.iter().find(is_repeated)?;
    Some(format!("The signed header `{}` was sent several times", name.escape_ascii()))
}

#[cfg(test)]
mod tests {
    use sigv4_vectors::Vectors;
    use sigv4_vectors::model::Reading;

    use super::*;

    /// The table names servers that the vectors do not know, since they cannot be installed for the
    /// tests; of the others it says the same.
    #[test]
    fn the_table_says_what_the_vectors_say() {
        for split in SPLITS {
            let case = Vectors::embedded()
                .case(split.vector)
                .unwrap_or_else(|| panic!("{} is not a vector", split.vector));
            let takings = || case.evidence.iter().flat_map(|evidence| &evidence.servers);
            assert!(takings().next().is_some(), "{}: no server was asked", split.vector);
            for taking in takings() {
                let takes = taking.takes.contains(&Reading::Expected);
                for who in &taking.who {
                    let is_named =
                        split.refused_by.iter().any(|name| name.eq_ignore_ascii_case(who));
                    assert_eq!(!takes, is_named, "{}: {who}", split.vector);
                }
            }
        }
    }
}
