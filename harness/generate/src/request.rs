//! A question assembled from its parts.

use sigv4_protocol::SignQuestion;
use sigv4_vectors::Bytes;
use sigv4_vectors::model::{Payload, Placement, Profile, Request, SigningInput};

use super::draw::{Draw, Words};
use super::{credentials, headers, plain, sizes, target};

/// A question. More than half of them contain only what all of the vendor's signers agree on. Most
/// of the others depart from that in only one part, so that the rest can still show a mistake.
pub(super) fn question(draw: &mut Draw<'_, '_>) -> SignQuestion {
    let odd = match draw.byte() {
        0..0xA0 => Odd::Nothing,
        0xA0..0xE8 => Odd::One(draw.below(PARTS)),
        _ => Odd::Everything,
    };
    let is_odd = |part: usize| match odd {
        Odd::Nothing => false,
        Odd::One(only) => only == part,
        Odd::Everything => true,
    };

    let placement = if draw.odds(100) { Placement::Query } else { Placement::Header };
    let profile = if draw.odds(90) { Profile::S3 } else { Profile::Generic };
    let generic = profile == Profile::Generic;
    draw.odd = is_odd(0);
    let mixed = draw.odd && draw.odds(128);
    let payload =
        if draw.odds(if generic { 20 } else { 140 }) { Payload::Unsigned } else { Payload::Signed };
    let content_sha256_header = draw.odds(if generic { 30 } else { 150 });
    let session_token_signed = !draw.odds(60);
    let expires = expires(draw);

    draw.odd = is_odd(1);
    let mut target = target::path(draw);
    draw.odd = is_odd(2);
    target::append_query(draw, placement == Placement::Header, &mut target);
    draw.odd = is_odd(3);
    let host = headers::host(draw);
    draw.odd = is_odd(4);
    let mut headers: Vec<(Bytes, Bytes)> = headers::headers(draw);
    if let Some(host) = host {
        let place = if draw.odds(60) { headers.len() } else { 0 };
        headers.insert(place, ("Host".into(), host.into()));
    }
    draw.odd = is_odd(5);
    let method = method(draw);
    let body = body(draw);
    if body.contains(&b'=') && draw.odds(100) {
        headers.push(("Content-Type".into(), "application/x-www-form-urlencoded".into()));
    }
    draw.odd = is_odd(6);
    let credentials = credentials::credentials(draw);
    draw.odd = is_odd(7);
    let (region, service) = credentials::scope(draw, if generic { plain::SERVICE } else { "s3" });
    draw.odd = is_odd(8);
    let time = credentials::time(draw);

    let mut question = SignQuestion {
        placement,
        profile,
        input: SigningInput {
            time,
            region,
            service,
            credentials,
            session_token_signed,
            normalize: generic,
            double_encode: generic != mixed,
            payload,
            content_sha256_header,
            expires: (placement == Placement::Query).then_some(expires),
            request: Request { method, target: target.into(), headers, body },
        },
    };
    if draw.odds(6) {
        sizes::enlarge(draw, &mut question);
    }
    question
}

/// In which parts a question may contain what the vendor's signers disagree on.
enum Odd {
    Nothing,
    One(usize),
    Everything,
}

/// How many parts are distinguished for that.
const PARTS: usize = 9;

fn expires(draw: &mut Draw<'_, '_>) -> u64 {
    match draw.below(8) {
        0..=3 => plain::EXPIRES,
        4 | 5 => draw.pick(&[1, 59, 60, 3599, 86_400, 86_401, 604_800, 604_799]),
        6 => draw.pick(&[300, 900, 1800, 7200, 43_200]),
        _ if draw.odd => draw.pick(&[604_801, u64::MAX, 31_536_000, 0]),
        _ => 1 + draw.number(604_800),
    }
}

fn method(draw: &mut Draw<'_, '_>) -> Bytes {
    if draw.odds(140) { draw.word(&METHODS).into() } else { plain::METHOD.into() }
}

fn body(draw: &mut Draw<'_, '_>) -> Bytes {
    match draw.below(8) {
        0..=3 => Bytes::default(),
        4 | 5 => draw.pick(BODIES).into(),
        6 => draw.text(&BODY, 4),
        _ => draw.bytes(40).into(),
    }
}

static METHODS: Words = Words {
    plain: &[b"POST", b"PUT", b"HEAD", b"DELETE", b"PATCH", b"OPTIONS", b"M-SEARCH", b"PURGE"],
    odd: &[b"get", b"Put", b"!", b"ping", b"", b"G T", b"custom"],
};

/// Bodies that a signer changes if it treats them as text.
const BODIES: &[&[u8]] = &[
    b"a",
    b"b=2",
    b"a=x+y",
    b"a\n",
    b" a ",
    b"a\r\nb",
    b"{\"a\": 1}",
    b"\0\x01\x02",
    b"\xFF",
    b"\xE9",
    b"\xC3\xA9",
    b"a=%20&b=c",
    b"{}",
    b"Action=ListUsers&Version=2010-05-08",
    b"{\"TableName\":\"Music\"}",
];

static BODY: Words = Words {
    plain: &[
        b"a",
        b"b",
        b"=",
        b"&",
        b"+",
        b"%20",
        b"\n",
        b"\r\n",
        b" ",
        b"\0",
        b"\xFF",
        b"\xE9",
        b"<a/>",
        b"\t",
        b"\xEF\xBB\xBF",
        b"{}",
    ],
    odd: &[b"a"],
};
