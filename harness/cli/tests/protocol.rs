//! What `harness/PROTOCOL.md` promises: its programs are sound adapters, its messages are those of
//! the schema and of the harness.

mod common;

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use common::{BINARY, end, end_with_input, harness, miniature, snapshots};
use jsonschema::Validator;
use serde_json::{Value, json};

fn harness_file(name: &str) -> String {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("..").join(name);
    fs::read_to_string(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

/// The fenced blocks of the document with this language.
fn blocks(language: &str) -> Vec<String> {
    let document = harness_file("PROTOCOL.md");
    let opening = format!("```{language}\n");
    let fenced = document.split(&opening).skip(1);
    fenced.map(|rest| rest.split("```").next().unwrap_or_default().to_owned()).collect()
}

/// A validator of one definition of the schema.
fn validator(definition: &str) -> Validator {
    let mut schema: Value =
        serde_json::from_str(&harness_file("protocol.schema.json")).expect("the schema is JSON");
    let fields = schema.as_object_mut().expect("an object");
    fields.shift_remove("anyOf").expect("the schema is that of any message");
    fields.insert("$ref".to_owned(), json!(format!("#/$defs/{definition}")));
    jsonschema::draft202012::new(&schema).expect("a schema")
}

fn is_question(message: &Value) -> bool {
    message.get("op").is_some() && message.get("name").is_none()
}

/// Runs the doctor on the program that the document shows for a language.
fn program(language: &str, probe: &[&str], prepare: fn(&Path) -> Vec<String>) {
    let toolchain = probe[0];
    let there = Command::new(toolchain).args(&probe[1..]).stdout(Stdio::null()).status();
    if !there.is_ok_and(|status| status.success()) {
        println!("skipped: needs {toolchain}");
        return;
    }
    let [source] = &blocks(language)[..] else { panic!("one program in {language}") };
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join(format!("adapter.{language}"));
    fs::write(&path, source).expect("written");
    let command = prepare(&path);
    let arguments = ["doctor", "--timeout", "30", "--"].into_iter();
    let ended =
        end(&mut harness(folder.path(), arguments.chain(command.iter().map(String::as_str))));
    assert_eq!(ended.code, 0, "{ended}");
    let mut settings = snapshots(folder.path());
    settings.add_filter(r"\d+ (answered|answers|of)", "[count] $1");
    settings.bind(|| insta::assert_snapshot!(format!("program-{language}"), ended));
}

fn text(path: &Path) -> String {
    path.to_str().expect("a path that is text").to_owned()
}

#[test]
fn the_program_in_python() {
    program("python", &["python3", "--version"], |path| vec!["python3".to_owned(), text(path)]);
}

#[test]
fn the_program_in_javascript() {
    program("javascript", &["node", "--version"], |path| {
        let module: PathBuf = path.with_extension("js");
        fs::rename(path, &module).expect("renamed");
        vec!["node".to_owned(), text(&module)]
    });
}

#[test]
fn the_program_in_go() {
    program("go", &["go", "version"], |path| {
        let binary = path.with_extension("built");
        let mut build = Command::new("go");
        build.args(["build", "-o"]).args([&binary, path]);
        assert!(build.status().expect("go starts").success());
        vec![text(&binary)]
    });
}

#[test]
fn the_program_in_sh() {
    program("sh", &["sh", "-c", "true"], |path| vec!["sh".to_owned(), text(path)]);
}

#[test]
fn the_messages_of_the_document_are_those_of_the_schema() {
    let (question, answer) = (validator("question"), validator("answer"));
    let mut count = [0, 0];
    for line in blocks("json").iter().flat_map(|block| block.lines()) {
        let message: Value = serde_json::from_str(line).unwrap_or_else(|error| {
            panic!("{error} in {line}");
        });
        let is_question = is_question(&message);
        count[usize::from(is_question)] += 1;
        let validator = if is_question { &question } else { &answer };
        let errors: Vec<String> =
            validator.iter_errors(&message).map(|error| error.to_string()).collect();
        assert_eq!(errors, [""; 0], "{line}");
    }
    assert!(count.iter().all(|&count| count > 3), "{count:?}");
}

#[test]
fn the_schema_refuses_what_is_no_message() {
    let (question, answer) = (validator("question"), validator("answer"));
    for message in [
        json!({"op": "sign", "seq": 1}),
        json!({"op": "derive-key", "seq": -1}),
        json!({"op": "hello", "protocol": 2}),
        json!({"op": "canary-sing"}),
        json!([]),
    ] {
        assert!(!question.is_valid(&message), "{message}");
    }
    for message in [
        json!({"seq": 1}),
        json!({"seq": 1, "result": "signed"}),
        json!({"seq": "1", "result": "unsupported"}),
        json!({"seq": 1, "result": "passed"}),
        json!({"result": "accept"}),
    ] {
        assert!(!answer.is_valid(&message), "{message}");
    }
}

/// The document shows answers of a correct subject: the reference gives the same.
#[test]
fn the_answers_of_the_document_are_those_of_the_reference() {
    let folder = tempfile::tempdir().expect("a folder");
    let mut compared = 0;
    for block in blocks("json") {
        let lines: Vec<&str> = block.lines().collect();
        let messages: Vec<Value> =
            lines.iter().map(|line| serde_json::from_str(line).expect("JSON")).collect();
        let [question, documented] = &messages[..] else { continue };
        let operations = [
            "sign",
            "sign-chunks",
            "sign-events",
            "sign-post-policy",
            "sign-legacy",
            "token",
            "verify",
            "derive-key",
        ];
        if !question["op"].as_str().is_some_and(|operation| operations.contains(&operation)) {
            continue;
        }
        let mut adapter = harness(folder.path(), ["adapter", "reference"]);
        let ended = end_with_input(&mut adapter, format!("{}\n", lines[0]).as_bytes());
        let mut answer: Value = serde_json::from_str(&ended.stdout).expect("JSON");
        if question["op"] == "verify" {
            // What a subject says in its own words is its own affair.
            answer["detail"] = documented["detail"].clone();
        }
        assert_eq!(&answer, documented);
        compared += 1;
    }
    assert_eq!(compared, 8);
}

/// Everything that crosses the pipe in a whole run is a message of the schema.
#[test]
fn a_whole_run_speaks_the_schema() {
    let miniature = miniature();
    let one_shot = [miniature.to_str().expect("a path that is text"), "one-shot"];
    for adapter in [&[BINARY, "adapter", "reference"][..], &one_shot] {
        let folder = tempfile::tempdir().expect("a folder");
        let script = "tee -a questions | \"$@\" | tee -a answers";
        // The smallest suite: one of the adapters is a process a question.
        let options = ["signer", "--suite", "official", "--jobs", "1"];
        let arguments = options.into_iter().chain(["--", "sh", "-c", script, "sh"]);
        let arguments = arguments.chain(adapter.iter().copied());
        let ended = end(&mut harness(folder.path(), arguments));
        assert_eq!(ended.code, 0, "{ended}");
        let lines = |file: &str| {
            let text = fs::read_to_string(folder.path().join(file)).expect("what tee wrote");
            text.lines().map(str::to_owned).collect::<Vec<_>>()
        };
        let (questions, answers) = (lines("questions"), lines("answers"));
        // A one-shot adapter is ended once it has greeted, and once it has met the canary, perhaps
        // before tee has written that.
        assert!(answers.len() + 2 >= questions.len(), "{}", answers.len());
        assert!(answers.len() >= 76, "{}", answers.len());
        for (lines, validator) in
            [(questions, validator("question")), (answers, validator("answer"))]
        {
            for line in lines {
                let message: Value = serde_json::from_str(&line).expect("JSON");
                let errors: Vec<String> =
                    validator.iter_errors(&message).map(|error| error.to_string()).collect();
                assert_eq!(errors, [""; 0], "{line}");
            }
        }
    }
}
