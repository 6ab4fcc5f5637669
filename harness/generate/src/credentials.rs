//! Who signs, when and for what: credentials, scope and time.

use sigv4_vectors::Bytes;
use sigv4_vectors::model::Credentials;
use sigv4_vectors::text::Time;

use super::draw::{Draw, Words};
use super::plain;

/// Credentials, mostly from the vendor's examples.
pub(super) fn credentials(draw: &mut Draw<'_, '_>) -> Credentials {
    let access_key_id = match draw.below(8) {
        0..=4 => plain::ACCESS_KEY_ID.into(),
        5 | 6 => draw.word(&KEY_IDS).into(),
        _ => [b"A", &draw.text(&KEY_IDS, 2)[..]].concat().into(),
    };
    let secret_access_key = match draw.below(8) {
        0..=4 => plain::SECRET_ACCESS_KEY.into(),
        5 | 6 => draw.word(&SECRETS).into(),
        _ if draw.odd => draw.bytes(70).into(),
        _ => draw.text(&SECRETS, 3).into(),
    };
    let session_token = draw.odds(80).then(|| match draw.below(4) {
        0 | 1 => "AQoDYXdzEXAMPLETOKEN/+=".into(),
        _ => [&b"t"[..], draw.word(&TOKENS)].concat().into(),
    });
    let empty = draw.odd && draw.odds(20);
    let session_token = if empty { Some(draw.pick(BLANK_TOKENS).into()) } else { session_token };
    Credentials { access_key_id, secret_access_key, session_token }
}

/// Region and service. The service is mostly `usual`, or one that looks like it.
pub(super) fn scope(draw: &mut Draw<'_, '_>, usual: &'static str) -> (Bytes, Bytes) {
    let region = if draw.odds(90) { draw.word(&REGIONS) } else { plain::REGION.as_bytes() };
    let service = match draw.below(8) {
        0..=4 => usual.as_bytes(),
        5 if usual == "s3" => draw.pick(LIKE_S3),
        _ => draw.word(&SERVICES),
    };
    (region.into(), service.into())
}

/// The moment of signing: the plainest, one at an edge of the calendar, or any.
pub(super) fn time(draw: &mut Draw<'_, '_>) -> Time {
    match draw.below(8) {
        0..=2 => plain::time(plain::TIME),
        3..=5 => plain::time(draw.pick(if draw.odd { ODD_TIMES } else { TIMES })),
        _ => {
            let (first, years) = if draw.odd { (0, 10_000) } else { (1970, 130) };
            let year = first + draw.number(years);
            let [month, day] = [1 + draw.below(12), 1 + draw.below(28)];
            let [hour, minute, second] = [draw.below(24), draw.below(60), draw.below(60)];
            plain::time(&format!("{year:04}{month:02}{day:02}T{hour:02}{minute:02}{second:02}Z"))
        }
    }
}

static KEY_IDS: Words = Words {
    plain: &[
        b"AKIAIOSFODNN7EXAMPLE",
        b"tenant:key",
        b"a/b",
        b"a+b",
        b"a=b",
        b"a b",
        b"a,b",
        b"a@b",
        b"a%2Fb",
        b"user_1",
        b"a~b",
        b"A*",
        b"k\xC3\xA9y",
        b"a?b",
        b"a#b",
        b"a&b",
        b"a;b",
        b"a%b",
        b"ASIAIOSFODNN7EXAMPLE",
    ],
    odd: &[b"", b"\xFF", b" a", b"a\n"],
};

static SECRETS: Words = Words {
    plain: &[
        b"wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY",
        b" k ",
        b"c2VjcmV0",
        b"a+b/c==",
        b"a%2Fb",
        b"\xC3\xA9",
        b"X",
        b"0123456789012345678901234567890123456789012345678901234567890123456789",
        b"012345678901234567890123456789012345678901234567890123456789",
        b"\xF0\x9F\x94\x91",
        b"k\0k",
        b"k\n",
    ],
    odd: &[b"", b"\xFF", b"\xE9"],
};

static TOKENS: Words = Words {
    plain: &[
        b"a",
        b"+",
        b"/+&=",
        b"%2B",
        b"%",
        b"=",
        b"a/b",
        b",",
        b"\"a\"",
        b"IQoJb3JpZ2luX2VjEXAMPLE",
        b"~-_.",
        b":",
        b"\xC3\xA9",
        b"?",
        b"#",
        b";",
        b"@",
    ],
    odd: &[b" a", b"  a", b" ", b"\ta", b"\xC2\xA0", b"\xFF", b"\n"],
};

const BLANK_TOKENS: &[&str] = &["", " ", "  a "];

static REGIONS: Words = Words {
    plain: &[
        b"eu-west-1",
        b"US-East-1",
        b"us-gov-west-1",
        b"r",
        b"rs",
        b"aws-global",
        b"a/b",
        b"*",
        b"local",
        b"a b",
        b"a%2Fb",
        b"\xC3\xA9",
        b"a,b",
        b"a?b",
        b"a&b",
        b"us-west-2",
        b"ap-southeast-2",
    ],
    odd: &[b"", b"\xFF"],
};

static SERVICES: Words = Words {
    plain: &[
        b"s3",
        b"Service",
        b"execute-api",
        b"3",
        b"iam",
        b"s3express",
        b"a/b",
        b"a+b",
        b"a b",
        b"s3-object-lambda",
        b"s3-outposts",
        b"S3",
        b"s",
        b"glacier",
        b"dynamodb",
        b"sts",
        b"a,b",
        b"a?b",
        b"\xC3\xA9",
    ],
    odd: &[b"", b"\xFF"],
};

/// Services that follow the rules of S3 under another name, and some whose name only looks like it.
const LIKE_S3: &[&[u8]] =
    &[b"s3-outposts", b"s3express", b"s3-object-lambda", b"S3", b"s3x", b"as3", b"s3tables"];

/// Around midnight, at the ends of months, years and centuries, where fields lose their zeros.
const TIMES: &[&str] = &[
    "20150830T000000Z",
    "20150830T235959Z",
    "20150831T000000Z",
    "20150830T073600Z",
    "20150830T133601Z",
    "20150102T030405Z",
    "20151231T235959Z",
    "20160101T000000Z",
    "20181231T123600Z",
    "20210103T010203Z",
    "20160229T120000Z",
    "20000229T000000Z",
    "21000228T235959Z",
    "20380119T031408Z",
    "19700101T000000Z",
    "99991231T235959Z",
    "20150830T120000Z",
    "20150830T003000Z",
];

/// Years before the epoch, and moments that do not exist, which cannot be signed.
const ODD_TIMES: &[&str] = &[
    "00000101T000000Z",
    "19691231T235959Z",
    "09991231T010101Z",
    "20150229T000000Z",
    "20150830T240000Z",
    "20161231T235960Z",
    "20151301T000000Z",
    "20150830T123601Z",
];
