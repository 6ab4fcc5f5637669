//! The corners of signing: systematic tables of inputs on which implementations differ.
//!
//! A corner is a question without an answer. `cargo xtask mint` asks the vendor's own signers and
//! writes `vectors/edge` from their answers. Each corner differs from the plainest request, a
//! `GET /` with a `Host`, only in the one thing that it is about.

mod body;
mod bytes;
mod credentials;
mod dates;
mod families;
mod flags;
mod header_names;
mod header_values;
mod host;
mod method;
mod path;
mod presign;
mod query;
mod rules;
mod s3;
mod sample;
mod scope;
mod sequence;
mod services;
mod signed_headers;
mod sizes;
mod token;
mod url_bytes;

use std::collections::HashSet;

use sigv4_vectors::model::{Placement, Profile};

pub use families::{FamilyCorner, Recorded, family_corners, plain_family_corners};
pub use flags::FLAGS;
pub use rules::Section;

use sample::Sample;
use sigv4_protocol::SignQuestion;

/// A question about one corner of signing.
#[derive(Clone, Debug)]
pub struct Corner {
    /// The topic that it belongs to, which names its file.
    pub topic: &'static Topic,
    /// Its name within the topic: kebab-case, unique, never changed.
    pub name: String,
    /// What it asks, as text.
    pub title: String,
    /// What the signer is asked: one call, or several in sequence.
    pub calls: Vec<SignQuestion>,
}

/// Corners of one kind.
#[derive(Debug)]
pub struct Topic {
    /// The name of the file.
    pub name: &'static str,
    /// What it is about, in a line.
    pub title: &'static str,
    /// The rule that its corners exercise.
    pub rule: &'static Section,
    /// What goes wrong there: names from [`FLAGS`].
    pub flags: &'static [&'static str],
    /// Profile and placement of most of its corners; the names of the others state theirs.
    home: (Profile, Placement),
}

/// Every corner, topic by topic.
///
/// Where tables overlap, the question is asked once, by the topic that comes first.
#[must_use]
pub fn corners() -> Vec<Corner> {
    let components = [
        bytes::corners,
        path::corners,
        query::corners,
        host::corners,
        header_names::corners,
        header_values::corners,
        signed_headers::corners,
        method::corners,
        body::corners,
        dates::corners,
        credentials::corners,
        scope::corners,
        token::corners,
        presign::corners,
        s3::corners,
        url_bytes::corners,
        services::corners,
        sizes::corners,
        sequence::corners,
    ];
    let mut corners = Vec::new();
    for component in components {
        component(&mut corners);
    }
    let mut asked = HashSet::new();
    corners.retain(|corner: &Corner| {
        !ASKED_ELSEWHERE.contains(&(corner.topic.name, &corner.name))
            && asked.insert(corner.calls.clone())
    });
    corners
}

/// What the vendor's suite, its documentation or another topic already asks: topic and name.
const ASKED_ELSEWHERE: &[(&str, &str)] = &[
    ("header-values", "empty"),
    ("methods", "post"),
    ("methods", "put-s3"),
    ("methods", "post-query"),
    ("path-segments", "dot-empty"),
    ("path-segments", "dot-empty-query"),
    ("path-segments", "empty-empty"),
    ("path-segments", "empty-empty-query"),
];

/// The plainest request in each place: a mistake that shows there needs no corner.
#[must_use]
pub fn plain() -> Vec<Corner> {
    EVERYWHERE
        .map(|place| PLAIN.corner("get", "The plainest request there is", Sample::new(place)))
        .to_vec()
}

static PLAIN: Topic =
    Topic::new("plain", "The plainest requests", &rules::METHOD, &["method-text"]);

/// Header and query placement of the generic profile.
const GENERIC: [(Profile, Placement); 2] =
    [(Profile::Generic, Placement::Header), (Profile::Generic, Placement::Query)];

/// Header and query placement of the generic profile, and header placement for S3, which is enough
/// for what does not depend on the profile.
const GENERIC_AND_S3: [(Profile, Placement); 3] = [
    (Profile::Generic, Placement::Header),
    (Profile::Generic, Placement::Query),
    (Profile::S3, Placement::Header),
];

/// Both placements of both profiles.
const EVERYWHERE: [(Profile, Placement); 4] = [
    (Profile::Generic, Placement::Header),
    (Profile::Generic, Placement::Query),
    (Profile::S3, Placement::Header),
    (Profile::S3, Placement::Query),
];

impl Topic {
    /// A topic whose corners are mostly of the generic profile in header placement.
    const fn new(
        name: &'static str,
        title: &'static str,
        rule: &'static Section,
        flags: &'static [&'static str],
    ) -> Self {
        Self { name, title, rule, flags, home: (Profile::Generic, Placement::Header) }
    }

    /// The same with another home.
    const fn at(self, profile: Profile, placement: Placement) -> Self {
        Self { home: (profile, placement), ..self }
    }

    /// A corner of this topic. If `sample` has another profile or placement than the topic, the
    /// name says so.
    fn corner(&'static self, name: &str, title: impl Into<String>, sample: Sample) -> Corner {
        self.sequence(name, title, vec![sample])
    }

    /// A corner of several calls; profile and placement are those of the last.
    fn sequence(
        &'static self,
        name: &str,
        title: impl Into<String>,
        samples: Vec<Sample>,
    ) -> Corner {
        let mut name = name.to_owned();
        let (profile, placement) =
            samples.last().map_or(self.home, |sample| (sample.profile, sample.placement));
        if profile != self.home.0 {
            name = format!("{name}-{profile}");
        }
        if placement != self.home.1 {
            name = format!("{name}-{placement}");
        }
        let calls = samples.into_iter().map(|Sample { profile, placement, input }| SignQuestion {
            placement,
            profile,
            input,
        });
        Corner { topic: self, name, title: title.into(), calls: calls.collect() }
    }
}

#[cfg(test)]
mod tests;
