//! Writes `vectors/verifier` from the topics of the engine, and says where the reference rules
//! otherwise.

use std::collections::BTreeMap;
use std::error::Error;
use std::fs;
use std::path::Path;

use sigv4_conformance::forge::{Setting, Topic, topics};
use sigv4_conformance::subject::Reference;
use sigv4_protocol::{Answer, InProcess as _, Question};
use sigv4_vectors::Vectors;
use sigv4_vectors::model::{Case, File, Ruling};

use crate::mint::write::write;

/// Writes one file per topic.
pub(crate) fn run(root: &Path) -> Result<(), Box<dyn Error>> {
    let suite = root.join("vectors/verifier");
    if suite.exists() {
        fs::remove_dir_all(&suite)?;
    }
    let (mut count, mut otherwise) = (0, 0);
    for topic in topics(&Setting::documented(), &Setting::documented_s3()) {
        for case in &topic.cases {
            count += 1;
            if let Some(difference) = difference(case) {
                otherwise += 1;
                println!("{}: {difference}", case.id);
            }
        }
        let folder = suite.join(topic.family);
        fs::create_dir_all(&folder)?;
        write(&folder.join(format!("{}.json", topic.name)), &file(topic))?;
    }
    println!("{count} cases; the reference rules otherwise on {otherwise}");
    Vectors::load_dir(&root.join("vectors"))?;
    Ok(())
}

/// How the reference rules otherwise, or for another reason.
fn difference(case: &Case) -> Option<String> {
    let expect = &case.verification()?.expect;
    match (Reference::new().answer(&Question::of(case)), expect.verdict) {
        (Answer::Accept, Ruling::Accept) => None,
        (Answer::Reject { reason, .. }, Ruling::Reject)
            if expect.reason.as_deref() == Some(reason.as_bytes()) =>
        {
            None
        }
        (Answer::Reject { reason, detail }, expected) => {
            let expected_reason = expect.reason.clone().unwrap_or_default();
            Some(format!("rejected ({reason}: {detail}), expected {expected} {expected_reason}"))
        }
        (answer, expected) => Some(format!("{answer:?}, expected {expected}")),
    }
}

fn file(topic: Topic) -> File {
    File {
        schema: "../../vector.schema.json".to_owned(),
        title: topic.title.to_owned(),
        source: "The topics in harness/engine/src/forge, signed there. Written by `cargo xtask \
                 mint-verifier`."
            .to_owned(),
        notice: None,
        flags: BTreeMap::new(),
        cases: topic.cases,
    }
}
