//! The columns of the table of runs.

use sigv4_conformance::judge::Verdict;
use sigv4_conformance::log::CaseEvent;
use sigv4_protocol::Side;

/// A column: its head, and which cases it counts.
pub(super) type Column = (&'static str, fn(&CaseEvent) -> bool);

/// What is counted of a signer: its verdicts.
const SIGNER: &[Column] = &[
    ("exact", |case| case.verdict == Verdict::Exact),
    ("equivalent", |case| case.verdict == Verdict::Equivalent),
    ("mismatch", |case| case.verdict == Verdict::Mismatch),
    ("unsupported", |case| case.verdict == Verdict::Unsupported),
    ("unrepresentable", |case| case.verdict == Verdict::Unrepresentable),
    ("error", |case| case.verdict == Verdict::Error),
];

/// What is counted of a verifier: its verdicts, and how many of them are wrong, each way.
const VERIFIER: &[Column] = &[
    ("accept", |case| case.verdict == Verdict::Accept),
    ("reject", |case| case.verdict == Verdict::Reject),
    ("wrong accept", |case| case.verdict == Verdict::Accept && !case.conforms()),
    ("wrong reject", |case| case.verdict == Verdict::Reject && !case.conforms()),
    ("unsupported", |case| case.verdict == Verdict::Unsupported),
    ("unrepresentable", |case| case.verdict == Verdict::Unrepresentable),
    ("error", |case| case.verdict == Verdict::Error),
];

/// The columns for a side.
pub(super) fn columns(side: Side) -> &'static [Column] {
    match side {
        Side::Signer => SIGNER,
        Side::Verifier => VERIFIER,
    }
}
