//! Calls in a row: what a signer keeps from one shows in the next.

use sigv4_protocol::SignQuestion;
use sigv4_vectors::Bytes;

use super::class::split_target;
use super::draw::Draw;
use super::{credentials, plain, request, target};

/// Two or three calls. Each repeats the one before with one or two differences, or with none, as
/// in a retry.
pub(super) fn calls(draw: &mut Draw<'_, '_>) -> Vec<SignQuestion> {
    let mut first = if draw.odds(128) { request::question(draw) } else { plain::plain() };
    draw.odd = false;
    if draw.odds(60) {
        first.input.request.target = target::path(draw).into();
    }
    let mut calls = vec![first];
    for _ in 0..=draw.below(2) {
        let mut next = calls[calls.len() - 1].clone();
        if !draw.odds(64) {
            for _ in 0..=draw.below(2) {
                change(draw, &mut calls, &mut next);
            }
        }
        calls.push(next);
    }
    calls
}

fn change(draw: &mut Draw<'_, '_>, calls: &mut [SignQuestion], next: &mut SignQuestion) {
    let input = &mut next.input;
    match draw.below(13) {
        0 => input.time = plain::time(draw.pick(LATER)),
        1 => input.region = draw.pick(&["eu-west-1", "us-west-2"]).into(),
        2 => input.service = draw.pick(&["s3", "iam"]).into(),
        3 => {
            let secret = "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY";
            input.credentials.secret_access_key = secret.into();
        }
        4 => input.credentials = credentials::credentials(draw),
        5 => {
            let token = input.credentials.session_token.take();
            if token.is_none() {
                input.credentials.session_token = Some("AQoDYXdzEXAMPLETOKEN/+=".into());
            }
        }
        6 => input.request.target = target::path(draw).into(),
        7 => input.request.body = Bytes::from(draw.pick(&["b", "", "a=1"])),
        8 => input.request.headers.push(("X-A".into(), "1".into())),
        9 => input.request.headers.truncate(1),
        11 => {
            let mut target = split_target(&input.request.target).0.to_vec();
            target::append_query(draw, false, &mut target);
            input.request.target = target.into();
        }
        10 => {
            // Without a separator, region and service are the same text for both.
            if let Some(last) = calls.last_mut() {
                (last.input.region, last.input.service) = ("r".into(), "s3".into());
            }
            (input.region, input.service) = ("rs".into(), "3".into());
        }
        _ => {}
    }
}

/// Moments after the plainest one: a second, ten minutes, the next day, a year.
const LATER: &[&str] =
    &["20150830T123601Z", "20150830T124600Z", "20150831T000000Z", "20160830T123600Z"];
