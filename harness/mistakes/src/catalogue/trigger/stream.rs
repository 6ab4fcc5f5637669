//! `sign-events`: an event stream, described by its difference from the plainest one.

use serde::Deserialize;
use sigv4_protocol::EventsQuestion;
use sigv4_vectors::Bytes;
use sigv4_vectors::model::{ChainKey, ChainStart, Credentials, EventInput};
use sigv4_vectors::text::Time;

/// The stream without any difference, in words.
pub(super) const PLAINEST: &str = "one message `hello`, and the end of the stream";

/// When the head and, if nothing else is said, each message is signed.
const TIME: &str = "20150830T123600Z";
/// The same in seconds since 1970.
const SECONDS: i64 = 1_440_938_160;

/// An event stream. Omitted fields are those of the plainest one: after a head whose signature is
/// given, a message with the payload `hello` and the empty one at the end, both signed when the head
/// was, with the example credentials of the vendor's suite.
#[derive(Clone, Debug, Default, PartialEq, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Stream {
    /// The messages; their header is `:date`.
    messages: Option<Vec<Message>>,
}

/// One message.
#[derive(Clone, Debug, Default, PartialEq, Deserialize)]
#[serde(default, deny_unknown_fields)]
struct Message {
    time: Option<String>,
    /// The same in seconds since 1970.
    seconds: Option<i64>,
    payload: Bytes,
}

impl Stream {
    /// How it differs from the plainest one, as text.
    #[must_use]
    pub fn given(&self) -> Vec<(&'static str, String)> {
        let messages = self.messages.iter().flatten();
        let given = messages.map(|Message { time, payload, .. }| {
            let at = time.as_ref().map(|time| format!(" at {time}")).unwrap_or_default();
            ("message", format!("{payload}{at}"))
        });
        given.collect()
    }

    /// The question that it describes.
    ///
    /// # Errors
    /// A message if a time is malformed.
    pub fn question(&self) -> Result<EventsQuestion, String> {
        let time = |text: &str| Time::try_from(text).map_err(|error| error.to_string());
        let usual =
            ["hello", ""].map(|payload| Message { payload: payload.into(), ..Message::default() });
        let messages = self.messages.as_deref().unwrap_or(&usual).iter();
        let message = |Message { time: own, seconds, payload }: &Message| {
            if own.is_some() != seconds.is_some() {
                return Err("a message has both `time` and `seconds`, or neither".to_owned());
            }
            let milliseconds = 1000 * seconds.unwrap_or(SECONDS);
            // A header block of one header, `:date`, a timestamp.
            let headers = [b"\x05:date\x08", &milliseconds.to_be_bytes()[..]].concat();
            let time = time(own.as_deref().unwrap_or(TIME))?;
            Ok(EventInput { time, headers: headers.into(), payload: payload.clone() })
        };
        Ok(EventsQuestion {
            time: time(TIME)?,
            region: "us-east-1".into(),
            service: "transcribe".into(),
            key: ChainKey::Credentials(Credentials {
                access_key_id: "AKIDEXAMPLE".into(),
                secret_access_key: Bytes::from("wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY").into(),
                session_token: None,
            }),
            start: ChainStart::SeedSignature(
                "9d9ab996c81f32c9d4e6fc166c92584f3741d1cb5ce325cd11a77d1f962c8de2".into(),
            ),
            messages: messages.map(message).collect::<Result<_, String>>()?,
        })
    }
}
