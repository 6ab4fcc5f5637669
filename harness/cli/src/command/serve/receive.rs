//! Receiving the body of a form: bounded in length and time, and cleared once it is read.

use std::time::Duration;

use http_body_util::BodyExt as _;
use hyper::StatusCode;
use hyper::body::{Body as _, Incoming};
use zeroize::Zeroizing;

use super::gate::Refusal;

/// The longest form, in bytes.
const LONGEST: usize = 4 << 20;
/// How much of a form that is not wanted is read, so that the browser gets to the answer.
const MOST: usize = 32 << 20;
/// How long a form may take.
const TIME: Duration = Duration::from_secs(10);

/// The body of a form.
///
/// # Errors
/// One that is too long, or too slow, or that breaks off.
pub(super) async fn form(body: Incoming) -> Result<Zeroizing<Vec<u8>>, Refusal> {
    within(read(body, LONGEST)).await?.ok_or_else(|| {
        let text = format!(
            "The form is longer than {} MiB. A request of this size has to be in a file, for \
             `sigv4-conformance explain FILE`.",
            LONGEST >> 20
        );
        Refusal::new(StatusCode::PAYLOAD_TOO_LARGE, text)
    })
}

/// Reads a body that nobody wants.
pub(super) async fn discard(body: Incoming) {
    // Whatever comes of it: the answer is known.
    let _ = within(read(body, 0)).await;
}

async fn within<T>(reading: impl Future<Output = hyper::Result<T>>) -> Result<T, Refusal> {
    match tokio::time::timeout(TIME, reading).await {
        Ok(Ok(read)) => Ok(read),
        Ok(Err(error)) => {
            let text = format!("The form breaks off: {error}.");
            Err(Refusal::new(StatusCode::BAD_REQUEST, text))
        }
        Err(_) => {
            let text = format!("The form did not arrive within {} seconds.", TIME.as_secs());
            Err(Refusal::new(StatusCode::REQUEST_TIMEOUT, text))
        }
    }
}

/// The body; nothing if it has more than `longest` bytes.
async fn read(mut body: Incoming, longest: usize) -> hyper::Result<Option<Zeroizing<Vec<u8>>>> {
    let stated = body.size_hint().upper().and_then(|length| usize::try_from(length).ok());
    let mut is_kept = stated.is_none_or(|length| length <= longest);
    // With all its room from the start, it leaves no copies behind.
    let room = if is_kept { stated.unwrap_or(longest) } else { 0 };
    let mut all = Zeroizing::new(Vec::with_capacity(room));
    let mut length = 0;
    while let Some(frame) = body.frame().await {
        let Ok(data) = frame?.into_data() else { continue };
        length += data.len();
        is_kept &= length <= longest;
        if is_kept {
            all.extend_from_slice(&data);
        }
        if length > MOST {
            break;
        }
    }
    Ok(is_kept.then_some(all))
}
