//! What a generator of requests has to reach: corners, each with a name and a predicate.

use sigv4_protocol::SignQuestion;
use sigv4_vectors::model::{Payload, Placement, Profile};

use super::class::{Class, split_target};

/// A corner that questions can be in.
#[derive(Clone, Copy)]
pub struct Reached {
    /// Its name, in kebab case.
    pub name: &'static str,
    /// Whether the question is in it.
    pub holds: fn(&SignQuestion) -> bool,
}

/// How many of the questions are in each corner, in the order of [`CORNERS`].
#[must_use]
pub fn count<'q>(questions: impl Iterator<Item = &'q SignQuestion>) -> Vec<(&'static str, usize)> {
    let mut counts: Vec<(&str, usize)> = CORNERS.iter().map(|corner| (corner.name, 0)).collect();
    for question in questions {
        for (corner, count) in CORNERS.iter().zip(&mut counts) {
            count.1 += usize::from((corner.holds)(question));
        }
    }
    counts
}

macro_rules! corners {
    ($($name:literal => $holds:expr,)+) => {
        /// The corners.
        pub const CORNERS: &[Reached] = &[$(Reached { name: $name, holds: $holds }),+];
    };
}

corners! {
    "normative" => |question| Class::of(question).is_core(),
    "header-placement" => |question| question.placement == Placement::Header,
    "query-placement" => |question| question.placement == Placement::Query,
    "generic-profile" => |question| question.profile == Profile::Generic,
    "s3-profile" => |question| question.profile == Profile::S3,
    "normalised-and-encoded-once" => |question| question.input.normalize && !question.input.double_encode,
    "as-sent-and-encoded-twice" => |question| !question.input.normalize && question.input.double_encode,
    "unsigned-payload" => |question| question.input.payload == Payload::Unsigned,
    "content-sha256-header" => |question| question.input.content_sha256_header,
    "body" => |question| !question.input.request.body.is_empty(),
    "body-of-a-get" => |question| {
        question.input.request.method == "GET".into() && !question.input.request.body.is_empty()
    },
    "body-no-utf8" => |question| question.input.request.body.as_str().is_none(),
    "odd-method" => |question| [&b"M-SEARCH"[..], b"PURGE", b"!"].contains(&&question.input.request.method[..]),
    "head" => |question| question.input.request.method == "HEAD".into(),
    "empty-path" => |question| path(question).is_empty(),
    "path-dot-segment" => |question| {
        path(question).split(|byte| *byte == b'/').any(|segment| segment == b"." || segment == b"..")
    },
    "path-double-slash" => |question| holds(path(question), b"//"),
    "path-trailing-slash" => |question| path(question).len() > 1 && path(question).ends_with(b"/"),
    "path-reserved-byte" => |question| path(question).iter().any(|byte| b"!$&'()*+,;=:@".contains(byte)),
    "path-escape" => |question| path(question).contains(&b'%'),
    "path-escaped-slash" => |question| holds(path(question), b"%2F") || holds(path(question), b"%2f"),
    "path-lower-case-escape" => |question| holds(path(question), b"%2f"),
    "path-escaped-unreserved" => |question| holds(path(question), b"%41"),
    "path-escaped-dots" => |question| holds(path(question), b"%2E%2"),
    "path-space" => |question| path(question).contains(&b' '),
    "path-plus" => |question| path(question).contains(&b'+'),
    "path-non-ascii" => |question| !path(question).is_ascii(),
    "path-above-root" => |question| path(question).starts_with(b"/../"),
    "path-long" => |question| path(question).len() > 1000,
    "query-absent" => |question| split_target(target(question)).1.is_none(),
    "query-empty" => |question| split_target(target(question)).1 == Some(b""),
    "query-several-parameters" => |question| pairs(question).count() > 2,
    "query-repeated-name" => |question| any_two(pairs(question), |a, b| name_of(a) == name_of(b)),
    "query-repeated-pair" => |question| any_two(pairs(question), |a, b| a == b && !a.is_empty()),
    "query-name-prefix-of-another" => |question| any_two(pairs(question), |a, b| {
        let (a, b) = (name_of(a), name_of(b));
        !a.is_empty() && b.len() > a.len() && b.starts_with(a)
    }),
    "query-empty-name" => |question| pairs(question).any(|pair| pair.starts_with(b"=")),
    "query-empty-value" => |question| pairs(question).any(|pair| pair.ends_with(b"=")),
    "query-no-value" => |question| pairs(question).any(|pair| !pair.is_empty() && !pair.contains(&b'=')),
    "query-empty-pair" => |question| pairs(question).count() > 1 && pairs(question).any(<[u8]>::is_empty),
    "query-second-equals" => |question| pairs(question).any(|pair| {
        pair.iter().filter(|byte| **byte == b'=').count() > 1
    }),
    "query-escaped-equals-in-name" => |question| pairs(question).any(|pair| holds(name_of(pair), b"%3D")),
    "query-space" => |question| holds(query(question), b"%20"),
    "query-escaped-plus" => |question| holds(query(question), b"%2B"),
    "query-plus" => |question| query(question).contains(&b'+'),
    "query-semicolon" => |question| query(question).contains(&b';'),
    "query-lower-case-escape" => |question| holds(query(question), b"%2f"),
    "query-escaped-percent" => |question| holds(query(question), b"%25"),
    "query-nul" => |question| holds(query(question), b"%00"),
    "query-non-utf8-escape" => |question| holds(query(question), b"%FF"),
    "query-non-ascii" => |question| !query(question).is_ascii(),
    "query-beyond-the-bmp" => |question| {
        holds(query(question), b"%F0%90%80%80") && holds(query(question), b"%EF%BF%BF")
    },
    "query-decomposed" => |question| holds(query(question), b"e%CC%81"),
    "query-authentication" => |question| holds(query(question), b"X-Amz-Date"),
    "query-signature-in-disguise" => |question| holds(query(question), b"X%2DAmz-Signature"),
    "query-stray-percent" => |question| query(question).ends_with(b"%"),
    "no-host" => |question| hosts(question).next().is_none(),
    "host-port" => |question| hosts(question).any(|host| holds(host, b":80")),
    "host-default-port" => |question| hosts(question).any(|host| host.ends_with(b":443")),
    "host-ipv6" => |question| hosts(question).any(|host| host.starts_with(b"[")),
    "host-upper-case" => |question| hosts(question).any(|host| host.iter().any(u8::is_ascii_uppercase)),
    "host-trailing-dot" => |question| hosts(question).any(|host| host.ends_with(b".")),
    "host-twice" => |question| hosts(question).count() > 1,
    "header-repeated-often" => |question| {
        let mut names: Vec<Vec<u8>> = names(question).map(<[u8]>::to_ascii_lowercase).collect();
        names.sort_unstable();
        names.chunk_by(|a, b| a == b).any(|run| run.len() > 12)
    },
    "header-long" => |question| values(question).any(|value| value.len() > 100),
    "header-name-long" => |question| names(question).any(|name| name.len() > 100),
    "header-long-run-of-blanks" => |question| values(question).any(|value| holds(value, &[b' '; 60])),
    "header-sorted-by-case" => |question| any_two(names(question), is_sorted_by_case),
    "headers-no-power-of-two" => |question| {
        let count = question.input.request.headers.len();
        count > 20 && !(count - 1..=count + 1).any(usize::is_power_of_two)
    },
    "path-many-segments" => |question| path(question).iter().filter(|byte| **byte == b'/').count() > 30,
    "path-escaped-delimiter" => |question| DELIMITERS.iter().any(|one| holds(path(question), one)),
    "path-escaped-plus" => |question| holds(path(question), b"%2B"),
    "query-many-parameters" => |question| pairs(question).count() > 30,
    "query-long-value" => |question| pairs(question).any(|pair| pair.len() - name_of(pair).len() > 200),
    "query-long-name" => |question| pairs(question).any(|pair| name_of(pair).len() > 200),
    "query-sorted-by-case" => |question| any_two(pairs(question).map(name_of), is_sorted_by_case),
    "query-escaped-delimiter-in-name" => |question| {
        DELIMITERS.iter().any(|one| pairs(question).any(|pair| holds(name_of(pair), one)))
    },
    "query-escaped-delimiter" => |question| DELIMITERS.iter().any(|one| holds(query(question), one)),
    "body-long" => |question| question.input.request.body.len() > 64,
    "token-long" => |question| token(question).is_some_and(|token| token.len() > 100),
    "secret-of-a-block" => |question| question.input.credentials.secret_access_key.len() == 60,
    "key-id-long" => |question| question.input.credentials.access_key_id.len() > 64,
    "service-like-s3" => |question| {
        let service = &question.input.service;
        service.to_ascii_lowercase().starts_with(b"s3") && **service != *b"s3"
    },
    "s3-profile-for-another-service" => |question| {
        question.profile == Profile::S3 && *question.input.service != *b"s3"
    },
    "s3-outposts-escaped-plus" => |question| {
        *question.input.service == *b"s3-outposts" && holds(path(question), b"%2B")
    },
    "s3-repeated-name" => |question| {
        question.profile == Profile::S3
            && any_two(pairs(question), |a, b| name_of(a) == name_of(b))
    },
    "s3-repeated-header" => |question| {
        question.profile == Profile::S3 && any_two(names(question), <[u8]>::eq_ignore_ascii_case)
    },
    "expires-usual" => |question| question.input.expires == Some(900),
    "host-last" => |question| {
        let headers = &question.input.request.headers;
        headers.len() > 2 && headers.last().is_some_and(|(name, _)| name.eq_ignore_ascii_case(b"host"))
    },
    "header-repeated" => |question| any_two(names(question), <[u8]>::eq_ignore_ascii_case),
    "header-repeated-in-another-case" => |question| {
        any_two(names(question), |a, b| a != b && a.eq_ignore_ascii_case(b))
    },
    "header-name-prefix-of-another" => |question| {
        any_two(names(question), |a, b| b.len() > a.len() && b.starts_with(a))
    },
    "header-odd-name" => |question| names(question).any(|name| name.iter().any(|byte| {
        !byte.is_ascii_alphanumeric() && *byte != b'-'
    })),
    "header-empty" => |question| values(question).any(<[u8]>::is_empty),
    "header-padded" => |question| values(question).any(|value| value.trim_ascii().len() < value.len()),
    "header-run-of-blanks" => |question| values(question).any(|value| holds(value, b"  ")),
    "header-tab" => |question| values(question).any(|value| value.contains(&b'\t')),
    "header-folded" => |question| values(question).any(|value| value.contains(&b'\n')),
    "header-control" => |question| values(question).any(|value| value.contains(&0x0B)),
    "header-quoted-blanks" => |question| values(question).any(|value| holds(value, b"\"a  b\"")),
    "header-non-ascii" => |question| values(question).any(|value| !value.is_ascii()),
    "header-non-utf8" => |question| values(question).any(|value| std::str::from_utf8(value).is_err()),
    "header-no-break-space" => |question| values(question).any(|value| holds(value, b"\xC2\xA0")),
    "header-date" => |question| has_header(question, b"date"),
    "header-own-date" => |question| has_header(question, b"x-amz-date"),
    "header-authorization" => |question| has_header(question, b"authorization"),
    "header-own-token" => |question| has_header(question, b"x-amz-security-token"),
    "header-own-payload-hash" => |question| has_header(question, b"x-amz-content-sha256"),
    "header-unsigned-by-rule" => |question| has_header(question, b"x-amzn-trace-id"),
    "headers-many" => |question| question.input.request.headers.len() > 30,
    "token-signed" => |question| {
        token(question).is_some() && question.input.session_token_signed
    },
    "token-added" => |question| token(question).is_some() && !question.input.session_token_signed,
    "token-empty" => |question| token(question) == Some(b""),
    "token-blank" => |question| token(question).is_some_and(|token| token.contains(&b' ')),
    "secret-long" => |question| question.input.credentials.secret_access_key.len() > 60,
    "secret-empty" => |question| question.input.credentials.secret_access_key.is_empty(),
    "secret-non-utf8" => |question| {
        question.input.credentials.secret_access_key.expose().as_str().is_none()
    },
    "key-id-with-slash" => |question| question.input.credentials.access_key_id.contains(&b'/'),
    "region-empty" => |question| question.input.region.is_empty(),
    "region-upper-case" => |question| question.input.region.iter().any(u8::is_ascii_uppercase),
    "service-with-slash" => |question| question.input.service.contains(&b'/'),
    "midnight" => |question| question.input.time.ends_with("T000000Z"),
    "end-of-year" => |question| question.input.time[4..].starts_with("1231"),
    "leap-day" => |question| question.input.time[4..].starts_with("0229"),
    "no-such-moment" => |question| &question.input.time[4..8] == "1301" || question.input.time.ends_with("T240000Z"),
    "before-the-epoch" => |question| *question.input.time < *"1970",
    "expires-longest" => |question| question.input.expires == Some(604_800),
    "expires-too-long" => |question| question.input.expires > Some(604_800),
    "expires-a-second" => |question| question.input.expires == Some(1),
}

/// Escapes of the bytes at which a URL parser splits.
const DELIMITERS: &[&[u8]] =
    &[b"%23", b"%2F", b"%3A", b"%3B", b"%3F", b"%40", b"%5B", b"%5C", b"%5D"];

/// Whether two names are in another order if case is ignored.
fn is_sorted_by_case(one: &[u8], other: &[u8]) -> bool {
    one < other && one.to_ascii_lowercase() > other.to_ascii_lowercase()
}

fn target(question: &SignQuestion) -> &[u8] {
    &question.input.request.target
}

fn path(question: &SignQuestion) -> &[u8] {
    split_target(target(question)).0
}

fn query(question: &SignQuestion) -> &[u8] {
    split_target(target(question)).1.unwrap_or_default()
}

fn pairs(question: &SignQuestion) -> impl Iterator<Item = &[u8]> + Clone {
    query(question).split(|byte| *byte == b'&')
}

fn name_of(pair: &[u8]) -> &[u8] {
    pair.split(|byte| *byte == b'=').next().unwrap_or_default()
}

fn hosts(question: &SignQuestion) -> impl Iterator<Item = &[u8]> {
    let headers = question.input.request.headers.iter();
    headers.filter(|(name, _)| name.eq_ignore_ascii_case(b"host")).map(|(_, host)| &host[..])
}

fn names(question: &SignQuestion) -> impl Iterator<Item = &[u8]> {
    question.input.request.headers.iter().map(|(name, _)| &name[..])
}

fn values(question: &SignQuestion) -> impl Iterator<Item = &[u8]> {
    question.input.request.headers.iter().map(|(_, value)| &value[..])
}

fn has_header(question: &SignQuestion, name: &[u8]) -> bool {
    question.input.request.headers.iter().any(|(other, _)| other.eq_ignore_ascii_case(name))
}

fn token(question: &SignQuestion) -> Option<&[u8]> {
    question.input.credentials.session_token.as_deref()
}

fn holds(text: &[u8], part: &[u8]) -> bool {
    text.windows(part.len()).any(|window| window == part)
}

/// Whether `relation` holds for two different items.
fn any_two<'t>(
    items: impl Iterator<Item = &'t [u8]>,
    relation: impl Fn(&[u8], &[u8]) -> bool,
) -> bool {
    let items: Vec<&[u8]> = items.collect();
    (0..items.len())
        .any(|one| (0..items.len()).any(|other| one != other && relation(items[one], items[other])))
}
