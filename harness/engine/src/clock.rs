//! Subjects that sign with their own clock: the expectation is computed for the time that their
//! answer carries.

use std::borrow::Cow;

use jiff::Timestamp;
use jiff::civil::DateTime;
use jiff::tz::TimeZone;
use sigv4_protocol::{Answer, Clock, SignQuestion, SignedAnswer};
use sigv4_reference::canonical::percent;
use sigv4_vectors::model::{Case, Placement, Question, Signing};
use sigv4_vectors::text::Time;

use crate::subject::Reference;

/// How far the clock of a subject may be from that of the harness, in seconds. It is what S3
/// allows.
const WINDOW: i64 = 15 * 60;

/// The case adjusted to a subject with this clock, or a message if the subject cannot have signed
/// at the time that its answer carries.
pub(crate) fn adjusted<'c>(
    clock: Clock,
    case: &'c Case,
    answer: &Answer,
) -> Result<Cow<'c, Case>, String> {
    let answers = answer.signed();
    if clock == Clock::Given || answers.len() != case.calls().len() {
        return Ok(Cow::Borrowed(case));
    }
    let pairs = case.calls().iter().zip(answers);
    let calls = pairs.map(|(signing, answer)| at_its_time(clock, signing, answer));
    let calls = calls.collect::<Result<Vec<Signing>, String>>()?;
    let question = match (&case.question, &calls[..]) {
        (Question::Sign(_), [signing]) => Question::Sign(Box::new(signing.clone())),
        _ => Question::SignSequence(calls),
    };
    Ok(Cow::Owned(Case { question, ..case.clone() }))
}

/// The call with what the reference expects at the time that the answer carries. If the answer
/// carries no time, or the reference cannot sign, the call is returned unchanged.
fn at_its_time(clock: Clock, signing: &Signing, answer: &SignedAnswer) -> Result<Signing, String> {
    let Some(time) = carried(signing.placement, answer) else { return Ok(signing.clone()) };
    if clock == Clock::Own {
        near_now(&time)?;
    }
    let mut question = SignQuestion::of(signing);
    question.input.time = time;
    let signed = match Reference::new().sign(&question) {
        Answer::Signed(signed) => question.expecting(*signed),
        _ => None,
    };
    Ok(signed.unwrap_or_else(|| signing.clone()))
}

/// `X-Amz-Date` of the answer, from the headers or from the query, depending on the placement.
fn carried(placement: Placement, answer: &SignedAnswer) -> Option<Time> {
    let text = match placement {
        Placement::Header => {
            let mut headers = answer.request.headers.iter().rev();
            headers.find(|(name, _)| name.eq_ignore_ascii_case(b"x-amz-date"))?.1.to_vec()
        }
        Placement::Query => {
            let mut pieces = answer.request.target.split(|byte| b"?&".contains(byte)).rev();
            let value = pieces.find_map(|piece| piece.strip_prefix(b"X-Amz-Date="))?;
            percent::decode(value).collect::<Result<Vec<u8>, _>>().ok()?
        }
    };
    Time::try_from(String::from_utf8(text).ok()?).ok()
}

fn near_now(time: &Time) -> Result<(), String> {
    let signed = DateTime::strptime("%Y%m%dT%H%M%SZ", &**time)
        .and_then(|time| time.to_zoned(TimeZone::UTC))
        .map_err(|error| format!("the time {time:?} cannot be read: {error}"))?;
    let now = Timestamp::now();
    let apart = (signed.timestamp().as_second() - now.as_second()).abs();
    if apart > WINDOW {
        return Err(format!(
            "it declares a clock of its own and signed at {}; the harness has {}: more than 15 minutes \
             apart",
            &**time,
            now.strftime("%Y%m%dT%H%M%SZ")
        ));
    }
    Ok(())
}
