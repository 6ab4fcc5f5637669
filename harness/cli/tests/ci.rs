//! The formats that other programs read follow their schemas, and say the most important things first
//! and not too much.

#[expect(dead_code, reason = "this test reads no snapshot")]
mod common;

use std::fs;
use std::path::Path;

use common::{BINARY, Ended, end, harness, miniature};
use serde_json::{Value, json};

fn ended(folder: &Path, arguments: &[&str], code: i32) -> Ended {
    let ended = end(&mut harness(folder, arguments.iter().copied()));
    assert_eq!(ended.code, code, "{arguments:?}: {ended}");
    ended
}

/// A log of two runs: a signer with a mistake and a stale list, and a verifier with one.
fn log(folder: &Path) -> String {
    let list = "[[known]]\ncase = \"official/sigv4/header/get-vanilla\"\nverdict = \"mismatch\"\n\
                reason = \"of old\"\n";
    fs::write(folder.join("known list.toml"), list).expect("written");
    let model = ["--", BINARY, "adapter", "model", "--mistake"];
    let signer = ["signer", "--suite", "official", "--expect", "known list.toml"];
    let verifier = ["verifier", "--filter", "*/clock/*"];
    let json = ["--format", "json"];
    let signer = [&signer[..], &json, &model, &["query-unsorted"]].concat();
    let verifier = [&verifier[..], &json, &model, &["verify-window-exclusive"]].concat();
    ended(folder, &signer, 1).stdout + &ended(folder, &verifier, 1).stdout
}

/// The log in a format.
fn report(folder: &Path, log: &str, format: &str) -> String {
    fs::write(folder.join("log"), log).expect("written");
    ended(folder, &["report", "log", "--format", format], 1).stdout
}

fn check(schema: &Value, instance: &Value) {
    let validator = jsonschema::draft202012::new(schema).expect("a schema");
    let problems: Vec<String> = validator
        .iter_errors(instance)
        .map(|error| format!("{}: {error}", error.instance_path()))
        .collect();
    assert_eq!(problems, [""; 0], "{instance:#}");
}

#[test]
fn the_log_follows_its_schema() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../log.schema.json");
    let schema: Value = serde_json::from_slice(&fs::read(path).expect("the schema")).expect("JSON");
    let log = log(folder.path());
    for kind in ["header", "case", "attribution", "problem", "footer"] {
        assert!(log.contains(&format!("{{\"event\":\"{kind}\"")), "{kind}");
    }
    let events: Vec<Value> =
        log.lines().map(|line| serde_json::from_str(line).expect("JSON")).collect();
    check(&json!({"$defs": schema["$defs"], "items": {"oneOf": schema["oneOf"]}}), &json!(events));
    let validator = jsonschema::draft202012::new(&schema).expect("a schema");
    assert!(!validator.is_valid(&json!({"event": "footer"})));
}

/// What SARIF 2.1.0 requires of the parts that are written.
#[test]
fn sarif_has_the_required_structure() {
    let text = json!({
        "type": "object", "required": ["text"], "additionalProperties": false,
        "properties": {"text": {"type": "string", "minLength": 1}}
    });
    let uri = json!({"type": "string", "pattern": "^[A-Za-z0-9._~/%-]+$"});
    let result = json!({
        "type": "object", "additionalProperties": false,
        "required": ["ruleId", "level", "message", "locations", "partialFingerprints"],
        "properties": {
            "ruleId": {"type": "string"},
            "level": {"enum": ["none", "note", "warning", "error"]},
            "message": text,
            "occurrenceCount": {"type": "integer", "minimum": 1},
            "locations": {"minItems": 1, "items": {"required": ["physicalLocation"], "properties": {
                "physicalLocation": {"required": ["artifactLocation", "region"], "properties": {
                    "artifactLocation": {"required": ["uri"], "properties": {"uri": uri}},
                    "region": {"properties": {"startLine": {"type": "integer", "minimum": 1}}}
                }}
            }}},
            "partialFingerprints": {"additionalProperties": {"type": "string"}}
        }
    });
    let schema = json!({
        "type": "object", "required": ["version", "runs"], "additionalProperties": false,
        "properties": {
            "$schema": {"type": "string"},
            "version": {"const": "2.1.0"},
            "runs": {"minItems": 1, "items": {
                "type": "object", "required": ["tool", "results"], "additionalProperties": false,
                "properties": {
                    "tool": {"required": ["driver"], "properties": {"driver": {
                        "required": ["name"],
                        "properties": {"rules": {"uniqueItems": true, "items": {
                            "required": ["id"], "properties": {"shortDescription": text}
                        }}}
                    }}},
                    "automationDetails": {"properties": {"id": {"type": "string"}}},
                    "invocations": {"items": {
                        "required": ["executionSuccessful"],
                        "properties": {"executionSuccessful": {"type": "boolean"}}
                    }},
                    "results": {"type": "array", "items": result}
                }
            }}
        }
    });
    let folder = tempfile::tempdir().expect("a folder");
    let sarif = report(folder.path(), &log(folder.path()), "sarif");
    let sarif: Value = serde_json::from_str(&sarif).expect("JSON");
    check(&schema, &sarif);
    let results = sarif["runs"][0]["results"].as_array().expect("a list");
    let of = |rule: &str| results.iter().filter(|result| result["ruleId"] == rule).count();
    assert_eq!((of("stale-expectation"), of("query-unsorted")), (1, 1), "{sarif:#}");
    let rules = sarif["runs"][0]["tool"]["driver"]["rules"].as_array().expect("a list");
    for result in results {
        assert!(rules.iter().any(|rule| rule["id"] == result["ruleId"]), "{result}");
    }
    let place = &results[0]["locations"][0]["physicalLocation"]["artifactLocation"]["uri"];
    assert_eq!(place, "known%20list.toml");
    assert_eq!(sarif["runs"][1]["results"][0]["ruleId"], "verify-window-exclusive");
}

/// What GitLab reads of a code quality report.
#[test]
fn gitlab_gets_what_it_reads() {
    let schema = json!({"type": "array", "minItems": 1, "items": {
        "required": ["description", "check_name", "fingerprint", "severity", "location"],
        "properties": {
            "description": {"type": "string"},
            "check_name": {"type": "string"},
            "fingerprint": {"type": "string"},
            "severity": {"enum": ["info", "minor", "major", "critical", "blocker"]},
            "location": {"required": ["path", "lines"], "properties": {
                "path": {"type": "string", "pattern": "^[^/]"},
                "lines": {"required": ["begin"], "properties": {"begin": {"type": "integer"}}}
            }}
        }
    }});
    let folder = tempfile::tempdir().expect("a folder");
    let issues = report(folder.path(), &log(folder.path()), "gitlab");
    let issues: Value = serde_json::from_str(&issues).expect("JSON");
    check(&schema, &issues);
    let issues = issues.as_array().expect("a list");
    let mut prints: Vec<&Value> = issues.iter().map(|issue| &issue["fingerprint"]).collect();
    prints.sort_by_key(ToString::to_string);
    prints.dedup();
    assert_eq!(prints.len(), issues.len(), "fingerprints tell issues apart");
}

#[test]
fn a_badge_is_a_picture_or_what_shields_reads() {
    let folder = tempfile::tempdir().expect("a folder");
    let badge = |format: &str, names: &[&str], code| {
        let words = ["signer", "--suite", "official", "--format", format];
        ended(folder.path(), &[&words[..], names].concat(), code).stdout
    };
    let wrong = ["--", BINARY, "adapter", "model", "--mistake", "query-unsorted"];
    for (names, code, begins, colour) in [
        (&["reference"][..], 0, "conforms in a part", "yellowgreen"),
        (&["aws-sigv4"], 0, "", "green"),
        (&wrong, 1, "", "red"),
    ] {
        let shields: Value = serde_json::from_str(&badge("shields", names, code)).expect("JSON");
        assert_eq!((&shields["schemaVersion"], &shields["color"]), (&json!(1), &json!(colour)));
        let message = shields["message"].as_str().expect("text");
        assert!(message.starts_with(begins), "{message}");
        let svg = badge("badge", names, code);
        let svg = roxmltree::Document::parse(&svg).expect("XML");
        let title = svg.descendants().find(|node| node.has_tag_name("title"));
        assert_eq!(title.and_then(|it| it.text()), Some(&format!("SigV4: {message}")[..]));
    }
}

/// Where no mistake explains the failures, they are not all listed, and it says how to get them.
#[test]
fn what_is_long_is_capped_with_a_count() {
    let folder = tempfile::tempdir().expect("a folder");
    let miniature = miniature();
    let miniature = miniature.to_str().expect("a path that is text");
    let run = ["signer", "--suite", "official", "--log", "log", "--", miniature, "forges"];
    ended(folder.path(), &run, 1);
    let log = fs::read_to_string(folder.path().join("log")).expect("a log");
    let github = report(folder.path(), &log, "github");
    assert_eq!(github.matches("::error ").count(), 10, "{github}");
    let markdown = report(folder.path(), &log, "markdown");
    assert!(markdown.len() < 16 << 10, "{}", markdown.len());
    for text in [github, markdown] {
        assert!(text.contains("not shown here: run with --log run.ndjson"), "{text}");
    }
    let junit = report(folder.path(), &log, "junit");
    let failed: Value = serde_json::from_str(log.lines().last().expect("a footer")).expect("JSON");
    assert_eq!(Some(junit.matches("<failure ").count() as u64), failed["failed"].as_u64());
}

#[test]
fn junit_names_the_mistake_of_every_failure() {
    let folder = tempfile::tempdir().expect("a folder");
    let junit = report(folder.path(), &log(folder.path()), "junit");
    let xml = roxmltree::Document::parse(&junit).expect("XML");
    let failures = xml.descendants().filter(|node| node.has_tag_name("failure"));
    let mut mistaken = 0;
    for failure in failures {
        let message = failure.attribute("message").unwrap_or_default();
        mistaken += usize::from(message.starts_with("mistake query-unsorted; "));
    }
    assert!(mistaken > 0, "{junit}");
    let property = "name=\"mistake\" value=\"query-unsorted: ";
    assert!(junit.contains(property), "{junit}");
}
