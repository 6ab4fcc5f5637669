//! The topics, a file each.

#![expect(clippy::too_many_lines, reason = "a topic is a table of cases")]
#![expect(clippy::assigning_clones, reason = "a case says what is in its place, once")]

mod authorization;
mod chunks;
mod clock;
mod form;
mod headers;
mod keys;
mod parameters;
mod payload;
mod request;
mod scope;
mod sequences;
mod target;
mod token;
mod v4a;

use super::Topic;
use super::base::Bases;
use super::setting::Setting;
use super::table::Table;

/// All topics, the bases first: most cases of the others are their twins.
pub(super) fn all(generic: &Setting, s3: &Setting) -> Vec<Topic> {
    let bases = Bases::new(generic, s3);
    let [uploads_v4a, trailers_v4a] = chunks::topics_of_sigv4a(s3);
    [
        plain(&bases),
        target::topic(&bases),
        request::topic(&bases),
        authorization::topic(&bases),
        parameters::topic(&bases),
        headers::topic(&bases),
        scope::topic(&bases),
        clock::topic(&bases),
        keys::topic(&bases),
        token::topic(&bases),
        sequences::topic(&bases),
        payload::topic(&bases),
        chunks::topic(s3),
        form::topic(s3),
        v4a::topic(generic),
        uploads_v4a,
        trailers_v4a,
    ]
    .map(Table::topic)
    .into()
}

/// The requests that the others are made of.
fn plain(bases: &Bases<'_>) -> Table {
    let rule = (
        "create-signed-request",
        "A request that is signed as documented, by a known key, in time, is accepted.",
    );
    let mut table = Table::new("sigv4", "bases", "Requests as they were signed", rule);
    for base in bases.all() {
        table.signed(base);
    }
    table
}
