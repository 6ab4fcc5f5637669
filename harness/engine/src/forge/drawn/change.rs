//! What a change is.

use sigv4_vectors::model::StoredKey;

use super::super::draft::Draft;
use super::super::sent::Sent;
use super::super::setting::Setting;

/// One change of a request.
#[derive(Debug)]
pub(super) struct Change {
    /// What it is, as the rest of a sentence.
    pub(super) words: &'static str,
    pub(super) how: How,
}

/// How a change is made. `None` if it does not apply to the request.
#[derive(Debug)]
pub(super) enum How {
    /// Then the request is signed as it is changed.
    BeforeSigning(fn(&mut Making, &Scene<'_>) -> Option<()>),
    /// So that the signature is that of another request.
    AfterSigning(fn(&mut Sent, &Scene<'_>) -> Option<()>),
}

/// What is signed, and what the verifier knows of keys.
#[derive(Clone, Debug)]
pub(super) struct Making {
    pub(super) draft: Draft,
    pub(super) keys: Vec<StoredKey>,
}

/// What a change can look at.
#[derive(Clone, Copy, Debug)]
pub(super) struct Scene<'s> {
    pub(super) setting: &'s Setting,
    /// The request without any change.
    pub(super) original: &'s Draft,
    /// Any number, to choose one of several places or values with.
    pub(super) pick: usize,
}

impl Scene<'_> {
    /// One of several values.
    pub(super) fn one_of<T: Copy>(&self, values: &[T]) -> Option<T> {
        values.get(self.pick.checked_rem(values.len())?).copied()
    }

    /// Whether the signature is in the query.
    pub(super) fn is_presigned(&self) -> bool {
        self.original.expires.is_some()
    }

    /// The window, in seconds.
    pub(super) fn window(&self) -> i64 {
        i64::try_from(self.setting.window).unwrap_or(i64::MAX)
    }
}

/// A change before signing.
pub(super) const fn before(
    words: &'static str,
    apply: fn(&mut Making, &Scene<'_>) -> Option<()>,
) -> Change {
    Change { words, how: How::BeforeSigning(apply) }
}

/// A change after signing.
pub(super) const fn after(
    words: &'static str,
    apply: fn(&mut Sent, &Scene<'_>) -> Option<()>,
) -> Change {
    Change { words, how: How::AfterSigning(apply) }
}

/// Goes on only if this holds.
pub(super) fn only_if(holds: bool) -> Option<()> {
    holds.then_some(())
}
