//! Queries: the order of names and values, and how a query is split.

use sigv4_vectors::model::{Placement, Profile};

use super::rules::{QUERY_ENCODED, QUERY_PARTS, QUERY_SORTED};
use super::{Corner, EVERYWHERE, GENERIC_AND_S3, Sample, Topic};

static NAMES: Topic = Topic::new(
    "query-order-of-names",
    "Two names, the one that sorts first sent last and with the greater value",
    &QUERY_SORTED,
    &["sort-order"],
);
static CASES: Topic = Topic::new(
    "query-order-of-cases",
    "Two names, one of them in both cases, the one that sorts first sent last",
    &QUERY_SORTED,
    &["sort-order"],
);
static VALUES: Topic = Topic::new(
    "query-order-of-values",
    "One name with two values, the one that sorts first sent last",
    &QUERY_SORTED,
    &["sort-order"],
);
static PERMUTATIONS: Topic = Topic::new(
    "query-order-of-three",
    "Three parameters in every order",
    &QUERY_SORTED,
    &["sort-order"],
);
static PARTS: Topic = Topic::new(
    "query-parts",
    "Empty, missing and repeated parts of a query",
    &QUERY_PARTS,
    &["query-parts", "non-strict-query"],
);
static S3_PARTS: Topic = Topic::new(
    "s3-query-parts",
    "Empty, missing and repeated parts of a query of an S3 request",
    &QUERY_PARTS,
    &["query-parts", "non-strict-query"],
)
.at(Profile::S3, Placement::Header);
static TEXTS: Topic = Topic::new(
    "query-texts",
    "Names and values that a signer may decode, parse or mistake for something else",
    &QUERY_ENCODED,
    &["non-strict-query", "url-library"],
);
static S3_TEXTS: Topic = Topic::new(
    "s3-query-texts",
    "The same names and values in the query of an S3 request",
    &QUERY_ENCODED,
    &["non-strict-query", "url-library"],
)
.at(Profile::S3, Placement::Header);
static PRESIGNED_TEXTS: Topic = Topic::new(
    "presign-query-texts",
    "The same names and values in the query of a presigned request",
    &QUERY_ENCODED,
    &["non-strict-query", "presigned-query"],
)
.at(Profile::Generic, Placement::Query);

pub(super) fn corners(corners: &mut Vec<Corner>) {
    // Values in the opposite order of the names expose a comparison of whole pieces.
    for (index, (first_label, first)) in SORTED_NAMES.iter().enumerate() {
        for (second_label, second) in &SORTED_NAMES[index + 1..] {
            let sample = Sample::plain().target(format!("/?{second}=1&{first}=2"));
            let title = format!("The name `{first}` comes before `{second}`");
            let in_both_cases = |label: &&str| ["upper-a-b", "a-upper-b"].contains(label);
            let topic = if [first_label, second_label].into_iter().any(in_both_cases) {
                &CASES
            } else {
                &NAMES
            };
            corners.push(topic.corner(&format!("{first_label}-{second_label}"), title, sample));
        }
    }
    for (index, (first_label, first)) in SORTED_VALUES.iter().enumerate() {
        for (second_label, second) in &SORTED_VALUES[index + 1..] {
            let sample = Sample::plain().target(format!("/?n={second}&n={first}"));
            let title = format!("The value `{first}` comes before `{second}`");
            corners.push(VALUES.corner(&format!("{first_label}-{second_label}"), title, sample));
        }
    }
    permutations(corners);
    for place in GENERIC_AND_S3 {
        for (name, query) in SPLIT {
            let sample = Sample::new(place).target(format!("/?{query}"));
            let topic = if place.0 == Profile::S3 { &S3_PARTS } else { &PARTS };
            corners.push(topic.corner(name, format!("The query `{query}`"), sample));
        }
    }
    for place in EVERYWHERE {
        for (name, query) in WORDS {
            let title = format!("The query `{query}`");
            let sample = Sample::new(place).target(format!("/?{query}"));
            // Names that presigning itself uses belong to the presigned requests.
            let reserved = place.1 == Placement::Query && query.starts_with("X-Amz-");
            // The query does not depend on the profile: one placement of S3 is enough to show that.
            // For names that a JavaScript object loses, the generic profile is enough.
            let of_objects = place.0 == Profile::S3 && OF_OBJECTS.contains(name);
            let shown = GENERIC_AND_S3.contains(&place) && !reserved && !of_objects;
            if shown || S3_WORDS.contains(name) {
                let topic = match place {
                    (_, Placement::Query) => &PRESIGNED_TEXTS,
                    (Profile::S3, _) if !S3_WORDS.contains(name) => &S3_TEXTS,
                    _ => &TEXTS,
                };
                corners.push(topic.corner(name, title, sample));
            }
        }
    }
    for (name, title, query) in [
        ("long-value", "A value of 4000 bytes", format!("n={}", "a".repeat(4000))),
        ("long-name", "A name of 1000 bytes", format!("{}=v", "a".repeat(1000))),
        ("long-escapes", "A value of a thousand escapes", format!("n={}", "%2B".repeat(1000))),
        ("many-names", "A hundred parameters, their numbers in falling order", {
            let parts: Vec<String> = (0..100).rev().map(|n| format!("n{n}={n}")).collect();
            parts.join("&")
        }),
        ("many-values", "A hundred values of one name, in falling order", {
            let parts: Vec<String> = (0..100).rev().map(|n| format!("n={n}")).collect();
            parts.join("&")
        }),
    ] {
        corners.push(TEXTS.corner(name, title, Sample::plain().target(format!("/?{query}"))));
    }
}

fn permutations(corners: &mut Vec<Corner>) {
    let sets = [
        ("names", ["a=1", "b=2", "c=3"]),
        ("values", ["a=1", "a=2", "a=3"]),
        ("prefixes", ["a=z", "aa=y", "aaa=x"]),
        ("mixed", ["a=2", "a=10", "B=1"]),
        ("empties", ["a=", "a=%20", "a0="]),
        ("escapes", ["%C3%A9=1", "%25=2", "z=3"]),
        ("equal", ["a=1", "a=1", "a=0"]),
        ("cases", ["a=1", "A=1", "aA=1"]),
        ("case-ties", ["aB=1", "aa=2", "AA=3"]),
        ("punctuation", ["a-b=1", "ab=2", "a.b=3"]),
        ("numbers", ["10=a", "9=b", "1=c"]),
    ];
    for (label, parts) in sets {
        for order in [[0, 1, 2], [0, 2, 1], [1, 0, 2], [1, 2, 0], [2, 0, 1], [2, 1, 0]] {
            let query = order.map(|index| parts[index]).join("&");
            let name = format!("{label}-{}", order.map(|index| (index + 1).to_string()).join("-"));
            let sample = Sample::plain().target(format!("/?{query}"));
            let title = format!("The query `{query}`");
            corners.push(PERMUTATIONS.corner(&name, title, sample));
        }
    }
}

/// Strictly encoded names, sorted.
const SORTED_NAMES: &[(&str, &str)] = &[
    ("escaped-u-umlaut", "%C3%BC"),
    ("escaped-ffff", "%EF%BF%BF"),
    ("escaped-10000", "%F0%90%80%80"),
    ("ten", "10"),
    ("upper-a", "A"),
    ("upper-a-b", "Ab"),
    ("underscore", "_"),
    ("a", "a"),
    ("a-space", "a%20"),
    ("a-plus", "a%2B"),
    ("a-equals", "a%3D"),
    ("a-hyphen", "a-"),
    ("a-dot", "a."),
    ("a-zero", "a0"),
    ("a-upper-b", "aB"),
    ("a-underscore", "a_"),
    ("aa", "aa"),
    ("a-tilde", "a~"),
    ("z", "z"),
    ("tilde", "~"),
];

/// Strictly encoded values, sorted.
const SORTED_VALUES: &[(&str, &str)] = &[
    ("empty", ""),
    ("space", "%20"),
    ("slash", "%2F"),
    ("equals", "%3D"),
    ("e-acute", "%C3%A9"),
    ("ffff", "%EF%BF%BF"),
    ("10000", "%F0%90%80%80"),
    ("hyphen", "-"),
    ("dot", "."),
    ("one", "1"),
    ("ten", "10"),
    ("upper", "A"),
    ("underscore", "_"),
    ("lower", "a"),
    ("lower-space", "a%20"),
    ("lower-hyphen", "a-"),
    ("lower-lower", "aa"),
    ("tilde", "~"),
];

const SPLIT: &[(&str, &str)] = &[
    ("nothing", ""),
    ("no-value", "a"),
    ("empty-value", "a="),
    ("empty-name", "=v"),
    ("equals-alone", "="),
    ("equals-twice", "=="),
    ("empty-name-and-equals", "==v"),
    ("ampersand-alone", "&"),
    ("ampersands-alone", "&&&"),
    ("leading-ampersand", "&a=b"),
    ("trailing-ampersand", "a=b&"),
    ("double-ampersand", "a=b&&c=d"),
    ("ampersands-everywhere", "&&a=b&&c=d&&"),
    ("no-value-and-empty-value", "a&a="),
    ("empty-value-and-no-value", "a=&a"),
    ("no-values", "b&a"),
    ("no-value-among-others", "b=1&acl&a=2"),
    ("empty-names", "=b&=a"),
    ("empty-name-after-others", "a=1&="),
    ("equals-in-value", "a=b=c"),
    ("equals-behind-value", "a=b="),
    ("equals-twice-behind-name", "a==b"),
    ("base64-value", "a=Zm9vYg=="),
    ("base64-value-escaped", "a=Zm9vYg%3D%3D"),
    ("question-mark-first", "?a=b"),
    ("question-mark-in-name", "a?b=c"),
    ("question-mark-in-value", "a=b?c=d"),
    ("question-mark-escaped", "a=b%3Fc"),
    ("plus-in-value", "a=b+c"),
    ("plus-in-name", "a+b=c"),
    ("plus-escaped", "a=b%2Bc"),
    ("plus-and-space", "a=b+c%20d"),
    ("semicolon-between", "a=b;c=d"),
    ("semicolon-in-name", "a;b=c"),
    ("semicolon-escaped", "a=b%3Bc"),
    ("comma-in-value", "a=b,c"),
    ("comma-escaped", "a=b%2Cc"),
    ("ampersand-escaped", "a=b%26c=d"),
    ("ampersand-as-entity", "a=b&amp;c=d"),
    ("equals-escaped-in-name", "a%3Db=c"),
    ("same-twice", "a=1&a=1"),
    ("same-thrice", "a=1&a=1&a=1"),
    ("same-apart", "a=1&b=2&a=1"),
    ("values-falling", "a=2&a=1"),
    ("values-as-text", "a=10&a=9&a=1"),
    ("value-prefixes", "a=bb&a=b&a="),
    ("value-case", "a=b&a=B"),
    ("name-case", "a=1&A=2"),
    ("name-escaped-and-raw", "%61=2&a=1"),
    ("brackets", "a[]=2&a[]=1"),
    ("brackets-escaped", "a%5B%5D=2&a%5B%5D=1"),
    ("brackets-with-names", "a%5Bb%5D=1&a%5Ba%5D=2"),
    ("names-in-two-orders", "a%5B=1&aA=2"),
    ("members", "Member.10=a&Member.9=b&Member.1=c"),
    ("fragment-escaped", "a=b%23c"),
    ("three-names", "c=1&a=2&b=3"),
    ("case-tie", "aB=&aa="),
    ("values-rising", "a=1&a=2"),
    ("values-of-other-length", "a=9&a=10"),
    ("values-as-names", "a=2&b=1"),
    ("value-zero", "a=0&b=1"),
    ("separators-escaped", "a%26b=c%26d%3De"),
    ("marks-twice", "a=%21%21%27%27%28%28%29%29%2A%2A"),
];

const WORDS: &[(&str, &str)] = &[
    ("query-protocol", "Action=ListUsers&Version=2010-05-08"),
    ("acl", "acl"),
    ("uploads", "uploads"),
    ("delete", "delete="),
    ("listing", "list-type=2&prefix=a%2Fb&delimiter=%2F&encoding-type=url"),
    ("listing-raw", "list-type=2&prefix=a/b&delimiter=/"),
    ("part", "uploadId=VXBsb2FkIElE&partNumber=10"),
    ("version", "versionId=3%2FL4kqtJlcpXroDTDmpUMLUo"),
    ("response-override", "response-content-disposition=attachment%3B%20filename%3D%22a%22"),
    ("url-as-value", "url=https%3A%2F%2Fexample.com%2F%3Fa%3Db%26c%3Dd"),
    ("url-as-value-raw", "url=https://example.com/?a=b"),
    ("json-as-value", "filter=%7B%22a%22%3A%5B1%2C2%5D%7D"),
    ("time-as-value", "from=2015-08-30T12:36:00Z"),
    ("time-with-zone", "from=2015-08-30T12%3A36%3A00%2B02%3A00"),
    ("arn-as-value", "arn=arn%3Aaws%3Aiam%3A%3A123456789012%3Auser%2Fa"),
    ("mail-as-value", "to=a%40example.com"),
    ("mail-as-value-raw", "to=a@example.com"),
    ("parent-as-value", "path=..%2F..%2Fa"),
    ("parent-as-value-raw", "path=../../a"),
    ("prototype-name", "__proto__=1"),
    ("constructor-name", "constructor=1&hasOwnProperty=2&toString=3"),
    ("length-name", "length=1"),
    ("number-names", "2=a&10=b&1=c"),
    ("true-value", "a=true&b=null&c=undefined"),
    ("arn-raw", "arn=arn:aws:iam::123456789012:user/a"),
    ("list", "ids=1%2C2%2C3"),
    ("template", "a=%7Bb%7D"),
    ("member", "a%5B0%5D=b"),
    ("hyphens-and-dots", "a-b.c_d~e=f-g.h_i~j"),
    ("escaped-line-feed", "a=b%0Ac"),
    ("escaped-twice", "a=%252F"),
    ("escaped-thrice", "a=%25252F"),
    ("escaped-percent", "a=100%25"),
    ("escaped-letter", "a=%62"),
    ("escaped-tilde", "a=%7E"),
    ("escaped-tilde-lower", "a=%7e"),
    ("escaped-hyphen", "a=%2D"),
    ("escaped-mixed-case", "a=%2f%2F%aB"),
    ("escaped-letter-and-lower", "%61%2f=%62%2f"),
    ("escaped-nul", "a=b%00c"),
    ("escaped-line-end", "a=b%0D%0Ac"),
    ("escaped-tab", "a=%09"),
    ("spaces-around", "a=%20b%20"),
    ("space-runs", "a=b%20%20c"),
    ("only-space", "a=%20"),
    ("composed", "a=%C3%A9"),
    ("decomposed", "a=e%CC%81"),
    ("composed-raw", "a=\u{e9}"),
    ("decomposed-raw", "a=e\u{301}"),
    ("astral-raw", "a=\u{1f600}"),
    ("raw-and-escaped", "a=\u{e9}%C3%A9"),
    ("overlong", "a=%C0%AF"),
    ("lone-byte", "a=%FF"),
    ("lone-continuation", "a=%80"),
    ("lone-lead", "a=%C3"),
    ("surrogate", "a=%ED%A0%80"),
    ("lone-byte-in-name", "%FF=a"),
    ("lone-bytes-sorted", "a=%FF&a=%80"),
    ("byte-order-mark", "a=%EF%BB%BF"),
    ("replacement-character", "a=%EF%BF%BD"),
    ("raw-quotes", "a='b'&c=\"d\""),
    ("raw-bracket-list", "a=[1,2]"),
    ("raw-pipe", "a=b|c"),
    ("raw-parentheses", "a=(b)"),
    ("raw-star", "a=*"),
    ("raw-dollar", "a=$b"),
    ("raw-all-allowed", "a=!$'()*,:@/"),
    ("all-reserved-escaped", "a=%21%2A%27%28%29%3B%3A%40%26%3D%2B%24%2C%2F%3F%25%23%5B%5D"),
    ("raw-space", "a=b c"),
    ("legacy-key-id", "AWSAccessKeyId=AKIDEXAMPLE"),
    ("legacy-signature", "Signature=abc&SignatureVersion=2"),
    ("lower-case-date", "x-amz-date=20150830T123600Z"),
    ("lower-case-signature", "x-amz-signature=abc"),
    ("own-date", "X-Amz-Date=20110909T233600Z"),
    ("own-algorithm", "X-Amz-Algorithm=AWS4-HMAC-SHA256"),
    ("own-credential", "X-Amz-Credential=AKIDEXAMPLE"),
    ("own-signature", "X-Amz-Signature=abc"),
    ("own-expires", "X-Amz-Expires=60"),
    ("own-signed-headers", "X-Amz-SignedHeaders=host"),
    ("own-token", "X-Amz-Security-Token=abc"),
    ("own-content-sha256", "X-Amz-Content-Sha256=UNSIGNED-PAYLOAD"),
];

/// Names that every JavaScript object has.
const OF_OBJECTS: &[&str] = &["prototype-name", "constructor-name"];

/// What S3 is asked in both placements.
const S3_WORDS: &[&str] = &["acl", "delete", "listing", "part", "uploads", "version"];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_tables_are_in_their_order() {
        for table in [SORTED_NAMES, SORTED_VALUES] {
            assert!(table.is_sorted_by(|(_, left), (_, right)| left.as_bytes() < right.as_bytes()));
        }
    }
}
