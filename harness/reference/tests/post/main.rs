//! Browser uploads: the published policies, the forms of other implementations, and what is refused.

mod forms;
mod makers;
mod policies;
mod published;
mod refused;

use sigv4_reference::KeyMaterial;
use sigv4_reference::Time;
use sigv4_reference::post::{AcceptedForm, Form, Limits, PostVerifier, Refusal};
use sigv4_reference::verify::StoredKey;

const ID: &str = "AKIAIOSFODNN7EXAMPLE";
const SECRET: &str = "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY";
const TYPE: &[u8] = b"multipart/form-data; boundary=----boundary";

/// A form as a browser sends it, with a file of this name and content at the end.
fn body(fields: &[(&str, &str)], filename: &str, content: &str) -> Vec<u8> {
    let part = |(name, value): &(&str, &str)| {
        format!(
            "------boundary\r\nContent-Disposition: form-data; name=\"{name}\"\r\n\r\n{value}\r\n"
        )
    };
    let file = format!(
        "------boundary\r\nContent-Disposition: form-data; name=\"file\"; filename=\"{filename}\"\r\n\
         Content-Type: text/plain\r\n\r\n{content}\r\n------boundary--\r\n"
    );
    let parts = fields.iter().map(part).chain([file]);
    parts.collect::<String>().into_bytes()
}

fn stored(session_token: Option<&str>) -> StoredKey<'_> {
    StoredKey {
        access_key_id: ID.as_bytes(),
        material: KeyMaterial::Secret(SECRET.as_bytes()),
        session_token: session_token.map(str::as_bytes),
        active: true,
    }
}

fn verifier<'a>(now: &str, bucket: &'a str) -> PostVerifier<'a> {
    PostVerifier {
        now: time(now),
        region: b"us-east-1",
        service: b"s3",
        bucket: Some(bucket.as_bytes()),
    }
}

fn verify(
    verifier: PostVerifier<'_>,
    body: &[u8],
    session_token: Option<&str>,
) -> Result<AcceptedForm, Refusal> {
    let form = Form::parse(TYPE, body, Limits::default())?;
    verifier.verify(&form, &[stored(session_token)])
}

fn time(text: &str) -> Time {
    Time::parse(text.as_bytes()).unwrap()
}
