//! Parts of a request, as they appear in it.

use jiff::civil::DateTime;
use sigv4_generate::plain;
use sigv4_protocol::SignQuestion;
use sigv4_reference::verify::Claim;
use sigv4_reference::{ALGORITHM, Header, Request, TERMINATOR, Time, Workspace};
use sigv4_vectors::Bytes;
use sigv4_vectors::model::Placement;

use super::agreement::agree;
use super::{Outcome, Violation, all, with_reference};
use crate::properties::signature::{
    canonical_is_fixed_point, order_does_not_matter, placements_share_path,
    unsigned_header_changes_nothing,
};

/// The time and the host of every request here.
const TIME: &[u8] = b"20150830T123600Z";
const HOST: Header<'static> = Header { name: b"Host", value: b"example.amazonaws.com" };

/// A target after a byte of switches: reference and model agree on it, its canonical form is
/// final, and both placements have the same path.
pub fn canonical_path(bytes: &[u8]) -> Result<Outcome, Violation> {
    let Some((question, path)) = switched(bytes) else { return Ok(Outcome::Vacuous) };
    let mut question = question;
    question.input.request.target = path.into();
    with_reference(|reference| {
        Ok(all([
            agree(reference, std::slice::from_ref(&question))?,
            canonical_is_fixed_point(reference, &question, 0)?,
            placements_share_path(reference, &question, 0)?,
        ]))
    })
}

/// A query after a byte of switches: reference and model agree on it, and its order does not
/// matter.
pub fn canonical_query(bytes: &[u8]) -> Result<Outcome, Violation> {
    let Some((question, query)) = switched(bytes) else { return Ok(Outcome::Vacuous) };
    let mut question = question;
    question.input.request.target = [b"/?", query].concat().into();
    let seed = u64::from(bytes[0]);
    with_reference(|reference| {
        Ok(all([
            agree(reference, std::slice::from_ref(&question))?,
            order_does_not_matter(reference, &question, seed)?,
        ]))
    })
}

/// Alternating names and values, a NUL after each, all after a byte of switches: reference and
/// model agree on them; neither their order nor headers that are not signed matter.
pub fn canonical_headers(bytes: &[u8]) -> Result<Outcome, Violation> {
    let Some((question, text)) = switched(bytes) else { return Ok(Outcome::Vacuous) };
    let mut question = question;
    let mut words = text.split(|&byte| byte == 0);
    while let (Some(name), Some(value)) = (words.next(), words.next()) {
        question.input.request.headers.push((name.into(), value.into()));
    }
    let seed = u64::from(bytes[0]);
    with_reference(|reference| {
        Ok(all([
            agree(reference, std::slice::from_ref(&question))?,
            order_does_not_matter(reference, &question, seed)?,
            unsigned_header_changes_nothing(reference, &question, seed)?,
        ]))
    })
}

/// The value of an `Authorization` header: it is read or refused, and what is read equals the
/// text, field by field.
pub fn authorization(bytes: &[u8]) -> Result<Outcome, Violation> {
    let Some(claim) = claim_of_header(bytes) else { return Ok(Outcome::Vacuous) };
    let fields = bytes.trim_ascii().strip_prefix(ALGORITHM.as_bytes()).unwrap_or_default();
    let mut fields: Vec<&[u8]> =
        fields.split(|&byte| byte == b',').map(<[u8]>::trim_ascii).collect();
    fields.sort_unstable();
    let scope = [&claim.scope_date[..], &claim.region, &claim.service, TERMINATOR.as_bytes()];
    let credential = [&claim.access_key_id[..], b"/", &scope.join(&b'/')].concat();
    let read = [
        [b"Credential=", &credential[..]].concat(),
        [b"Signature=", claim.signature.to_string().as_bytes()].concat(),
        [b"SignedHeaders=", &claim.signed_headers.join(&b';')[..]].concat(),
    ];
    if fields == read {
        return Ok(Outcome::Held);
    }
    Err(Violation {
        property: "authorization",
        detail: format!("{}, read as {claim:?}", bytes.escape_ascii()),
    })
}

/// A query that may be presigned: it is read or refused, and its canonical form is read the same
/// way.
pub fn presigned_query(bytes: &[u8]) -> Result<Outcome, Violation> {
    let Some(claim) = claim_of_query(bytes) else { return Ok(Outcome::Vacuous) };
    let target = [b"/?", bytes].concat();
    let mut workspace = Workspace::default();
    // Another parameter may keep the query from having a canonical form.
    let Ok(canonical) = workspace.canonical_query(&target, |_| true) else {
        return Ok(Outcome::Vacuous);
    };
    let again = claim_of_query(canonical);
    // A claim can only be compared by its parts.
    let [once, twice] = [Some(claim), again].map(|claim| format!("{claim:?}"));
    if once == twice {
        return Ok(Outcome::Held);
    }
    Err(Violation {
        property: "presigned_query",
        detail: format!("{}: once {once}, in canonical form {twice}", bytes.escape_ascii()),
    })
}

/// A time, a NUL, and a credential: the times that exist are those of the calendar, in both forms,
/// reference and model agree on them, and the credential is read as it was written.
pub fn date_and_scope(bytes: &[u8]) -> Result<Outcome, Violation> {
    let end = bytes.iter().position(|&byte| byte == 0).unwrap_or(bytes.len());
    let (time, credential) = (&bytes[..end], bytes.get(end + 1..).unwrap_or_default());
    Ok(all([time_is_of_the_calendar(time)?, credential_reads_back(credential)?]))
}

/// The plain question with switches set, and what follows them.
fn switched(bytes: &[u8]) -> Option<(SignQuestion, &[u8])> {
    let (switches, rest) = bytes.split_first()?;
    let mut question = plain();
    question.input.normalize = switches & 1 == 0;
    question.input.double_encode = switches & 2 == 0;
    if switches & 4 != 0 {
        question.placement = Placement::Query;
        question.input.expires = Some(60);
    }
    Some((question, rest))
}

fn claim_of_header(value: &[u8]) -> Option<Claim> {
    let headers = [
        HOST,
        Header { name: b"X-Amz-Date", value: TIME },
        Header { name: b"Authorization", value },
    ];
    Claim::parse(&Request { method: b"GET", target: b"/", headers: &headers, body: b"" }).ok()
}

fn claim_of_query(query: &[u8]) -> Option<Claim> {
    let target = [b"/?", query].concat();
    Claim::parse(&Request { method: b"GET", target: &target, headers: &[HOST], body: b"" }).ok()
}

fn time_is_of_the_calendar(text: &[u8]) -> Result<Outcome, Violation> {
    let violation = |detail| Err(Violation { property: "date_and_scope", detail });
    let read = Time::parse(text).ok();
    let expected = calendar(text);
    if read.map(|time| time.unix_seconds()) != expected.map(seconds) {
        return violation(format!(
            "{}: the calendar says {expected:?}, the reference {read:?}",
            text.escape_ascii()
        ));
    }
    if let Some(moment) = expected {
        let fixdate = fixdate(moment);
        if Time::parse_date_header(fixdate.as_bytes()) != read {
            return violation(format!("{fixdate} is not read as {read:?}"));
        }
    } else if let Some(time) = Time::parse_date_header(text) {
        // The name of the day is not checked against the date.
        let again = calendar(time.text()).map(fixdate).unwrap_or_default();
        if again.as_bytes().get(3..) != text.get(3..) {
            return violation(format!("{} is read as {time}, {again}", text.escape_ascii()));
        }
    }
    let Some(time) = String::from_utf8(text.to_vec()).ok().and_then(|text| text.try_into().ok())
    else {
        return Ok(Outcome::Vacuous);
    };
    let mut question = plain();
    question.input.time = time;
    with_reference(|reference| agree(reference, &[question]))
}

/// What `YYYYMMDDTHHMMSSZ` means, according to a calendar that is not the reference's.
fn calendar(text: &[u8]) -> Option<DateTime> {
    let text: &[u8; 16] = text.try_into().ok()?;
    let digits = |range: std::ops::Range<usize>| {
        let digits = &text[range];
        let all = digits.iter().all(u8::is_ascii_digit);
        std::str::from_utf8(digits).ok().filter(|_| all)?.parse::<i16>().ok()
    };
    let short = |range| i8::try_from(digits(range)?).ok();
    if (text[8], text[15]) != (b'T', b'Z') {
        return None;
    }
    let (year, month, day) = (digits(0..4)?, short(4..6)?, short(6..8)?);
    DateTime::new(year, month, day, short(9..11)?, short(11..13)?, short(13..15)?, 0).ok()
}

fn seconds(moment: DateTime) -> i64 {
    // In UTC, beyond what a time zone could shift out of range.
    moment.duration_since(DateTime::constant(1970, 1, 1, 0, 0, 0, 0)).as_secs()
}

fn fixdate(moment: DateTime) -> String {
    moment.strftime("%a, %d %b %Y %H:%M:%S GMT").to_string()
}

fn credential_reads_back(credential: &[u8]) -> Result<Outcome, Violation> {
    let value = [
        ALGORITHM.as_bytes(),
        b" Credential=",
        credential,
        b", SignedHeaders=host, Signature=",
        &[b'0'; 64],
    ];
    let Some(claim) = claim_of_header(&value.concat()) else { return Ok(Outcome::Vacuous) };
    let scope = [&claim.region[..], &claim.service, TERMINATOR.as_bytes()].join(&b'/');
    let written = [&claim.access_key_id[..], &claim.scope_date, &scope].join(&b'/');
    // White space before a comma is not part of the credential.
    let slashes = |text: &[u8]| text.iter().filter(|&&byte| byte == b'/').count();
    if written == credential.trim_ascii_end() && slashes(&scope) == 2 {
        return Ok(Outcome::Held);
    }
    Err(Violation {
        property: "date_and_scope",
        detail: format!("{}, read as {claim:?}", Bytes::from(credential)),
    })
}
