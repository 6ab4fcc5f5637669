//! The JSON Schema and the typed model say the same.

use std::collections::BTreeSet;
use std::{fs, path::Path};

use jsonschema::Validator;
use serde_json::{Value, json};
use sigv4_vectors::Vectors;
use sigv4_vectors::model::{EvidenceKind, File, Level, Need, Payload, Placement, Profile, Reading};

fn schema() -> Value {
    read("vector.schema.json")
}

fn read(path: &str) -> Value {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join(path);
    serde_json::from_slice(&fs::read(path).unwrap()).unwrap()
}

fn validator() -> Validator {
    jsonschema::draft202012::new(&schema()).unwrap()
}

#[test]
fn the_schema_is_a_schema() {
    jsonschema::draft202012::meta::validate(&schema()).unwrap();
}

#[test]
fn every_file_is_valid() {
    let validator = validator();
    let topics = Vectors::embedded().topics();
    assert!(!topics.is_empty());
    for topic in topics {
        let errors: Vec<String> = validator
            .iter_errors(&read(&topic.path))
            .map(|error| format!("{}{}: {error}", topic.path, error.instance_path()))
            .collect();
        assert!(errors.is_empty(), "{}", errors.join("\n"));
    }
}

#[test]
fn what_the_model_writes_is_valid() {
    let validator = validator();
    for topic in Vectors::embedded().topics() {
        let written = serde_json::to_value(&topic.file).unwrap();
        assert_eq!(written, read(&topic.path), "{}", topic.path);
        assert!(validator.is_valid(&written), "{}", topic.path);
    }
}

#[test]
fn schema_and_model_refuse_the_same_mutations() {
    let validator = validator();
    let mut count = 0;
    for (path, name) in [
        ("official/sigv4/header.json", "get-vanilla"),
        ("official/sigv4/query.json", "get-vanilla"),
        ("edge/sigv4/path-segments.json", "up-name-dot"),
        ("published/sigv4/iam-docs.json", "gr-signing-key-20120215-iam"),
        ("published/sigv4-chunked-trailer/s3-docs.json", "s3doc-chunked-trailer-put"),
        ("published/sigv4-chunked/aws-sdk-java.json", "java-v2-chunked-4byte"),
        ("published/sigv4-eventstream/aws-c-auth.json", "crt-event-stream-demo-request"),
        ("published/sigv4-eventstream/aws-c-auth.json", "crt-event-stream-demo"),
        ("official/sigv4a/query.json", "get-vanilla"),
        ("published/sigv4-post-policy/s3-docs.json", "s3doc-post-policy-20151229"),
        ("published/s3-sigv2/s3-docs.json", "s3v2-object-get"),
        ("published/s3-sigv2/botocore.json", "s3v2-2006-query"),
        ("published/rds-token/botocore.json", "botocore-rds-token"),
        ("published/ses-smtp/terraform.json", "tf-ses-smtp-v4-1"),
    ] {
        let mut file = read(path);
        let cases = file["cases"].as_array_mut().unwrap();
        cases.retain(|case| case["id"].as_str().unwrap().ends_with(&format!("/{name}")));
        assert_eq!(cases.len(), 1);
        let bytes = [
            "expect/signed_request/body",
            "derivation/region",
            "chunks/region",
            "events/region",
            "expect_v4a/canonical_request",
            "policy/region",
            "signed_legacy/string_to_sign",
            "token/region",
        ]
        .map(|place| format!("/cases/0/{place}"));
        let bytes = bytes.iter().find(|place| file.pointer(place).is_some()).unwrap();
        *file.pointer_mut(bytes).unwrap() = json!({ "base64": "/w==" });
        assert!(validator.is_valid(&file) && parses(&file));
        for (mutation, mutated) in mutations(&file) {
            assert!(!validator.is_valid(&mutated), "the schema accepts {path}: {mutation}");
            assert!(!parses(&mutated), "the model accepts {path}: {mutation}");
            count += 1;
        }
    }
    assert!(count > 200, "only {count} mutations");
}

/// What may be left out. Of a stream, only what was published is expected: any of [`UNPUBLISHED`].
const OPTIONAL: [&str; 10] = [
    "notice",
    "expires",
    "mistake",
    "votes",
    "servers",
    "agree_within_own_headers",
    "otherwise",
    "date_key",
    "region_key",
    "service_key",
];

/// What may be left out below the expectation of a stream, except for its seed.
const UNPUBLISHED: [&str; 5] = ["chunks", "framed_body", "signature", "string_to_sign", "trailer"];

fn is_optional(pointer: &str, key: &str) -> bool {
    let is_of_stream = pointer.contains("/signed_") && !pointer.contains("/signed_request");
    let is_unpublished = is_of_stream
        && !pointer.contains("/signed_policy")
        && !pointer.contains("/signed_legacy")
        && !pointer.contains("/signed_token")
        && !pointer.ends_with("/seed")
        && UNPUBLISHED.contains(&key);
    OPTIONAL.contains(&key) || is_unpublished
}

fn parses(file: &Value) -> bool {
    serde_json::from_str::<File>(&file.to_string()).is_ok()
}

/// Each place of the file of a wrong type, with an unknown field, without one of its fields, or as a
/// header of another length.
fn mutations(file: &Value) -> Vec<(String, Value)> {
    let mut mutations = Vec::new();
    for pointer in pointers(file, String::new()) {
        let mut mutate = |what: String, mutation: &dyn Fn(&mut Value)| {
            let mut mutated = file.clone();
            mutation(mutated.pointer_mut(&pointer).unwrap());
            mutations.push((format!("{pointer}: {what}"), mutated));
        };
        mutate("wrong type".into(), &|value| *value = json!(1.5));
        if pointer.rsplit('/').nth(1) == Some("headers") {
            mutate("without a value".into(), &|value| *value = json!(["name"]));
            mutate("a third part".into(), &|value| *value = json!(["name", "value", "more"]));
        }
        let Some(object) = file.pointer(&pointer).unwrap().as_object() else { continue };
        mutate("unknown field".into(), &|value| value["surplus"] = json!(true));
        for key in object.keys().filter(|key| !is_optional(&pointer, key) && pointer != "/flags") {
            mutate(format!("without {key}"), &|value| {
                value.as_object_mut().unwrap().remove(key);
            });
        }
    }
    mutations
}

fn pointers(value: &Value, pointer: String) -> Vec<String> {
    let children: Vec<(String, &Value)> = match value {
        Value::Array(items) => {
            items.iter().enumerate().map(|(index, item)| (index.to_string(), item)).collect()
        }
        Value::Object(fields) => fields.iter().map(|(key, field)| (key.clone(), field)).collect(),
        _ => Vec::new(),
    };
    let below: Vec<String> = children
        .into_iter()
        .flat_map(|(key, child)| pointers(child, format!("{pointer}/{key}")))
        .collect();
    [vec![pointer], below].concat()
}

#[test]
fn the_schema_ties_the_expiry_to_the_placement() {
    let validator = validator();
    let mut header = read("official/sigv4/header.json");
    header["cases"][0]["input"]["expires"] = json!(3600);
    assert!(!validator.is_valid(&header));
    let mut query = read("official/sigv4/query.json");
    query["cases"][0]["input"].as_object_mut().unwrap().remove("expires");
    assert!(!validator.is_valid(&query));
}

#[test]
fn a_case_asks_one_question() {
    let validator = validator();
    let signing = read("official/sigv4/header.json")["cases"][0].clone();
    let mut file = read("published/sigv4/iam-docs.json");
    let cases = file["cases"].as_array_mut().unwrap();
    cases.retain(|case| case.get("derivation").is_some());
    for field in ["profile", "placement", "input", "expect"] {
        let mut mixed = file.clone();
        mixed["cases"][0][field] = signing[field].clone();
        assert!(!validator.is_valid(&mixed) && !parses(&mixed), "{field}");
    }
}

#[test]
fn the_words_are_those_of_the_model() {
    let schema = schema();
    let definitions = &schema["$defs"];
    let case = &definitions["case"]["properties"];
    let kinds = &schema["$defs"]["evidence"]["properties"]["kind"];
    let payload = &schema["$defs"]["signing_input"]["properties"]["payload"];
    assert_eq!(definitions["profile"]["enum"], json!(Profile::ALL));
    assert_eq!(definitions["placement"]["enum"], json!(Placement::ALL));
    assert_eq!(case["level"]["enum"], json!(Level::ALL));
    assert_eq!(kinds["enum"], json!(EvidenceKind::ALL));
    assert_eq!(payload["enum"], json!(Payload::ALL));
    let described = |name: &str| -> BTreeSet<String> {
        let words = schema["$defs"][name]["oneOf"].as_array().unwrap();
        words.iter().map(|word| word["const"].as_str().unwrap().to_owned()).collect()
    };
    assert_eq!(described("need"), Need::ALL.iter().map(ToString::to_string).collect());
    assert_eq!(described("reading"), Reading::ALL.iter().map(ToString::to_string).collect());
}
