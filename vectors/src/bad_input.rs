//! What a reader of a broken set is told: a snapshot for each message.

use std::fs;

use crate::load::Vectors;

/// A sound file at `edge/sigv4/sample.json`.
const SAMPLE: &str = r#"{
  "$schema": "../../vector.schema.json",
  "title": "A sample",
  "source": "Made for this test",
  "flags": { "odd": { "goes_wrong": "Something", "how_bad": "Not very" } },
  "cases": [
    {
      "id": "edge/sigv4/sample/one",
      "title": "One",
      "family": "sigv4",
      "operation": "sign",
      "profile": "generic",
      "placement": "header",
      "level": "must",
      "evidence": [{ "kind": "rule", "source": "none" }],
      "spec": [{ "anchor": "create-canonical-request", "rule": "none" }],
      "flags": ["odd"],
      "needs": ["raw-space"],
      "catches": [],
      "input": {
        "time": "20150830T123600Z",
        "region": "us-east-1",
        "service": "service",
        "credentials": {
          "access_key_id": "AKIDEXAMPLE", "secret_access_key": "", "session_token": null
        },
        "session_token_signed": true,
        "normalize": true,
        "double_encode": true,
        "payload": "signed",
        "content_sha256_header": false,
        "request": { "method": "GET", "target": "/ ", "headers": [["Host", "a"]], "body": "" }
      },
      "expect": {
        "canonical_request": "",
        "string_to_sign": "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
        "signing_key": "0000000000000000000000000000000000000000000000000000000000000000",
        "signature": "d6704931caa5fa7a0c70ce8696ddecd2a52d3a76b9bd0b9e2f2bd3f3a5112ef8",
        "signed_request": {
          "method": "GET", "target": "/ ",
          "headers": [["a", "d6704931caa5fa7a0c70ce8696ddecd2a52d3a76b9bd0b9e2f2bd3f3a5112ef8"]], "body": ""
        }
      }
    }
  ]
}
"#;

const PLACE: &str = "edge/sigv4/sample.json";

/// The sample with one thing in it replaced.
fn sample(old: &str, new: &str) -> String {
    assert_eq!(SAMPLE.matches(old).count(), 1, "{old} is not once in the sample");
    SAMPLE.replace(old, new)
}

/// The sample with its case a second time, under another id.
fn sample_with_second(id: &str) -> String {
    let start = SAMPLE.find("    {\n      \"id\"").unwrap();
    let end = SAMPLE.find("\n  ]\n}").unwrap();
    let case = &SAMPLE[start..end];
    let second = case.replace("edge/sigv4/sample/one", id);
    SAMPLE.replace(case, &format!("{case},\n{second}"))
}

/// What is said about a set of these files.
fn message(files: &[(&str, &[u8])]) -> String {
    let root = tempfile::tempdir().unwrap();
    for (path, bytes) in files {
        let path = root.path().join(path);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, bytes).unwrap();
    }
    Vectors::load_dir(root.path()).map_or_else(|error| error.to_string(), |_| "sound".to_owned())
}

#[test]
fn the_sample_is_sound() {
    assert_eq!(message(&[(PLACE, SAMPLE.as_bytes())]), "sound");
    let two = sample_with_second("edge/sigv4/sample/two");
    assert_eq!(message(&[(PLACE, two.as_bytes())]), "sound");
}

#[test]
fn one_file() {
    for (name, content) in [
        (
            "bad_base64",
            sample(
                r#""GET", "target": "/ ", "headers": [[""#,
                r#"{"base64": "R0VU="}, "target": "/ ", "headers": [[""#,
            ),
        ),
        ("duplicate_id", sample_with_second("edge/sigv4/sample/one")),
        ("expires_in_header", sample(r#""payload":"#, r#""expires": 3600, "payload":"#)),
        ("expires_missing_in_query", sample(r#""header","#, r#""query","#)),
        ("header_without_value", sample(r#"["Host", "a"]"#, r#"["Host"]"#)),
        ("malformed_hex", sample("\"signature\": \"d6", "\"signature\": \"D6")),
        (
            "other_canonical_request",
            sample("\"canonical_request\": \"\"", "\"canonical_request\": \"a\""),
        ),
        ("other_signature_sent", sample("[[\"a\", \"d6", "[[\"a\", \"")),
        ("other_string_to_sign", sample("\"signature\": \"d6", "\"signature\": \"e6")),
        ("malformed_name", sample("sample/one", "sample/One")),
        ("malformed_time", sample("20150830T123600Z", "2015-08-30T12:36:00Z")),
        ("half_a_question", sample("      \"profile\": \"generic\",\n", "")),
        (
            "a_sequence_besides",
            sample("      \"profile\"", "      \"calls\": [],\n      \"profile\""),
        ),
        ("missing_field", sample("      \"catches\": [],\n", "")),
        ("missing_token", sample(r#", "session_token": null"#, "")),
        ("no_cases", r#"{"$schema":"","title":"","source":"","flags":{},"cases":[]}"#.to_owned()),
        ("truncated", SAMPLE[..SAMPLE.len() / 2].to_owned()),
        ("unexplained_flag", sample(r#"["odd"]"#, r#"["odd", "strange"]"#)),
        ("unknown_field", sample(r#""normalize""#, r#""normalise""#)),
        ("unknown_need", sample("raw-space", "raw-tab")),
        ("unused_flag", sample(r#"["odd"]"#, "[]")),
        ("wrong_family", sample(r#""sigv4""#, r#""sigv4a""#)),
        ("wrong_id", sample("edge/sigv4/sample/one", "edge/sigv4/simple/one")),
        ("unknown_operation", sample(r#""operation": "sign""#, r#""operation": "seal""#)),
        ("wrong_operation", sample(r#""operation": "sign""#, r#""operation": "derive-key""#)),
        ("wrong_type", sample(r#""double_encode": true"#, r#""double_encode": "true""#)),
    ] {
        insta::assert_snapshot!(name, message(&[(PLACE, content.as_bytes())]));
    }
}

#[test]
fn not_utf8() {
    let content = [b"{\n  \"".as_slice(), b"\xff\"".as_slice()].concat();
    insta::assert_snapshot!(message(&[(PLACE, &content)]));
}

#[test]
fn nothing() {
    insta::assert_snapshot!(message(&[("src/lib.rs", b"")]));
}

#[test]
fn places() {
    let content = SAMPLE.as_bytes();
    insta::assert_snapshot!("unknown_suite", message(&[("edgy/sigv4/sample.json", content)]));
    insta::assert_snapshot!("misplaced", message(&[("edge/sample.json", content)]));
}

#[test]
fn unreadable() {
    let root = tempfile::tempdir().unwrap().path().join("absent");
    let error = Vectors::load_dir(&root).unwrap_err().to_string();
    assert!(error.starts_with(&format!("cannot read {}", root.display())), "{error}");
}

/// All problems of all files, in order.
#[test]
fn many() {
    let broken = sample_with_second("edge/sigv4/other/two")
        .replace(r#""flags": ["odd"]"#, r#""flags": ["strange"]"#);
    insta::assert_snapshot!(message(&[
        ("edge/sigv4/sample.json", broken.as_bytes()),
        ("edge/sigv4/other.json", SAMPLE.as_bytes()),
        ("edge/sigv4/last.json", b"{"),
    ]));
}

#[test]
fn errata() {
    let erratum = |id: &str, outcome: &str| {
        format!(
            "[[erratum]]\nids = [\"edge/sigv4/sample/{id}\"]\nwrong = \"\"\nwhy = \"\"\n\
             outcome = \"{outcome}\"\ndone = \"\"\n"
        )
    };
    for (name, errata) in [
        ("erratum_against_case", erratum("one", "left-out")),
        ("erratum_without_case", erratum("two", "kept")),
        ("erratum_unknown_outcome", erratum("one", "ignored")),
        ("erratum_unknown_field", erratum("one", "kept") + "when = \"\"\n"),
    ] {
        let files = [(PLACE, SAMPLE.as_bytes()), ("errata.toml", errata.as_bytes())];
        insta::assert_snapshot!(name, message(&files));
    }
}
