//! Signers that sign for another region than the one that the request states.

use sigv4_protocol::SignQuestion;

use super::clock::Slip;
use super::{Change, Part, Received, Undone};

pub(super) const KEY: Change = Change {
    id: "key-of-another-region",
    title: "The signing key was derived for another region than that of the credential scope.",
    part: Part::Region,
    who: "Programs that keep the signing key of one client for another, and that take the region of \
          the key and that of the scope from two settings.",
    fix: "Derive the key for the region that the credential scope names.",
    undo: undo_key,
};

pub(super) const SCOPE: Change = Change {
    id: "scope-of-another-region",
    title: "The request was signed for another region than the one that its credential names.",
    part: Part::Region,
    who: "Programs that write the credential from another setting than the one that signs, and \
          requests that were edited after they were signed.",
    fix: "Sign for the region of the service that is called, and send the credential that was signed.",
    undo: undo_scope,
};

/// The vendor's regions (AWS General Reference, "Regions"), and the words that other stores use for one.
const REGIONS: &[&str] = &[
    "us-east-1",
    "us-east-2",
    "us-west-1",
    "us-west-2",
    "af-south-1",
    "ap-east-1",
    "ap-east-2",
    "ap-northeast-1",
    "ap-northeast-2",
    "ap-northeast-3",
    "ap-south-1",
    "ap-south-2",
    "ap-southeast-1",
    "ap-southeast-2",
    "ap-southeast-3",
    "ap-southeast-4",
    "ap-southeast-5",
    "ap-southeast-6",
    "ap-southeast-7",
    "ca-central-1",
    "ca-west-1",
    "cn-north-1",
    "cn-northwest-1",
    "eu-central-1",
    "eu-central-2",
    "eu-north-1",
    "eu-south-1",
    "eu-south-2",
    "eu-west-1",
    "eu-west-2",
    "eu-west-3",
    "il-central-1",
    "me-central-1",
    "me-south-1",
    "mx-central-1",
    "sa-east-1",
    "us-gov-east-1",
    "us-gov-west-1",
    "auto",
    "default",
    "garage",
];

fn undo_key(_: &Received<'_>, asked: &SignQuestion) -> Vec<Undone> {
    let undone = others(asked).map(|region| {
        let stated = &asked.input.region;
        let what = format!("the key was derived for {region}, the scope names {stated}");
        Undone { slip: Some(Slip::Region(region)), ..Undone::new(asked, what, |_| {}) }
    });
    undone.collect()
}

fn undo_scope(_: &Received<'_>, asked: &SignQuestion) -> Vec<Undone> {
    let undone = others(asked).map(|region| {
        let stated = &asked.input.region;
        let what = format!("signed for {region}, the credential names {stated}");
        let mut undone = Undone::new(asked, what, |_| {});
        undone.question.input.region = region.into();
        undone
    });
    undone.collect()
}

fn others(asked: &SignQuestion) -> impl Iterator<Item = &'static str> {
    let stated = asked.input.region.clone();
    REGIONS.iter().copied().filter(move |region| stated[..] != *region.as_bytes())
}
