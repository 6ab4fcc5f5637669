//! Paths: segments in all combinations, odd escapes, lengths, and the two switches mixed.

use sigv4_vectors::model::{Placement, Profile};

use super::rules::{PATH_AS_SENT, PATH_ENCODED, PATH_NORMALIZED};
use super::{Corner, EVERYWHERE, Sample, Topic};

static SEGMENTS: Topic = Topic::new(
    "path-segments",
    "Dot segments, empty segments and names in all orders, up to three segments",
    &PATH_NORMALIZED,
    &["path-normalization", "url-library"],
);
static S3_SEGMENTS: Topic = Topic::new(
    "s3-path-segments",
    "Dot segments, empty segments and names in all orders, in the path of an S3 request",
    &PATH_AS_SENT,
    &["path-as-sent", "url-library"],
)
.at(Profile::S3, Placement::Header);
static TEXTS: Topic = Topic::new(
    "path-texts",
    "Paths that a signer may decode, parse or cut",
    &PATH_ENCODED,
    &["byte-table", "path-normalization", "url-library"],
);
static S3_TEXTS: Topic = Topic::new(
    "s3-path-texts",
    "Paths of S3 requests that a signer may decode, parse or cut",
    &PATH_AS_SENT,
    &["path-as-sent", "url-library"],
)
.at(Profile::S3, Placement::Header);
static SWITCHES: Topic = Topic::new(
    "path-switches",
    "Normalisation without double encoding, and double encoding without normalisation",
    &PATH_NORMALIZED,
    &["path-normalization"],
);

pub(super) fn corners(corners: &mut Vec<Corner>) {
    for (topic, placements) in [(&SEGMENTS, Placement::ALL), (&S3_SEGMENTS, Placement::ALL)] {
        for &placement in placements {
            // A presigned path is made canonical in the same step: two segments show that.
            let longest = if placement == Placement::Header { 3 } else { 2 };
            for path in combinations(longest) {
                let words: Vec<&str> = path.iter().map(|(word, _)| *word).collect();
                let text: Vec<&str> = path.iter().map(|(_, text)| *text).collect();
                let target = format!("/{}", text.join("/"));
                let title = format!("The path `{target}`");
                let sample = Sample::new((topic.home.0, placement)).target(target);
                corners.push(topic.corner(&words.join("-"), title, sample));
            }
        }
    }
    for (profile, placement) in EVERYWHERE {
        let topic = if profile == Profile::S3 { &S3_TEXTS } else { &TEXTS };
        for (name, target) in TABLE {
            // Query placement adds its own query: only how the target is split may differ.
            if placement == Placement::Header || matches!(target.as_bytes(), [b'?', ..] | []) {
                let title = format!("The target `{target}`");
                let sample = Sample::new((profile, placement)).target(*target);
                corners.push(topic.corner(name, title, sample));
            }
        }
        if placement == Placement::Header {
            for (name, title, target) in long() {
                corners.push(topic.corner(
                    name,
                    title,
                    Sample::new((profile, placement)).target(target),
                ));
            }
        }
    }
    for (name, target) in MIXED {
        for (suffix, normalize, double_encode) in
            [("normalized-once", true, false), ("as-sent-twice", false, true)]
        {
            let words = if normalize {
                "normalised and encoded once"
            } else {
                "not normalised and encoded twice"
            };
            let sample = Sample::plain().target(*target).with(|input| {
                input.normalize = normalize;
                input.double_encode = double_encode;
            });
            let title = format!("The path `{target}`, {words}");
            corners.push(SWITCHES.corner(&format!("{name}-{suffix}"), title, sample));
        }
    }
}

/// All sequences of one to `longest` segments.
fn combinations(longest: usize) -> Vec<Vec<(&'static str, &'static str)>> {
    const PIECES: [(&str, &str); 4] = [("empty", ""), ("dot", "."), ("up", ".."), ("name", "a")];
    let mut all: Vec<Vec<(&str, &str)>> = Vec::new();
    let mut last: Vec<Vec<(&str, &str)>> = vec![Vec::new()];
    for _ in 0..longest {
        last = last
            .iter()
            .flat_map(|path| PIECES.map(|piece| [&path[..], &[piece]].concat()))
            .collect();
        all.extend(last.iter().cloned());
    }
    // A single empty segment is `/`: the plain request, which is in the vendor's suite.
    all.retain(|path| path[..] != [PIECES[0]]);
    all
}

fn long() -> [(&'static str, &'static str, String); 4] {
    [
        ("long-segment", "A segment of 4000 bytes", format!("/{}", "a".repeat(4000))),
        ("long-escapes", "A thousand escapes", format!("/{}", "%2B".repeat(1000))),
        ("many-segments", "Four hundred segments", "/ab".repeat(400)),
        ("many-parents", "A hundred names and a hundred parents", {
            format!("{}{}", "/a".repeat(100), "/..".repeat(100))
        }),
    ]
}

const TABLE: &[(&str, &str)] = &[
    ("absent", ""),
    ("absent-before-query", "?a=b"),
    ("three-dots", "/..."),
    ("four-dots", "/a/..../b"),
    ("leading-dot", "/.a"),
    ("trailing-dot", "/a."),
    ("leading-two-dots", "/..a"),
    ("trailing-two-dots", "/a.."),
    ("escaped-dot", "/a/%2E/b"),
    ("escaped-dot-lower", "/a/%2e/b"),
    ("escaped-parent", "/a/%2E%2E/b"),
    ("escaped-parent-lower", "/a/%2e%2e/b"),
    ("escaped-parent-mixed", "/a/%2e%2E/b"),
    ("half-escaped-parent", "/a/.%2e/b"),
    ("half-escaped-parent-first", "/a/%2e./b"),
    ("parent-before-escaped-slash", "/a/..%2Fb"),
    ("escaped-slash-before-parent", "/a%2F../b"),
    ("parent-with-parameter", "/a/..;x/b"),
    ("dot-with-space", "/a/.%20/b"),
    ("dot-with-nul", "/a/.%00/b"),
    ("escaped-backslash", "/a%5C..%5Cb"),
    ("backslash", "/a\\..\\b"),
    ("four-slashes", "////"),
    ("three-slashes", "/a///b"),
    ("two-parents", "/a/b/../../c"),
    ("parents-apart", "/a/../b/../c"),
    ("parents-back-to-root", "/a/b/../.."),
    ("one-letter-segments", "/ab/c/d"),
    ("dots-in-name", "/a..b"),
    ("dots-at-end-of-segment", "/a./b../c"),
    ("marks-twice", "/!!''(())**"),
    ("reserved-in-two-segments", "/a*b/c*d"),
    ("escapes-and-reserved", "/a%20b*%2fc"),
    ("escaped-two-spaces", "/a%20%20"),
    ("escaped-percent-sign", "/%25"),
    ("escaped-mark-first", "/%3Fa"),
    ("escaped-mark-last", "/a%3F"),
    ("escaped-hash-first", "/%23a"),
    ("escaped-hash-last", "/a%23"),
    ("escaped-ampersand", "/a%26b"),
    ("escaped-at", "/a%40b"),
    ("escaped-colon", "/a%3Ab"),
    ("escaped-semicolon", "/a%3Bb"),
    ("escaped-equals", "/a%3Db"),
    ("escaped-quote", "/%22a%22"),
    ("escaped-brackets", "/a%5B0%5D"),
    ("non-ascii-and-reserved", "/\u{e9}*"),
    ("slashes-inside", "/a////b"),
    ("slashes-and-dots", "/a//.//b/..//c//"),
    ("parents-beyond-root", "/../../../a"),
    ("parent-of-empty", "/a//../b"),
    ("like-an-authority", "//example.com/a"),
    ("like-a-url", "/http://example.com/a"),
    ("like-a-drive", "/C:/a"),
    ("like-a-scheme", "/a:b/c"),
    ("like-an-arn", "/model/arn%3Aaws%3Abedrock%3Aus-east-1%3A%3Afoundation-model%2Fa/invoke"),
    ("like-an-arn-raw", "/model/arn:aws:bedrock:us-east-1::foundation-model/a:0/invoke"),
    ("like-a-session", "/a;jsessionid=1"),
    ("like-user-info", "/user@example.com"),
    ("like-a-group", "/log-group:*"),
    ("like-a-partition", "/table/dt=2015-08-30/part-0"),
    ("tilde", "/~user/"),
    ("escaped-tilde", "/%7Euser/"),
    ("escaped-tilde-lower", "/%7euser/"),
    ("escaped-percent", "/100%25"),
    ("escaped-twice", "/a%252Fb"),
    ("escaped-thrice", "/a%25252Fb"),
    ("escaped-letter", "/%61"),
    ("escaped-hyphen", "/a%2Db"),
    ("mixed-case-escape", "/%aB%Ab"),
    ("plus", "/a+b"),
    ("escaped-plus", "/a%2Bb"),
    ("escaped-space", "/a%20b"),
    ("escaped-question-mark", "/a%3Fb"),
    ("escaped-question-mark-and-query", "/a%3Fb?c=d"),
    ("escaped-fragment", "/a%23b"),
    ("escaped-line-end", "/a%0D%0Ab"),
    ("bare-percent", "/100%"),
    ("half-escape", "/a%2"),
    ("no-escape", "/%zz"),
    ("half-no-escape", "/%4z"),
    ("percent-before-escape", "/%%41"),
    ("unicode-escape", "/%u0041"),
    ("overlong-dot", "/%C0%AE%C0%AE/a"),
    ("lone-byte", "/%FF"),
    ("escaped-surrogate", "/%ED%A0%80"),
    ("composed", "/\u{e9}"),
    ("decomposed", "/e\u{301}"),
    ("composed-escaped", "/%C3%A9"),
    ("ideograph", "/\u{65e5}\u{672c}"),
    ("astral", "/\u{1f600}"),
    ("raw-and-escaped", "/\u{e9}%C3%A9"),
    ("right-to-left", "/\u{5d0}\u{202e}"),
    ("soft-hyphen", "/a\u{ad}b"),
    ("line-separator", "/a\u{2028}b"),
    ("next-line", "/a\u{85}b"),
    ("byte-order-mark", "/\u{feff}a"),
    ("sharp-s", "/stra\u{df}e"),
    ("dotless-i", "/I\u{131}"),
    ("upper-case", "/ABC"),
    ("all-reserved", "/!$&'()*+,;=:@"),
    ("all-reserved-escaped", "/%21%24%26%27%28%29%2A%2B%2C%3B%3D%3A%40"),
    ("all-unreserved", "/AZaz09-._~"),
    ("trailing-space", "/a%20"),
    ("trailing-raw-space", "/a "),
    ("inner-raw-spaces", "/a  b"),
    ("trailing-question-mark", "/a?"),
    ("slash-in-query", "/a?b/../c"),
    ("trailing-escape-of-slash", "/a%2F"),
    ("only-escape-of-slash", "/%2F"),
    ("template", "/{proxy+}"),
    ("quoted", "/\"a\""),
    ("angle-brackets", "/<a>"),
    ("brackets", "/a[0]"),
];

/// Paths in which both switches show.
const MIXED: &[(&str, &str)] = &[
    ("slashes", "/a//b"),
    ("parent", "/a/../b"),
    ("dot-at-end", "/a/."),
    ("parent-at-end", "/a/b/.."),
    ("escape", "/a/./%2F"),
    ("lower-escape", "/a/./%2f"),
    ("reserved", "/a/./*"),
    ("tilde-escape", "/a/./%7E"),
    ("percent", "/a/./%"),
    ("encoded-parent", "/a//%2E%2E/b"),
    ("non-ascii", "/a//\u{e9}"),
];
