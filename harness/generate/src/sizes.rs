//! Sizes: one list or text of a question is made far larger than usual, to reach code that handles
//! blocks, keeps a fixed buffer, or sorts in another way from some count on.

use sigv4_protocol::SignQuestion;
use sigv4_vectors::model::Request;

use super::draw::Draw;

/// Makes one part of the question large.
pub(super) fn enlarge(draw: &mut Draw<'_, '_>, question: &mut SignQuestion) {
    let count = many(draw);
    let credentials = &mut question.input.credentials;
    let request = &mut question.input.request;
    match draw.below(13) {
        0 => append_parameters(request, (0..count).map(|n| format!("n{}=1", mixed(n, count)))),
        1 => {
            let name = |n| format!("X-N{}", mixed(n, count)).into();
            request.headers.extend((0..count).map(|n| (name(n), "1".into())));
        }
        2 => {
            let value = |n| mixed(n, count).to_string().into();
            request.headers.extend((0..count).map(|n| ("X-R".into(), value(n))));
        }
        3 => {
            let segments = (0..count).map(|n| format!("/s{n}"));
            let mut target = segments.collect::<String>().into_bytes();
            target.extend_from_slice(&request.target);
            request.target = target.into();
        }
        4 => request.headers.push(("X-L".into(), "v".repeat(count).into())),
        5 => request.headers.push(("X-B".into(), format!("a{}b", " ".repeat(count)).into())),
        6 => append_parameters(request, [format!("l={}", "a%20".repeat(count))]),
        7 => append_parameters(request, [format!("{}=l", "a%2B".repeat(count))]),
        8 => request.body = "a".repeat(count).into(),
        9 => credentials.session_token = Some("t".repeat(count).into()),
        10 => credentials.secret_access_key = "k".repeat(count).into(),
        11 => credentials.access_key_id = "K".repeat(count).into(),
        _ => request.headers.push((format!("X-{}", "n".repeat(count)).into(), "1".into())),
    }
}

/// A count: half of them around a power of two.
fn many(draw: &mut Draw<'_, '_>) -> usize {
    const AROUND: &[usize] = &[15, 16, 17, 31, 32, 33, 59, 60, 61, 63, 64, 65, 127, 128, 129, 257];
    if draw.odds(128) { draw.pick(AROUND) } else { 6 + draw.below(250) }
}

/// The numbers below `count`, each once, shuffled.
fn mixed(number: usize, count: usize) -> usize {
    // A prime larger than any count.
    number * 7919 % count
}

fn append_parameters(request: &mut Request, parameters: impl IntoIterator<Item = String>) {
    let mut target = request.target.to_vec();
    for parameter in parameters {
        let separator = match target.last() {
            Some(b'?' | b'&') => None,
            _ if target.contains(&b'?') => Some(b'&'),
            _ => Some(b'?'),
        };
        target.extend(separator);
        target.extend_from_slice(parameter.as_bytes());
    }
    request.target = target.into();
}
