//! What each case of the suite is for, in our own words. The suite itself only has names.

/// What we say about one case.
pub(super) struct Row {
    /// The folder of the case, which gives it its name.
    pub(super) name: &'static str,
    /// What it tests.
    pub(super) title: &'static str,
    /// The rules that it exercises.
    pub(super) rules: &'static [&'static Section],
    /// Flags, explained in [`FLAGS`].
    pub(super) flags: &'static [&'static str],
}

/// A rule, and the section of the vendor's documentation that gives it.
pub(super) struct Section {
    pub(super) anchor: &'static str,
    pub(super) rule: &'static str,
}

/// A flag, what goes wrong, and how bad it is.
pub(super) const FLAGS: [(&str, &str, &str); 2] = [
    (
        "misleading-name",
        "The suite's name for the case promises more than its request holds.",
        "Harmless to a signer. Whoever goes by names believes that something is tested which is not.",
    ),
    (
        "raw-path",
        "A signer that first makes the raw path legal and then encodes it once more signs `%25` \
         where the suite has `%`.",
        "The signature differs, but only for paths that HTTP libraries refuse to send.",
    ),
];

/// Folders next to the cases that are not complete cases; `vectors/errata.toml` says why.
pub(super) const LEFT_OUT: [&str; 2] = ["double-encode-path", "double-url-encode"];

/// Cases whose request is unchanged only in the `SigV4A` copy; see `vectors/errata.toml`.
pub(super) const REQUEST_FROM_V4A: [&str; 1] = ["get-space-normalized"];

const CANONICAL: &str = "create-canonical-request";

static METHOD: Section = Section {
    anchor: CANONICAL,
    rule: "The first line of the canonical request is the method, as it is sent.",
};
static NORMALIZED: Section = Section {
    anchor: CANONICAL,
    rule: "Dot segments are resolved and repeated slashes become one, except for S3. A final slash \
           stays.",
};
static UNNORMALIZED: Section = Section {
    anchor: CANONICAL,
    rule: "Where normalisation is off, as for S3, dot segments and repeated slashes are signed as \
           they are sent.",
};
static PATH_ENCODED: Section = Section {
    anchor: CANONICAL,
    rule: "Every byte of the path is percent-encoded with upper-case digits, except letters, \
           digits, `-`, `.`, `_`, `~` and `/`.",
};
static QUERY_ENCODED: Section = Section {
    anchor: CANONICAL,
    rule: "Names and values of the query are percent-encoded each, except letters, digits, `-`, \
           `.`, `_` and `~`.",
};
static QUERY_SORTED: Section = Section {
    anchor: CANONICAL,
    rule: "Query parameters are sorted by name, compared byte by byte after encoding.",
};
static QUERY_EMPTY: Section = Section {
    anchor: CANONICAL,
    rule: "A request without a query has an empty line in place of the canonical query.",
};
static HEADER_NAMES: Section = Section {
    anchor: CANONICAL,
    rule: "Names of headers are put in lower case, and the headers are sorted by them.",
};
static HEADER_VALUES: Section =
    Section { anchor: CANONICAL, rule: "The case of a header value is kept." };
static HEADER_SPACES: Section = Section {
    anchor: CANONICAL,
    rule: "Spaces around a header value are removed, and runs of spaces inside become one, within \
           quotes too.",
};
static HEADER_FOLDED: Section = Section {
    anchor: CANONICAL,
    rule: "A value folded over several lines is one value, its lines joined with single spaces.",
};
static HEADER_REPEATED: Section = Section {
    anchor: CANONICAL,
    rule: "Values of headers with one name are joined with commas, in the order of the request.",
};
static PAYLOAD: Section = Section {
    anchor: CANONICAL,
    rule: "The last line of the canonical request is the SHA-256 of the body in lower-case \
           hexadecimal digits, also of an empty body.",
};
static TOKEN_SIGNED: Section = Section {
    anchor: CANONICAL,
    rule: "The session token of temporary credentials is part of what is signed: as a header, or as \
           a query parameter.",
};
static TOKEN_ADDED: Section = Section {
    anchor: "add-signature-to-request",
    rule: "For services that ask for it, the session token is added after signing and is not part \
           of what is signed.",
};

/// The cases, sorted by name.
pub(super) static ROWS: [Row; 38] = [
    Row {
        name: "get-header-key-duplicate",
        title: "A header given three times, two of its values equal",
        rules: &[&HEADER_REPEATED],
        flags: &[],
    },
    Row {
        name: "get-header-value-multiline",
        title: "A header value folded over three lines",
        rules: &[&HEADER_FOLDED],
        flags: &[],
    },
    Row {
        name: "get-header-value-order",
        title: "A header given four times, its values in no order",
        rules: &[&HEADER_REPEATED],
        flags: &[],
    },
    Row {
        name: "get-header-value-trim",
        title: "Header values with leading spaces, and with runs of spaces inside quotes",
        rules: &[&HEADER_SPACES],
        flags: &[],
    },
    Row {
        name: "get-relative-normalized",
        title: "A path that one `..` brings back to the root, normalised",
        rules: &[&NORMALIZED],
        flags: &[],
    },
    Row {
        name: "get-relative-relative-normalized",
        title: "A path that two `..` bring back to the root, normalised",
        rules: &[&NORMALIZED],
        flags: &[],
    },
    Row {
        name: "get-relative-relative-unnormalized",
        title: "A path with two `..` at its end, not normalised",
        rules: &[&UNNORMALIZED],
        flags: &[],
    },
    Row {
        name: "get-relative-unnormalized",
        title: "A path with `..` at its end, not normalised",
        rules: &[&UNNORMALIZED],
        flags: &[],
    },
    Row {
        name: "get-slash-dot-slash-normalized",
        title: "A path of a single dot segment, normalised to the root",
        rules: &[&NORMALIZED],
        flags: &[],
    },
    Row {
        name: "get-slash-dot-slash-unnormalized",
        title: "A path of a single dot segment, not normalised",
        rules: &[&UNNORMALIZED],
        flags: &[],
    },
    Row {
        name: "get-slash-normalized",
        title: "A path of two slashes, normalised to one",
        rules: &[&NORMALIZED],
        flags: &[],
    },
    Row {
        name: "get-slash-pointless-dot-normalized",
        title: "A dot segment before a name, normalised",
        rules: &[&NORMALIZED],
        flags: &[],
    },
    Row {
        name: "get-slash-pointless-dot-unnormalized",
        title: "A dot segment before a name, not normalised",
        rules: &[&UNNORMALIZED],
        flags: &[],
    },
    Row {
        name: "get-slash-unnormalized",
        title: "A path of two slashes, not normalised",
        rules: &[&UNNORMALIZED],
        flags: &[],
    },
    Row {
        name: "get-slashes-normalized",
        title: "Repeated slashes before and after a name, normalised with one slash at the end",
        rules: &[&NORMALIZED],
        flags: &[],
    },
    Row {
        name: "get-slashes-unnormalized",
        title: "Repeated slashes before and after a name, not normalised",
        rules: &[&UNNORMALIZED],
        flags: &[],
    },
    Row {
        name: "get-space-normalized",
        title: "A raw space in the path, and a slash at its end, normalised",
        rules: &[&PATH_ENCODED, &NORMALIZED],
        flags: &["raw-path"],
    },
    Row {
        name: "get-space-unnormalized",
        title: "A raw space in the path, not normalised",
        rules: &[&PATH_ENCODED, &UNNORMALIZED],
        flags: &["raw-path"],
    },
    Row {
        name: "get-unreserved",
        title: "Every unreserved character in the path, none of them encoded",
        rules: &[&PATH_ENCODED],
        flags: &[],
    },
    Row {
        name: "get-utf8",
        title: "A raw character beyond ASCII in the path",
        rules: &[&PATH_ENCODED],
        flags: &["raw-path"],
    },
    Row {
        name: "get-vanilla",
        title: "The plainest GET: no query, no header but the host, no body",
        rules: &[&METHOD, &PAYLOAD],
        flags: &[],
    },
    Row {
        name: "get-vanilla-empty-query-key",
        title: "One query parameter",
        rules: &[&QUERY_ENCODED],
        flags: &["misleading-name"],
    },
    Row {
        name: "get-vanilla-query",
        title: "No query at all",
        rules: &[&QUERY_EMPTY],
        flags: &["misleading-name"],
    },
    Row {
        name: "get-vanilla-query-order-encoded",
        title: "Query parameters to sort: one name encoded, one the beginning of another",
        rules: &[&QUERY_SORTED],
        flags: &[],
    },
    Row {
        name: "get-vanilla-query-order-key-case",
        title: "Two query parameters in the wrong order; their names differ in a digit, not in case",
        rules: &[&QUERY_SORTED],
        flags: &["misleading-name"],
    },
    Row {
        name: "get-vanilla-query-unreserved",
        title: "Every unreserved character in the name and in the value of a query parameter",
        rules: &[&QUERY_ENCODED],
        flags: &[],
    },
    Row {
        name: "get-vanilla-utf8-query",
        title: "A raw character beyond ASCII as the name of a query parameter",
        rules: &[&QUERY_ENCODED],
        flags: &[],
    },
    Row {
        name: "get-vanilla-with-session-token",
        title: "The plainest GET with temporary credentials, the token signed",
        rules: &[&TOKEN_SIGNED],
        flags: &[],
    },
    Row {
        name: "post-header-key-case",
        title: "No header but the host: only its name is to be put in lower case",
        rules: &[&HEADER_NAMES],
        flags: &["misleading-name"],
    },
    Row {
        name: "post-header-key-sort",
        title: "One header beside the host",
        rules: &[&HEADER_NAMES],
        flags: &["misleading-name"],
    },
    Row {
        name: "post-header-value-case",
        title: "A header value in upper case",
        rules: &[&HEADER_VALUES],
        flags: &[],
    },
    Row {
        name: "post-sts-header-after",
        title: "Temporary credentials, the token added after signing",
        rules: &[&TOKEN_ADDED],
        flags: &[],
    },
    Row {
        name: "post-sts-header-before",
        title: "Temporary credentials, the token signed with a POST",
        rules: &[&TOKEN_SIGNED],
        flags: &[],
    },
    Row {
        name: "post-vanilla",
        title: "The plainest POST: no query, no header but the host, no body",
        rules: &[&METHOD, &PAYLOAD],
        flags: &[],
    },
    Row {
        name: "post-vanilla-empty-query-value",
        title: "A POST with one query parameter, its value not empty",
        rules: &[&QUERY_ENCODED],
        flags: &["misleading-name"],
    },
    Row {
        name: "post-vanilla-query",
        title: "A POST with one query parameter",
        rules: &[&QUERY_ENCODED],
        flags: &[],
    },
    Row {
        name: "post-x-www-form-urlencoded",
        title: "A form as the body, with its type and length as headers",
        rules: &[&PAYLOAD, &HEADER_NAMES],
        flags: &[],
    },
    Row {
        name: "post-x-www-form-urlencoded-parameters",
        title: "A form as the body, its type with a parameter after a space",
        rules: &[&PAYLOAD, &HEADER_NAMES],
        flags: &[],
    },
];
