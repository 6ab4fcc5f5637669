//! Requests as in a property test whose author only knows what parts a request has.

use proptest::prelude::{Just, Strategy, any, prop};
use proptest::sample::select;
use proptest::strategy::ValueTree as _;
use proptest::test_runner::{Config, RngAlgorithm, TestRng, TestRunner};
use sigv4_generate::plain;
use sigv4_protocol::{Question, SignQuestion};
use sigv4_vectors::Bytes;
use sigv4_vectors::model::{Payload, Placement, Profile, Request, SigningInput};
use sigv4_vectors::text::Time;

/// The requests of a seed, an endless stream.
pub(super) fn questions(seed: u64) -> impl Iterator<Item = Question> {
    let mut bytes = [0; 32];
    bytes[..8].copy_from_slice(&seed.to_le_bytes());
    let rng = TestRng::from_seed(RngAlgorithm::ChaCha, &bytes);
    let mut runner = TestRunner::new_with_rng(Config::default(), rng);
    let requests = requests();
    // The strategy filters out no values, so it makes one each time.
    std::iter::from_fn(move || {
        requests.new_tree(&mut runner).ok().map(|tree| Question::Sign(Box::new(tree.current())))
    })
}

fn requests() -> impl Strategy<Value = SignQuestion> {
    let start_line = (select(METHODS), target());
    let headers = prop::collection::vec(("[A-Za-z][A-Za-z0-9-]{0,11}", "[ -~]{0,24}"), 0..6);
    let body = prop::collection::vec(any::<u8>(), 0..64);
    let switches = (
        select(&[Placement::Header, Placement::Query][..]),
        select(Profile::ALL),
        select(&[Payload::Signed, Payload::Unsigned][..]),
        any::<[bool; 2]>(),
        1_u64..=604_800,
    );
    let credentials =
        ("[A-Z0-9]{16,20}", "[A-Za-z0-9/+]{40}", prop::option::of("[A-Za-z0-9/+=]{1,64}"));
    let scope = ("[a-z0-9-]{1,14}", "[a-z0-9-]{1,14}", time());
    let parts = (start_line, headers, body, switches, credentials, scope);
    parts.prop_map(|((method, target), others, body, switches, credentials, scope)| {
        let (placement, profile, payload, [signed, stated], expires) = switches;
        let generic = profile == Profile::Generic;
        let host = ("Host".to_owned(), "example.amazonaws.com".to_owned());
        let header =
            |(name, value): (String, String)| (name.as_str().into(), value.as_str().into());
        let mut input = SigningInput {
            time: scope.2,
            region: scope.0.as_str().into(),
            service: scope.1.as_str().into(),
            session_token_signed: signed,
            normalize: generic,
            double_encode: generic,
            payload,
            content_sha256_header: stated,
            expires: (placement == Placement::Query).then_some(expires),
            request: Request {
                method: method.into(),
                target: target.as_str().into(),
                headers: std::iter::once(host).chain(others).map(header).collect(),
                body: Bytes::from(body),
            },
            ..plain().input
        };
        input.credentials.access_key_id = credentials.0.as_str().into();
        input.credentials.secret_access_key = credentials.1.as_str().into();
        input.credentials.session_token = credentials.2.map(|token| token.as_str().into());
        SignQuestion { placement, profile, input }
    })
}

const METHODS: &[&str] = &["GET", "POST", "PUT", "DELETE", "HEAD", "PATCH", "OPTIONS"];

/// Any text in segments, names and values, encoded as by a URL library.
fn target() -> impl Strategy<Value = String> {
    let text = || any::<String>().prop_map(|text| escaped(&text));
    let segments = prop::collection::vec(text(), 0..4);
    let parameters = prop::collection::vec((text(), text()), 0..4);
    (segments, parameters).prop_map(|(segments, parameters)| {
        let pairs: Vec<String> =
            parameters.iter().map(|(name, value)| format!("{name}={value}")).collect();
        let mark = if pairs.is_empty() { "" } else { "?" };
        format!("/{}{mark}{}", segments.join("/"), pairs.join("&"))
    })
}

fn escaped(text: &str) -> String {
    let one = |byte: u8| match byte {
        b'A'..=b'Z' | b'a'..=b'z' | b'0'..=b'9' | b'-' | b'.' | b'_' | b'~' => {
            char::from(byte).to_string()
        }
        _ => format!("%{byte:02X}"),
    };
    text.bytes().map(one).collect()
}

fn time() -> impl Strategy<Value = Time> {
    let parts = (1970..2100, 1..13, 1..29, 0..24, 0..60, 0..60);
    parts.prop_flat_map(|(year, month, day, hour, minute, second)| {
        let text = format!("{year:04}{month:02}{day:02}T{hour:02}{minute:02}{second:02}Z");
        Just(Time::try_from(text).unwrap_or_else(|_| plain().input.time))
    })
}
