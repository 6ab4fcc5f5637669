//! Writes and reads the lines of protocol 1 (`harness/PROTOCOL.md`).

use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use sigv4_vectors::plain::in_plain_words;

use crate::text;
use crate::{Answer, Identity, Question, SentRequest, SignedAnswer, StagesShown};

/// The protocol version that this harness speaks.
pub const VERSION: u64 = 1;

/// The operation that no adapter knows.
pub const CANARY: &str = "canary-sing";

/// The prefix of all variables from which a one-shot adapter reads its question.
pub const VARIABLE_PREFIX: &str = "SIGV4_CONFORMANCE_";

/// How many characters the name of a subject may have.
const LONGEST_NAME: usize = 200;

/// A question with its number, as it is written on the line.
#[derive(Debug, Serialize)]
struct Numbered<'q> {
    seq: u64,
    #[serde(flatten)]
    question: &'q Question,
}

/// The answer to a question.
#[derive(Debug, Deserialize, PartialEq)]
pub struct Reply {
    /// The number of the question.
    pub seq: u64,
    /// What the subject did.
    #[serde(flatten)]
    pub answer: Answer,
}

/// A line that is not an answer.
#[derive(Clone, Debug, Eq, PartialEq, thiserror::Error)]
#[error("expected a JSON object with seq and result on one line, got {line}: {problem}")]
pub struct Malformed {
    /// The line, shortened and escaped.
    pub line: String,
    /// What is wrong with it.
    pub problem: String,
}

/// Appends the greeting to `text`: the version of the harness, and the digest that identifies its
/// vectors. The functions below append their message in the same way.
pub fn hello(text: &mut Vec<u8>, suite: &str, digest: &str) {
    let hello = json!({"op": "hello", "protocol": VERSION, "suite": suite, "digest": digest});
    line(text, &hello);
}

/// The operation that must be answered `unsupported`.
pub fn canary(text: &mut Vec<u8>, seq: u64) {
    line(text, &json!({"op": CANARY, "seq": seq}));
}

/// One question.
pub fn question(text: &mut Vec<u8>, seq: u64, question: &Question) {
    line(text, &Numbered { seq, question });
}

/// A value on its own line.
pub fn line(text: &mut Vec<u8>, value: &impl Serialize) {
    // Every value written here has string keys and a serialiser that cannot fail.
    let _ = serde_json::to_writer(&mut *text, value);
    text.push(b'\n');
}

/// Reads the answer to the greeting.
///
/// # Errors
/// What is wrong with it and what was expected, in a sentence.
pub fn read_hello(text: &[u8]) -> Result<Identity, String> {
    let value: Value = serde_json::from_slice(text).map_err(|error| {
        format!("expected a JSON object, got {}: {}", shown(text), problem(&error))
    })?;
    if value.get("op").and_then(Value::as_str) != Some("hello") || value.get("name").is_none() {
        return Err(format!(
            "expected {{\"op\":\"hello\",\"protocol\":1,\"name\":...,\"roles\":[...]}}, got {}",
            shown(text)
        ));
    }
    // From the text again: a value no longer knows the column of what is wrong.
    let identity: Identity = serde_json::from_slice(text)
        .map_err(|error| format!("{} in {}", problem(&error), shown(text)))?;
    if identity.protocol != VERSION {
        return Err(format!(
            "it speaks protocol {}, this harness speaks {VERSION}",
            identity.protocol
        ));
    }
    if identity.profiles.is_empty() {
        let problem = "profiles: expected at least one of generic, s3: with none, nothing is asked";
        return Err(problem.to_owned());
    }
    check_name(&identity.name)?;
    Ok(identity)
}

/// A name is what people find the subject by, and what its results are called.
///
/// # Errors
/// What is wrong with the name, and what was expected.
pub fn check_name(name: &str) -> Result<(), String> {
    let length = name.chars().count();
    if name.trim().is_empty() {
        return Err(format!("the name is {name:?}, expected what the subject is called"));
    }
    if length > LONGEST_NAME {
        return Err(format!("the name has {length} characters, expected {LONGEST_NAME} at most"));
    }
    Ok(())
}

/// Reads the answer to a question.
///
/// # Errors
/// [`Malformed`] for a line that is not a JSON object with `seq` and `result`.
pub fn read_reply(text: &[u8]) -> Result<Reply, Malformed> {
    /// The kind of an answer is a word: `serde` would also accept its number.
    #[derive(Deserialize)]
    struct Worded {
        #[serde(rename = "result")]
        _result: Option<String>,
    }

    let usual = read_usual(text);
    if let Ok(Some(reply)) = usual {
        return Ok(reply);
    }
    let worded = serde_json::from_slice::<Worded>(text);
    worded.and_then(|_| serde_json::from_slice(text)).map_err(|general| {
        // That of a usual answer knows the column of what is wrong; the general one knows every kind of
        // answer.
        let knows_more = |error: &serde_json::Error| {
            !error.to_string().starts_with("unknown variant") && error.column() < general.column()
        };
        let error = usual.err().filter(knows_more).unwrap_or(general);
        Malformed { line: shown(text), problem: problem(&error) }
    })
}

/// What is wrong with a line, and in which column of it.
fn problem(error: &serde_json::Error) -> String {
    let message = in_plain_words(&error.to_string(), "an object");
    let problem = message.split(" at line ").next().unwrap_or_default();
    match error.column() {
        0 => problem.to_owned(),
        column => format!("{problem} at column {column}"),
    }
}

/// Reads the most common answers: a signed request, or a refusal. Because their fields are known,
/// it need not buffer all fields until the kind of the answer is read, as for any other answer.
fn read_usual(text: &[u8]) -> serde_json::Result<Option<Reply>> {
    #[derive(Deserialize)]
    #[serde(rename_all = "kebab-case")]
    enum Result {
        Signed,
        Unrepresentable,
        Unsupported,
    }
    #[derive(Deserialize)]
    struct Usual {
        seq: u64,
        result: Result,
        request: Option<SentRequest>,
        #[serde(default)]
        stages: StagesShown,
        #[serde(default, deserialize_with = "text::read_note")]
        detail: String,
    }
    let Usual { seq, result, request, stages, detail } = serde_json::from_slice(text)?;
    let answer = match result {
        Result::Signed => match request {
            Some(request) => Answer::Signed(Box::new(SignedAnswer { request, stages })),
            None => return Ok(None),
        },
        Result::Unrepresentable => Answer::Unrepresentable { detail },
        Result::Unsupported => Answer::Unsupported { detail },
    };
    Ok(Some(Reply { seq, answer }))
}

/// A line for a message: escaped, and cut after 120 bytes.
#[must_use]
pub fn shown(line: &[u8]) -> String {
    const LIMIT: usize = 120;
    let line = line.trim_ascii_end();
    let cut = if line.len() > LIMIT { "..." } else { "" };
    let beginning = String::from_utf8_lossy(&line[..line.len().min(LIMIT)]);
    format!("`{}{cut}`", text::line(&beginning))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_malformed_answer_is_told_in_plain_words() {
        let request = r#""request":{"method":"GET","target":"/","headers":[]}"#;
        let lines = [
            "DEBUG".to_owned(),
            "7".to_owned(),
            r#"{"seq":1"#.to_owned(),
            format!(r#"{{"seq":"1","result":"signed",{request}}}"#),
            format!(r#"{{"seq":-1,"result":"signed",{request}}}"#),
            format!(r#"{{"result":"signed",{request}}}"#),
            format!(r#"{{"seq":1,"result":"sealed",{request}}}"#),
            format!(r#"{{"seq":1,"result":7,{request}}}"#),
            format!(r#"{{"seq":1,{request}}}"#),
            r#"{"seq":1,"result":"signed"}"#.to_owned(),
            r#"{"seq":1,"result":"signed","request":{"method":7,"target":"/","headers":[]}}"#.to_owned(),
            r#"{"seq":1,"result":"signed","request":{"method":"GET","target":"/","headers":{}}}"#
                .to_owned(),
            r#"{"seq":1,"result":"signed","request":{"method":"GET","target":"/","headers":[["a"]]}}"#
                .to_owned(),
        ];
        let said = lines.map(|line| match read_reply(line.as_bytes()) {
            Err(Malformed { problem, .. }) => format!("{line}\n  {problem}"),
            Ok(reply) => panic!("{line}: {reply:?}"),
        });
        insta::assert_snapshot!("malformed", said.join("\n"));
        let hello = |rest: &str| {
            let line = format!(r#"{{"op":"hello","protocol":1,"name":"a","version":"1",{rest}}}"#);
            read_hello(line.as_bytes()).expect_err(rest)
        };
        let greetings = [
            r#""language":"C","roles":"sign-header""#,
            r#""language":7,"roles":[]"#,
            r#""language":"C","roles":[1]"#,
            r#""language":"C""#,
        ];
        insta::assert_snapshot!("greetings", greetings.map(hello).join("\n"));
    }

    #[test]
    fn a_subject_has_a_name_of_some_length() {
        let hello = |name: &str| {
            let hello =
                json!({"op": "hello", "protocol": 1, "name": name, "version": "1", "roles": []});
            read_hello(hello.to_string().as_bytes()).map(|identity| identity.name.len())
        };
        assert_eq!(hello(&"\u{1234}".repeat(200)), Ok(600));
        let long = "the name has 201 characters, expected 200 at most";
        assert_eq!(hello(&"n".repeat(201)), Err(long.to_owned()));
        for name in ["", " \t"] {
            let problem = hello(name).expect_err("no name");
            assert!(problem.ends_with("expected what the subject is called"), "{problem}");
        }
    }

    /// What `read_usual` accepts is read the same way in general, and it accepts common answers.
    #[test]
    fn a_usual_answer_is_read_as_any_answer_is() {
        let request =
            r#""request":{"method":"GET","target":{"base64":"L/8="},"headers":[["A","b"]]}"#;
        let stages = r#""stages":{"signature":"00","string_to_sign":"AWS4"}"#;
        for (line, usual) in [
            (format!(r#"{{"seq":1,"result":"signed",{request}}}"#), true),
            (format!(r#"{{{stages},{request},"result":"signed","seq":7}}"#), true),
            (format!(r#"{{"seq":1,"result":"signed",{request},"took":null}}"#), true),
            (format!(r#"{{"seq":1,"result":"signed",{request},"detail":null}}"#), false),
            (r#"{"seq":1,"result":"unsupported"}"#.to_owned(), true),
            (r#"{"result":"unrepresentable","detail":"no","seq":2}"#.to_owned(), true),
            (format!(r#"{{"seq":1,"result":"unrepresentable",{request}}}"#), true),
            (r#"{"seq":1,"result":"error","detail":"no"}"#.to_owned(), false),
            (r#"{"seq":1,"result":"accept"}"#.to_owned(), false),
        ] {
            let plainly = serde_json::from_str::<Reply>(&line).expect(&line);
            assert_eq!(matches!(read_usual(line.as_bytes()), Ok(Some(_))), usual, "{line}");
            assert_eq!(read_reply(line.as_bytes()), Ok(plainly), "{line}");
        }
        for line in [
            format!(r#"{{"result":"signed",{request}}}"#),
            format!(r#"{{"seq":1,"result":"signed",{request},{request}}}"#),
            r#"{"seq":1,"result":"signed"}"#.to_owned(),
            r#"{"seq":1,"result":"unsupported","detail":null}"#.to_owned(),
            format!(r#"{{"seq":1,"result":"sealed",{request}}}"#),
        ] {
            assert!(!matches!(read_usual(line.as_bytes()), Ok(Some(_))), "{line}");
        }
    }
}
