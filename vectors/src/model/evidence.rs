//! Why an expectation is believed.

use serde::{Deserialize, Serialize};

use crate::words::words;

/// Why an expectation is believed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Evidence {
    /// What kind of source it is.
    pub kind: EvidenceKind,
    /// The source itself, with versions.
    pub source: String,
    /// Who says what, where the source is a question to several implementations.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub votes: Option<Votes>,
    /// Who takes what, where the source is a question to several servers. Those that could not be
    /// asked are not named.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub servers: Vec<Taking>,
}

/// The servers that take the request with the same signatures.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Taking {
    /// The readings of the request whose signatures they take; none if they refuse it whatever its
    /// signature.
    pub takes: Vec<Reading>,
    /// Their names; the `source` of the file has the versions.
    pub who: Vec<String>,
}

/// What official implementations made of one question. Those that cannot hold it are not named.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Votes {
    /// Those that came to the expected signature, with versions.
    pub agree: Vec<String>,
    /// Those that signed another legitimate set of headers, and whose own signed request verifies.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub agree_within_own_headers: Vec<String>,
    /// Those that say otherwise.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub otherwise: Vec<Dissent>,
}

/// An implementation that does not agree.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Dissent {
    /// Its name and version.
    pub who: String,
    /// Where it first differs.
    pub how: String,
    /// The catalogued mistake that makes its answer, where it makes that one in the vendor's own
    /// suite too: its voice does not count then.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub mistake: Option<String>,
}

/// A rule of the specification.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Rule {
    /// The anchor of the section in the vendor's documentation.
    pub anchor: String,
    /// The rule, in our words.
    pub rule: String,
}

words! {
    /// Kinds of source for an expectation.
    pub enum EvidenceKind {
        /// The vendor's test suite.
        VendorSuite = "vendor-suite",
        /// The vendor's documentation.
        VendorDocs = "vendor-docs",
        /// The tests of one of the vendor's SDKs.
        VendorSdk = "vendor-sdk",
        /// An implementation that is not the vendor's: its tests, or what it answers.
        ThirdParty = "third-party",
        /// Official implementations that agree; the source lists them with versions.
        Consensus = "consensus",
        /// A rule of the specification, by its anchor.
        Rule = "rule",
        /// A published vulnerability, or the report of one: an advisory, an issue, a commit.
        Cve = "cve",
        /// A finding of this project's search, expected values from its reference. It shows where two
        /// implementations differ, not which of them is right.
        Search = "search",
        /// What the author of a user's own case says, in the source. No vector of this project has it.
        Own = "own",
    }
}

words! {
    /// Ways in which a server makes a request canonical, all of them with everything that was sent: a
    /// server that leaves a part out takes none of these.
    pub enum Reading {
        /// As the vector expects it.
        Expected = "expected",
        /// Path and query decoded once and encoded once, a plus in the query as a space.
        Recoded = "recoded",
        /// Path and query as sent, the parameters sorted by their text.
        AsSent = "as-sent",
        /// Recoded, the parameters sorted by their decoded names, the values of one name as sent.
        NamesDecoded = "names-decoded",
        /// Recoded, the values of one name in the order in which they were sent.
        ValuesAsSent = "values-as-sent",
        /// Recoded, sorted by the text `name=value`.
        PairsAsText = "pairs-as-text",
        /// A TAB inside a header value kept.
        TabKept = "tab-kept",
        /// Spaces kept in a header value that begins with a quote.
        QuotesKept = "quotes-kept",
        /// Header bytes read as Latin-1 and encoded as UTF-8.
        Latin1 = "latin-1",
    }
}
