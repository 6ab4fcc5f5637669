//! The catalogue of changes, a file for each part of a request.

#![expect(clippy::unnecessary_wraps, reason = "each line says whether it applies, in the same way")]

mod authorization;
mod body;
mod clock;
mod headers;
mod keys;
mod list;
mod parameters;
mod scope;
mod signature;
mod target;
mod token;

use std::sync::LazyLock;

use super::change::Change;

/// All changes.
pub(super) fn all() -> &'static [&'static Change] {
    static ALL: LazyLock<Vec<&Change>> = LazyLock::new(|| {
        let files = [
            target::CHANGES,
            headers::CHANGES,
            list::CHANGES,
            body::CHANGES,
            scope::CHANGES,
            clock::CHANGES,
            keys::CHANGES,
            token::CHANGES,
            authorization::CHANGES,
            parameters::CHANGES,
            signature::CHANGES,
        ];
        files.into_iter().flatten().collect()
    });
    &ALL
}
