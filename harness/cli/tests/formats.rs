//! What a run looks like in every format, and what the commands of the shell print.

mod common;
#[path = "formats/derive_key.rs"]
mod derive_key;
#[path = "formats/explain.rs"]
mod explain;
#[path = "formats/family.rs"]
mod family;
#[path = "formats/token.rs"]
mod token;

use std::fs;
use std::path::Path;

use common::{BINARY, Ended, end, end_with_input, harness, miniature, snapshots};
use serde_json::{Value, json};

const FORMATS: [&str; 9] =
    ["human", "markdown", "github", "junit", "json", "sarif", "gitlab", "badge", "shields"];

/// Runs the binary and expects it to end with `code`.
fn ended(folder: &Path, arguments: &[&str], code: i32) -> Ended {
    let ended = end(&mut harness(folder, arguments.iter().copied()));
    assert_eq!(ended.code, code, "{arguments:?}: {ended}");
    ended
}

/// A subject that encodes paths once where it should do so twice: it fails a case, is known to fail
/// another, passes the third, and was not expected to.
fn wrong_run(folder: &Path, more: &[&str]) -> Ended {
    const KNOWN: &str = r#"
        [[known]]
        case = "get-space-normalized"
        verdict = "mismatch"
        reason = "it encodes the path *once*"
        issue = "https://example.com/1"

        [[known]]
        case = "*/header/get-vanilla"
        verdict = "mismatch"
        reason = "it encodes the path once"
        issue = "https://example.com/1"
    "#;
    fs::write(folder.join("known.toml"), KNOWN).expect("written");
    let cases = ["get-utf8", "get-space-normalized", "get-vanilla"]
        .map(|name| format!("--filter=official/sigv4/header/{name}"));
    let miniature = miniature();
    let command = ["--", miniature.to_str().expect("a path that is text"), "single-encodes"];
    let options = cases.iter().map(String::as_str).chain(["--expect", "known.toml"]);
    let arguments: Vec<&str> =
        ["signer"].into_iter().chain(options).chain(more.iter().copied()).chain(command).collect();
    ended(folder, &arguments, 1)
}

#[test]
fn a_wrong_subject_in_every_format() {
    for format in FORMATS {
        let folder = tempfile::tempdir().expect("a folder");
        let ended = wrong_run(folder.path(), &["--format", format]);
        assert_eq!(ended.stderr, "");
        snapshots(folder.path()).bind(|| insta::assert_snapshot!(format, ended.stdout));
    }
}

#[test]
fn a_report_of_the_log_is_what_the_run_itself_showed() {
    let folder = tempfile::tempdir().expect("a folder");
    for format in FORMATS {
        let ended_run =
            wrong_run(folder.path(), &["--format", format, "--output", "shown", "--log", "log"]);
        assert_eq!(ended_run.stdout, "", "{format}");
        let shown = fs::read_to_string(folder.path().join("shown")).expect("a report");
        let report = ended(folder.path(), &["report", "log", "--format", format], 1);
        if format == "junit" {
            // The only format that states when it was written.
            let lines = |text: &str| text.lines().skip(2).map(str::to_owned).collect::<Vec<_>>();
            assert_eq!(lines(&report.stdout), lines(&shown));
        } else {
            assert_eq!(report.stdout, shown, "{format}");
        }
    }
}

#[test]
fn colour_is_for_those_who_ask() {
    let folder = tempfile::tempdir().expect("a folder");
    let escape = '\u{1b}';
    assert!(!wrong_run(folder.path(), &[]).stdout.contains(escape));
    assert!(wrong_run(folder.path(), &["--color", "always"]).stdout.contains(escape));
    let options = ["--color", "always", "--output", "shown"];
    assert!(!wrong_run(folder.path(), &options).stdout.contains(escape));
    let shown = fs::read_to_string(folder.path().join("shown")).expect("a report");
    assert!(!shown.contains(escape), "a file is not a terminal");
}

#[test]
fn a_list_names_each_mistake_once_and_then_holds() {
    let folder = tempfile::tempdir().expect("a folder");
    let miniature = miniature();
    let miniature = miniature.to_str().expect("a path that is text");
    let list = folder.path().join("sigv4-conformance.toml");

    let first = ["signer", "--update-expectations", "--", miniature, "single-encodes"];
    let written = ended(folder.path(), &first, 1);
    assert_eq!(
        written.stderr,
        "sigv4-conformance.toml: updated: 1 entry added, 0 kept, 0 removed. The next run passes. Give each \
         new `reason` in your own words\n"
    );
    let text = fs::read_to_string(&list).expect("a list");
    let entry = "subject = \"miniature\"\n\n[[known]]\nmistake = \"path-reserved-raw\"\nverdict = \
                 \"mismatch\"\nreason = ";
    assert!(text.starts_with(entry) && text.matches("[[known]]").count() == 1, "{text}");

    let second = ["signer", "--", miniature, "single-encodes"];
    let held = ended(folder.path(), &second, 0);
    assert!(held.stdout.contains("miniature: as expected, with 6"), "{held}");

    let completed = text.replace("reason = \"", "reason = \"As of 2.0: ");
    fs::write(&list, &completed).expect("written");
    ended(folder.path(), &first, 0);
    let again = fs::read_to_string(&list).expect("a list");
    assert_eq!(again, completed, "what was filled in is kept");

    // Another signer in the same folder is not covered by it.
    let own = BINARY;
    let other = ["signer", "--", own, "adapter", "model", "--mistake", "query-unsorted"];
    let refused = ended(folder.path(), &other, 2).stderr;
    assert!(refused.contains("this is the list of `miniature`"), "{refused}");

    // Nor is another mistake, and the entry is stale once nothing needs it.
    fs::write(&list, completed.replace("subject = \"miniature\"\n\n", "")).expect("written");
    let failed = ended(folder.path(), &other, 1);
    let stale =
        "sigv4-conformance.toml:1: no failure is explained by path-reserved-raw: remove the entry";
    assert!(failed.stdout.contains(stale), "{failed}");
    assert!(failed.stdout.contains("unexpected verdicts"), "{failed}");
    let part = [&other[..1], &["--filter", "*/get-vanilla"], &other[1..]].concat();
    let passed = ended(folder.path(), &part, 0);
    assert!(!passed.stdout.contains("stale"), "{passed}");
}

/// A list with a comment, a glob and an entry that nothing fails any more.
const LIST: &str = r#"# What our encoder does.
[[known]] # one pass
case = "*/get-utf8"
verdict = "mismatch"
reason = "it encodes the path once"
issue = "https://example.com/1"

[[known]]
case = "official/sigv4/header/get-vanilla"
verdict = "mismatch"
reason = "it did once"
issue = "https://example.com/2"
"#;

#[test]
fn an_update_keeps_globs_comments_and_order() {
    let folder = tempfile::tempdir().expect("a folder");
    let miniature = miniature();
    let miniature = miniature.to_str().expect("a path that is text");
    let list = folder.path().join("sigv4-conformance.toml");
    fs::write(&list, LIST).expect("written");
    ended(
        folder.path(),
        &["signer", "--update-expectations", "--", miniature, "single-encodes"],
        1,
    );
    let text = fs::read_to_string(&list).expect("a list");
    let kept = "# What our encoder does.\n[[known]] # one pass\ncase = \"*/get-utf8\"\n\
                verdict = \"mismatch\"\nreason = \"it encodes the path once\"\n\
                issue = \"https://example.com/1\"\nstage = \"canonical-request\"\n";
    assert!(text.starts_with(kept), "{text}");
    assert!(!text.contains("it did once"), "what passes is dropped: {text}");
    assert!(!text.contains("\"official/sigv4/header/get-utf8\""), "listed by the glob: {text}");
    assert!(text.contains("[[known]]\nmistake = \"path-reserved-raw\"\n"), "{text}");
}

#[test]
fn a_known_failure_excuses_just_what_it_pins() {
    let folder = tempfile::tempdir().expect("a folder");
    let miniature = miniature();
    let miniature = miniature.to_str().expect("a path that is text");
    let entry = "[[known]]\ncase = \"official/sigv4/header/get-utf8\"\nverdict = \"mismatch\"\n\
                 reason = \"it encodes the path once\"\nissue = \"https://example.com/1\"\n";
    for (pins, code, said) in [
        ("", 0, "as expected, with 1 known failure"),
        ("stage = \"canonical-request\"\n", 0, "as expected, with 1 known failure"),
        ("mistake = \"path-reserved-raw\"\n", 0, "as expected, with 1 known failure"),
        (
            "stage = \"signing-key\"\n",
            1,
            "is listed with the stage signing-key, and differs at canonical-request",
        ),
        (
            "mistake = \"query-unsorted\"\n",
            1,
            "is listed with the mistake query-unsorted, and path-",
        ),
    ] {
        let list = folder.path().join("known.toml");
        fs::write(&list, format!("{entry}{pins}")).expect("written");
        let case = "official/sigv4/header/get-utf8";
        let words = ["signer", "--filter", case, "--expect", "known.toml", "--", miniature];
        let words: Vec<&str> = words.into_iter().chain(["single-encodes"]).collect();
        let ended = ended(folder.path(), &words, code);
        assert!(ended.stdout.contains(said), "{pins}: {ended}");
    }
}

#[test]
fn what_is_printed_as_reproduce_reproduces() {
    let folder = tempfile::tempdir().expect("a folder");
    ended(folder.path(), &["vectors", "export", "set"], 0);
    let own = ["vectors", "export", "own", "--as", "acme", "--filter", "official/*4/*/get-utf8"];
    ended(folder.path(), &own, 0);
    let miniature = miniature();
    let miniature = miniature.to_str().expect("a path that is text");
    let options = ["signer", "--filter", "acme/*/header/get-utf8", "--vectors", "set"];
    let options = options.into_iter().chain(["--add-vectors", "own", "--timeout", "7"]);
    let options = options.chain(["--", miniature, "single-encodes"]);
    let first = ended(folder.path(), &options.collect::<Vec<_>>(), 1);
    let line = first.stdout.lines().find_map(|line| line.trim().strip_prefix("reproduce: "));
    let words = shlex::split(line.expect("a line")).expect("words of a shell");
    assert_eq!(words[0], "sigv4-conformance");
    let words: Vec<&str> = words[1..].iter().map(String::as_str).collect();
    assert!(words.contains(&"set") && words.contains(&"7"), "{words:?}");
    let again = ended(folder.path(), &words, 1);
    assert!(again.stdout.contains("mismatch acme/sigv4/header/get-utf8"), "{again}");
}

/// Vectors to change, in the suite `acme` of a new folder.
fn vectors_of_ones_own() -> tempfile::TempDir {
    let folder = tempfile::tempdir().expect("a folder");
    let exported = ["vectors", "export", "own", "--as", "acme", "--filter", "official/*4/*/get-u*"];
    let others = ["--filter", "*/s3v2-2006-put", "--filter", "*/java-v2-chunked-4byte"];
    ended(folder.path(), &[&exported[..], &others].concat(), 0);
    folder
}

/// Changes the first signature in a file.
fn change_signature(file: &Path) {
    const SIGNATURE: &str = "\"signature\": \"";
    let mut text = fs::read_to_string(file).expect("the exported file");
    let at = text.find(SIGNATURE).expect("a signature") + SIGNATURE.len();
    let other = if text[at..].starts_with('0') { "1" } else { "0" };
    text.replace_range(at..=at, other);
    fs::write(file, text).expect("written");
}

#[test]
fn a_vector_of_ones_own_with_a_wrong_signature_fails() {
    let folder = vectors_of_ones_own();
    let own = folder.path().join("own/acme");
    for file in ["s3-sigv2/botocore.json", "sigv4-chunked/aws-sdk-java.json"] {
        change_signature(&own.join(file));
    }
    // Each expects what is right for the other.
    for file in ["sigv4/header.json", "sigv4/query.json"] {
        let text = fs::read_to_string(own.join(file)).expect("the exported file");
        let mut document: serde_json::Value = serde_json::from_str(&text).expect("JSON");
        let cases = document["cases"].as_array_mut().expect("cases");
        let [first, second] = &mut cases[..] else { panic!("{} cases", cases.len()) };
        std::mem::swap(&mut first["expect"], &mut second["expect"]);
        fs::write(own.join(file), document.to_string()).expect("written");
    }
    for subject in ["reference", "model"] {
        let words = ["signer", subject, "--filter", "acme/*", "--add-vectors", "own"];
        let ended = ended(folder.path(), &words, 1);
        assert!(ended.stdout.contains("6 unexpected verdicts"), "{ended}");
        let said = "6  the answer is that of a correct signer: check the vector";
        assert!(ended.stdout.contains(said), "{ended}");
        assert!(!ended.stdout.contains("mistake: "), "{ended}");
    }
}

#[test]
fn a_vector_of_ones_own_that_contradicts_itself_is_refused() {
    let folder = vectors_of_ones_own();
    change_signature(&folder.path().join("own/acme/sigv4/header.json"));
    let words = ["signer", "reference", "--filter", "acme/*", "--add-vectors", "own"];
    let ended = ended(folder.path(), &words, 2);
    let said = "`signature` is not that of `string_to_sign` under `signing_key`, expected `";
    assert!(ended.stderr.contains("acme/sigv4/header.json:"), "{ended}");
    assert!(ended.stderr.contains(said), "{ended}");
}

#[test]
fn what_is_printed_to_see_a_mistake_shows_it() {
    let folder = tempfile::tempdir().expect("a folder");
    let shown = ended(folder.path(), &["mistakes", "show", "path-encoded-once"], 0).stdout;
    let line = shown.lines().find_map(|line| line.strip_prefix("To see it: "));
    let words = shlex::split(line.expect("a line")).expect("words of a shell");
    let words: Vec<&str> =
        words.iter().map(|word| if word == "sigv4-conformance" { BINARY } else { word }).collect();
    let seen = ended(folder.path(), &words[1..], 1).stdout;
    assert!(seen.contains("mistake: path-encoded-once"), "{seen}");
}

#[test]
fn verbs_with_exit_codes_of_their_own_say_so() {
    let folder = tempfile::tempdir().expect("a folder");
    for verb in ["explain", "capture"] {
        let help = ended(folder.path(), &[verb, "--help"], 0).stdout;
        assert!(help.contains("Exit codes: 0 "), "{verb}: {help}");
    }
}

#[test]
fn vectors_are_listed_and_shown() {
    let folder = tempfile::tempdir().expect("a folder");
    let filter = "official/sigv4/*/get-vanilla";
    for (name, arguments) in [
        ("vectors-list", &["vectors", "list", "--filter", filter][..]),
        ("vectors-show", &["vectors", "show", "official/sigv4/header/get-vanilla"]),
        ("vectors-show-json", &["vectors", "show", "official/sigv4/header/get-vanilla", "--json"]),
    ] {
        let ended = ended(folder.path(), arguments, 0);
        snapshots(folder.path()).bind(|| insta::assert_snapshot!(name, ended.stdout));
    }
}

#[test]
fn an_exported_set_is_the_built_in_one() {
    let folder = tempfile::tempdir().expect("a folder");
    let exported = ended(folder.path(), &["vectors", "export", "set"], 0);
    let (mut planned, mut digest) = (0, String::new());
    for verb in ["signer", "verifier"] {
        let run = [verb, "reference", "--vectors", "set", "--format", "json"];
        let log = ended(folder.path(), &run, 0).stdout;
        let header = log.lines().next().expect("a header");
        let header: Value = serde_json::from_str(header).expect("JSON");
        planned += header["planned"].as_array().expect("a list").len();
        header["suite"]["digest"].as_str().expect("a digest").clone_into(&mut digest);
    }
    let planned = format!("{},{:03}", planned / 1000, planned % 1000);
    assert_eq!(exported.stdout, format!("{planned} cases, {digest}\n"));
}

/// What the vendor's documentation of S3 signs, and the signatures that it prints.
#[test]
fn the_documented_requests_have_the_documented_signatures() {
    const HOST: &str = "https://examplebucket.s3.amazonaws.com";
    let folder = tempfile::tempdir().expect("a folder");
    let common = ["--service", "s3", "--example", "s3", "--time", "20130524T000000Z"];
    for (words, target, signature) in [
        (
            &["sign", "GET", "-H", "Range: bytes=0-9"][..],
            "/test.txt",
            "f0e8bdb87c964420e857bd35b5d6ed310bd44f0170aba48dd91039c6036bdb41",
        ),
        (
            &[
                "sign",
                "PUT",
                "-H",
                "Date: Fri, 24 May 2013 00:00:00 GMT",
                "-H",
                "x-amz-storage-class: REDUCED_REDUNDANCY",
                "--body",
                "Welcome to Amazon S3.",
            ],
            "/test$file.text",
            "98ad721746da40c64f1a55b78f14c238d841ea1380cd77a1b5971af0ece108bd",
        ),
        (
            &["sign", "GET"],
            "/?lifecycle",
            "fea454ca298b7da1c68078a5d1bdbfbbe0d65c699e0f91ac7a200a0136783543",
        ),
        (
            &["sign", "GET"],
            "/?max-keys=2&prefix=J",
            "34b48302e7b5fa45bde8084f4b7868a86f0a534bc59db6670ed5711ef69dc6f7",
        ),
        (
            &["presign", "GET", "--expires", "86400"],
            "/test.txt",
            "aeeed9bbccd4d02ee5c0109b86d86835f995330da4c265957d157751f604d404",
        ),
    ] {
        let url = format!("{HOST}{target}");
        let arguments: Vec<&str> =
            words.iter().chain(&common).copied().chain([url.as_str()]).collect();
        let text = ended(folder.path(), &arguments, 0).stdout;
        assert_eq!(text.matches(signature).count(), 2, "{target}: {text}");
        let json: Vec<&str> = arguments.iter().copied().chain(["--json"]).collect();
        let json = ended(folder.path(), &json, 0).stdout;
        let json: Value = serde_json::from_str(&json).expect("JSON");
        assert_eq!(json["stages"]["signature"], signature, "{target}");
    }
}

#[test]
fn sign_and_presign_show_every_stage() {
    let folder = tempfile::tempdir().expect("a folder");
    let common = ["https://examplebucket.s3.amazonaws.com/test.txt", "--service", "s3"];
    let common = common.iter().chain(&["--example", "s3", "--time", "20130524T000000Z"]);
    for verb in ["sign", "presign"] {
        let arguments: Vec<&str> = [verb, "GET"].iter().chain(common.clone()).copied().collect();
        let ended = ended(folder.path(), &arguments, 0);
        snapshots(folder.path()).bind(|| insta::assert_snapshot!(verb, ended.stdout));
    }
}

/// What each service wants is in the table of services, and in a file of the user's.
#[test]
fn sign_and_presign_follow_the_rules_of_the_service() {
    let folder = tempfile::tempdir().expect("a folder");
    let rules = "[[service]]\nname = \"store\"\nlike = \"s3\"\nsource = \"our handbook\"\n";
    std::fs::write(folder.path().join("rules.toml"), rules).expect("written");
    for (verb, service, expected) in [
        ("sign", "aoss", "X-Amz-Content-Sha256: e3b0c442"),
        ("sign", "vpc-lattice-svcs", "X-Amz-Content-Sha256: UNSIGNED-PAYLOAD"),
        ("sign", "s3-outposts", "\n/%2B/../a\n"),
        ("sign", "store", "\n/%2B/../a\n"),
        ("sign", "execute-api", "\n/a\n"),
        ("presign", "s3express", "\nUNSIGNED-PAYLOAD\n"),
        ("presign", "aoss", "\nUNSIGNED-PAYLOAD\n"),
        (
            "presign",
            "execute-api",
            "\ne3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855\n",
        ),
    ] {
        let arguments = [
            verb,
            "GET",
            "https://h/+/../a",
            "--service",
            service,
            "--example",
            "suite",
            "--time",
            "20150830T123600Z",
            "--service-rules",
            "rules.toml",
        ];
        let ended = ended(folder.path(), &arguments, 0);
        assert!(ended.stdout.contains(expected), "{verb} {service}: {ended}");
    }
}

/// The example of the vendor's documentation on deriving a key.
#[test]
fn the_documented_key_is_derived() {
    let folder = tempfile::tempdir().expect("a folder");
    let arguments =
        ["derive-key", "--service", "iam", "--time", "20150830T123600Z", "--example", "suite"];
    let ended = ended(folder.path(), &arguments, 0);
    let key = "signing key  c4afb1cc5771d871763a393e44b703571b55cc28424d1a5e86da6ed3c154a4b9\n";
    assert!(ended.stdout.ends_with(key), "{ended}");
}

/// A line in, a line out, whatever the line is.
#[test]
fn the_golden_adapter_answers_line_by_line() {
    const SECRET: &str = "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY";
    let folder = tempfile::tempdir().expect("a folder");
    let answers = |questions: &[String]| -> Vec<Value> {
        let mut command = harness(folder.path(), ["adapter", "reference"]);
        let ended = end_with_input(&mut command, questions.join("\n").as_bytes());
        assert_eq!((ended.code, &ended.stderr[..]), (0, ""), "{ended}");
        ended.stdout.lines().map(|line| serde_json::from_str(line).expect("JSON")).collect()
    };
    let sign = json!({
        "op": "sign", "seq": 7, "placement": "header", "profile": "generic", "normalize": true,
        "double_encode": true, "time": "20150830T123600Z", "region": "us-east-1",
        "service": "service",
        "credentials": {
            "access_key_id": "AKIDEXAMPLE", "secret_access_key": SECRET, "session_token": null
        },
        "session_token_signed": true, "payload": "signed", "content_sha256_header": false,
        "request": {
            "method": "GET", "target": "/?a=b", "headers": [["Host", "example.amazonaws.com"]],
            "body": ""
        }
    });
    let signed = answers(&[sign.to_string()]).remove(0)["request"].take();
    let verify = |seq: u64, target: &str| {
        let mut request = signed.clone();
        request["target"] = json!(target);
        request["body"] = json!("");
        json!({
            "op": "verify", "seq": seq, "time": "20150830T123600Z", "window_seconds": 900,
            "region": "us-east-1", "service": "service", "profile": "generic", "normalize": true,
            "double_encode": true,
            "keys": [{
                "access_key_id": "AKIDEXAMPLE", "secret_access_key": SECRET,
                "session_token": null, "active": true
            }],
            "request": request
        })
    };
    let derive = json!({
        "op": "derive-key", "seq": 10, "secret_access_key": SECRET, "date": "20150830",
        "region": "us-east-1", "service": "service"
    });
    let questions = [
        json!({"op": "hello", "protocol": 1, "suite": "0.1.0", "digest": "sha256:00"}).to_string(),
        sign.to_string(),
        verify(8, "/?a=b").to_string(),
        verify(9, "/?a=c").to_string(),
        derive.to_string(),
        json!({"op": "canary-sing", "seq": 11}).to_string(),
        json!({"op": "sign", "seq": 12}).to_string(),
        json!({"seq": 13}).to_string(),
        "no JSON".to_owned(),
    ];
    let answers = answers(&questions);
    assert_eq!(answers.len(), questions.len());
    let shown: Vec<String> =
        answers.iter().map(|answer| format!("{answer:#}").replace("\\n", "\n")).collect();
    snapshots(folder.path()).bind(|| insta::assert_snapshot!("adapter", shown.join("\n")));
}
