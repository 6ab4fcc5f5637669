//! What bad input gets: an exit code, and a message that names the place and what was expected.

mod common;

use std::fs;
use std::path::Path;

use common::{end, end_with_input, harness, miniature, snapshots};

/// Runs the binary in `folder` and takes a snapshot of what it said.
fn said(name: &str, folder: &Path, arguments: &[&str], code: i32) {
    let ended = end(&mut harness(folder, arguments.iter().copied()));
    snapshots(folder).bind(|| insta::assert_snapshot!(name, ended));
    assert_eq!(ended.code, code, "{name}: {ended}");
}

#[test]
fn a_folder_of_vectors() {
    const FILE: &str = "official/sigv4/header.json";
    for (name, old, new) in [
        ("vectors-unknown-field", "\"normalize\"", "\"normalise\""),
        ("vectors-wrong-id", "/header/get-vanilla\"", "/head/get-vanilla\""),
        ("vectors-duplicate-id", "/header/get-vanilla\"", "/header/get-utf8\""),
    ] {
        let folder = tempfile::tempdir().expect("a folder");
        let exported = end(&mut harness(folder.path(), ["vectors", "export", "set"]));
        assert_eq!(exported.code, 0, "{exported}");
        let path = folder.path().join("set").join(FILE);
        let text = fs::read_to_string(&path).expect("an exported file");
        assert!(text.contains(old), "{old}");
        fs::write(&path, text.replacen(old, new, 1)).expect("written");
        said(name, folder.path(), &["signer", "--vectors", "set", "reference"], 2);
    }
}

#[test]
fn a_folder_without_vectors() {
    let folder = tempfile::tempdir().expect("a folder");
    said("vectors-missing", folder.path(), &["signer", "--vectors", "none", "reference"], 2);
    said("vectors-none", folder.path(), &["signer", "--vectors", ".", "reference"], 2);
}

#[test]
fn a_suite_of_ones_own() {
    let folder = tempfile::tempdir().expect("a folder");
    let export = |suite: &str, filter: &str, code: i32| {
        let words = ["vectors", "export", suite, "--as", suite, "--filter", filter];
        said(&format!("export-as-{suite}"), folder.path(), &words, code);
    };
    export("Acme", "get-vanilla", 2);
    export("none", "get-nothing", 4);
    let words = ["vectors", "export", "ours", "--as", "edge", "--filter", "*4/header/get-utf8"];
    assert_eq!(end(&mut harness(folder.path(), words)).code, 0);
    let words = ["signer", "--add-vectors", "ours", "reference"];
    said("add-vectors-taken", folder.path(), &words, 2);
    said(
        "suite-unknown-of-two",
        folder.path(),
        &["signer", "--suite", "edge,acme", "reference"],
        2,
    );
}

#[test]
fn an_export_overwrites_nothing() {
    let folder = tempfile::tempdir().expect("a folder");
    let export = ["vectors", "export", "set"];
    assert_eq!(end(&mut harness(folder.path(), export)).code, 0);
    said("vectors-export-twice", folder.path(), &export, 2);
}

/// An entry about a case that `aws-sigv4` is known to refuse.
const ENTRY: &str = r#"# What is known
[[known]]
case = "official/sigv4/header/get-space-normalized"
verdict = "unrepresentable"
reason = "http::Uri holds no raw space"
issue = "https://example.com/1"
"#;

/// A run of two cases: one that the subject refuses, one that passes.
fn with_expectations(name: &str, text: &str, code: i32) {
    let folder = tempfile::tempdir().expect("a folder");
    fs::write(folder.path().join("known.toml"), text).expect("written");
    let filters = [
        ["--filter", "official/sigv4/header/get-space-normalized"],
        ["--filter", "official/sigv4/header/get-vanilla"],
    ];
    let options = filters.iter().flatten().copied().chain(["--expect", "known.toml"]);
    let arguments: Vec<&str> = ["signer", "aws-sigv4"].into_iter().chain(options).collect();
    said(name, folder.path(), &arguments, code);
}

#[test]
fn a_sound_list_of_known_failures() {
    with_expectations("expect-sound", ENTRY, 0);
}

#[test]
fn an_entry_that_does_not_hold() {
    let edit = |old: &str, new: &str| {
        assert_eq!(ENTRY.matches(old).count(), 1, "{old}");
        ENTRY.replace(old, new)
    };
    let more = |case: &str| format!("{ENTRY}\n{}", edit("get-space-normalized", case));
    for (name, text) in [
        ("expect-passes", more("get-vanilla")),
        ("expect-fails-otherwise", edit("unrepresentable", "mismatch")),
        ("expect-fits-nothing", more("get-vanilla-*-nowhere")),
        ("expect-expired", format!("{ENTRY}until = \"2020-02-29\"\n")),
        ("expect-twice", more("get-space-*")),
    ] {
        with_expectations(name, &text, 1);
    }
}

#[test]
fn a_list_that_cannot_be_read() {
    let edit = |old: &str, new: &str| {
        assert_eq!(ENTRY.matches(old).count(), 1, "{old}");
        ENTRY.replace(old, new)
    };
    for (name, text) in [
        ("expect-number", edit("\"unrepresentable\"", "7")),
        ("expect-other-subject", format!("subject = \"mine\"\n{ENTRY}")),
        ("expect-unknown-key", edit("issue =", "ticket =")),
        ("expect-missing-key", edit("verdict = \"unrepresentable\"\n", "")),
        ("expect-no-case", edit("case = \"official/sigv4/header/get-space-normalized\"\n", "")),
        (
            "expect-refused-by-mistake",
            edit(
                "case = \"official/sigv4/header/get-space-normalized\"",
                "mistake = \"query-unsorted\"",
            ),
        ),
        ("expect-empty-issue", edit("https://example.com/1", "")),
        ("expect-conforming", edit("unrepresentable", "exact")),
        ("expect-no-stage", format!("{ENTRY}stage = \"canonical\"\n")),
        ("expect-no-mistake", format!("{ENTRY}mistake = \"query-not-sorted\"\n")),
        ("expect-no-verdict", edit("unrepresentable", "wrong")),
        ("expect-no-glob", edit("get-space-normalized", "get-[space")),
        ("expect-no-date", format!("{ENTRY}until = \"tomorrow\"\n")),
        ("expect-no-toml", "[[known]\n".to_owned()),
        ("expect-other-table", edit("[[known]]", "[[expected]]")),
    ] {
        with_expectations(name, &text, 2);
    }
}

#[test]
fn commands_that_are_no_adapter() {
    let folder = tempfile::tempdir().expect("a folder");
    for (name, words, code) in [
        ("command-true", &["--", "true"][..], 3),
        ("command-false", &["--", "false"], 3),
        ("command-cat", &["--", "cat"], 3),
        ("command-missing", &["--", "./no-such-adapter"], 2),
        ("command-forgotten", &["--"], 2),
    ] {
        let arguments: Vec<&str> = ["signer"].iter().chain(words).copied().collect();
        said(name, folder.path(), &arguments, code);
    }
}

#[test]
fn arguments_that_make_no_sense() {
    let folder = tempfile::tempdir().expect("a folder");
    let miniature = miniature();
    let miniature = miniature.to_str().expect("a path that is text");
    for (name, arguments, code) in [
        ("adapter-unknown", &["adapter", "nobody"][..], 2),
        ("doctor-without-command", &["doctor"], 2),
        ("expect-for-two", &["signer", "--expect", "known.toml"], 2),
        ("expect-missing", &["signer", "reference", "--expect", "none.toml"], 2),
        ("filter-no-glob", &["signer", "--filter", "a["], 2),
        ("filter-selects-nothing", &["signer", "--filter", "no-such-case", "--level", "must"], 4),
        ("list-selects-nothing", &["vectors", "list", "--filter", "no-such-case"], 4),
        ("output-nowhere", &["vectors", "export", "/dev/null/set"], 2),
        ("service-case", &["services", "show", "S3"], 2),
        ("service-empty", &["services", "show", ""], 2),
        ("service-unknown", &["services", "show", "nosuch"], 2),
        ("show-name", &["vectors", "show", "get-vanilla"], 2),
        ("show-unknown", &["vectors", "show", "nothing"], 2),
        ("signer-unknown", &["signer", "nobody"], 2),
        ("suite-unknown", &["signer", "--suite", "odd"], 2),
        ("search-endpoint-and-name", &["search", "model", "--endpoint", "http://127.0.0.1:9"], 2),
        (
            "search-server-jobs",
            &[
                &["search", "--jobs", "2", "--endpoint", "http://127.0.0.1:9", "--bucket", "b"],
                &["--access-key-id", "AKIAIOSFODNN7EXAMPLE", "--example", "s3"][..],
            ]
            .concat(),
            2,
        ),
        ("timeout-negative", &["signer", "--timeout", "-1"], 2),
        ("window-negative", &["explain", "--window", "-1"], 2),
        ("window-word", &["explain", "--window", "soon"], 2),
        ("cases-zero", &["search", "reference", "--cases", "0"], 2),
        ("jobs-too-many", &["search", "reference", "--jobs", "257"], 2),
        ("findings-negative", &["signer", "--findings", "-1"], 2),
        ("listen-word", &["capture", "--listen", "here"], 2),
        ("timeout-word", &["signer", "--timeout", "soon"], 2),
        ("timeout-zero", &["signer", "--timeout", "0"], 2),
        ("update-built-in", &["signer", "reference", "--update-expectations"], 2),
        (
            "update-partial",
            &["signer", "--update-expectations", "--filter", "get-*", "--", miniature, "honest"],
            2,
        ),
        (
            "update-other-vectors",
            &["signer", "--update-expectations", "--vectors", ".", "--", miniature, "honest"],
            2,
        ),
        ("update-broken", &["signer", "--update-expectations", "--", miniature, "crashes"], 2),
    ] {
        said(name, folder.path(), arguments, code);
    }
}

#[test]
fn inputs_of_the_wrong_type() {
    let folder = tempfile::tempdir().expect("a folder");
    let secret = "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY";
    for (name, text) in [
        ("har-number", "{\"log\":{\"entries\":[\n{\"request\":{\"method\":5}}]}}".to_owned()),
        ("har-missing", "{\"request\":{\"method\":\"GET\"}}".to_owned()),
        ("har-unended", "{\"log\":{\"entries\":[".to_owned()),
        ("har-secret", format!("{{\"log\":{{\"entries\":\"{secret}\"}}}}")),
    ] {
        fs::write(folder.path().join("a.har"), text).expect("written");
        said(name, folder.path(), &["explain", "--example", "suite", "a.har"], 2);
    }
    fs::write(folder.path().join("rules.toml"), "[[service]]\nname = \"a\"\nwindow_seconds = -1\n")
        .expect("written");
    let words = ["services", "--service-rules", "rules.toml", "list"];
    said("service-rules-negative", folder.path(), &words, 2);
}

#[test]
fn what_cannot_be_signed() {
    const URL: &str = "https://example.amazonaws.com/";
    let folder = tempfile::tempdir().expect("a folder");
    let example = ["--service", "service", "--example", "suite"];
    for (name, words) in [
        ("sign-header-without-colon", &["sign", "GET", URL, "-H", "Accept"][..]),
        ("sign-header-no-token", &["sign", "GET", URL, "-H", "My Header: x"]),
        ("sign-method", &["sign", "G ET", URL]),
        ("sign-target", &["sign", "GET", "example.amazonaws.com/"]),
        ("sign-fragment", &["sign", "GET", "https://example.amazonaws.com/a#b"]),
        ("sign-time", &["sign", "GET", URL, "--time", "2015-08-30"]),
        ("sign-time-no-date", &["sign", "GET", URL, "--time", "20150230T000000Z"]),
        ("sign-body-missing", &["sign", "POST", URL, "--body-file", "none"]),
        ("presign-expires", &["presign", "GET", URL, "--expires", "0"]),
        ("derive-key-time", &["derive-key", "--time", "today"]),
    ] {
        let arguments: Vec<&str> = words.iter().chain(&example).copied().collect();
        said(name, folder.path(), &arguments, 2);
    }
    for (name, words) in [
        ("sign-no-credentials", &["sign", "GET", URL][..]),
        ("sign-no-secret", &["sign", "GET", URL, "--access-key-id", "AKIDEXAMPLE"]),
        ("sign-secret-missing", &["derive-key", "--secret-file", "none"]),
    ] {
        let arguments: Vec<&str> = words.iter().chain(&example[..2]).copied().collect();
        said(name, folder.path(), &arguments, 2);
    }
}

#[test]
fn files_with_a_secret_have_one_line() {
    const SECRET: &str = "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY";
    let folder = tempfile::tempdir().expect("a folder");
    let derive = ["derive-key", "--service", "service", "--time", "20150830T123600Z"];
    let arguments = || derive.into_iter().chain(["--secret-file", "secret"]);
    for text in ["\n", "\r\n", ""].map(|end| format!("{SECRET}{end}")) {
        std::fs::write(folder.path().join("secret"), &text).expect("written");
        let ended = end(&mut harness(folder.path(), arguments()));
        let example = derive.into_iter().chain(["--example", "suite"]);
        let expected = end(&mut harness(folder.path(), example));
        assert_eq!((ended.code, &ended.stdout), (0, &expected.stdout), "{text:?}: {ended}");
    }
    for (name, text) in [
        ("secret-empty", String::new()),
        ("secret-blank", " \n".to_owned()),
        ("secret-two-lines", format!("AKIDEXAMPLE\n{SECRET}\n")),
        ("secret-two-lines-of-a-mac", format!("AKIDEXAMPLE\r{SECRET}")),
    ] {
        std::fs::write(folder.path().join("secret"), text).expect("written");
        said(name, folder.path(), &arguments().collect::<Vec<_>>(), 2);
    }
    let url = "https://example.amazonaws.com/";
    let token = ["sign", "GET", url, "--service", "service", "--example", "suite"];
    let token: Vec<&str> = token.into_iter().chain(["--session-token-file", "secret"]).collect();
    said("token-two-lines", folder.path(), &token, 2);
}

/// A log of three cases, of which the last is a known failure.
fn log(folder: &Path) -> Vec<String> {
    let filters = ["--filter", "official/sigv4/header/get-s[lp]a*-normalized"];
    let arguments = ["signer", "aws-sigv4", "--format", "json"].into_iter().chain(filters);
    let ended = end(&mut harness(folder, arguments));
    assert_eq!(ended.code, 0, "{ended}");
    ended.stdout.lines().map(str::to_owned).collect()
}

#[test]
fn a_log_that_does_not_add_up() {
    let folder = tempfile::tempdir().expect("a folder");
    let whole = log(folder.path());
    let (last, footer) = (whole.len() - 1, &whole[whole.len() - 1]);
    let with_footer = |old: &str, new: &str| {
        assert_eq!(footer.matches(old).count(), 1, "{old} in {footer}");
        let mut lines = whole.clone();
        lines[last] = footer.replace(old, new);
        lines
    };
    let refused = end(&mut harness(
        folder.path(),
        ["signer", "aws-sigv4", "--format", "json", "--filter", "official/*/get-space-normalized"],
    ));
    assert_eq!(refused.code, 3, "{refused}");
    let unproven: Vec<String> = refused
        .stdout
        .lines()
        .filter(|line| !line.contains("\"event\":\"problem\""))
        .map(|line| {
            line.replace("\"problems\":1", "\"problems\":0").replace("incomplete", "as-expected")
        })
        .collect();
    let mut garbage = whole.clone();
    garbage[2] = "{\"event\":\"case\",\"id\":7}".to_owned();
    let mut version = whole.clone();
    version[0] = version[0].replace("\"log\":2", "\"log\":99");
    let mut nothing = vec![whole[0].clone(), footer.clone()];
    let planned = nothing[0].split_once("\"planned\":").expect("a plan").0.to_owned();
    nothing[0] = planned + "\"planned\":[]}";
    let mut three_times = whole.clone();
    let first = "official/sigv4/header/get-slash-dot-slash-normalized";
    assert!(three_times[0].contains(first), "{}", three_times[0]);
    three_times[0] = three_times[0]
        .replace(&format!("\"{first}\""), &format!("\"{first}\",\"{first}\",\"{first}\""));
    let with_case = |old: &str, new: &str| {
        let mut lines = whole.clone();
        let case = lines.iter_mut().find(|line| line.contains(old)).expect(old);
        *case = case.replacen(old, new, 1);
        lines
    };
    for (name, lines) in [
        ("report-empty", Vec::new()),
        ("report-no-footer", whole[..last].to_vec()),
        ("report-case-missing", [&whole[..1], &whole[2..]].concat()),
        ("report-case-twice", [&whole[..2], &whole[1..]].concat()),
        ("report-no-header", whole[1..].to_vec()),
        ("report-two-headers", [&whole[..2], &whole[..]].concat()),
        ("report-verdict-count", with_footer("\"exact\":4", "\"exact\":5")),
        ("report-known-count", with_footer("\"known\":1", "\"known\":0")),
        ("report-noted-count", with_footer("\"noted\":0", "\"noted\":2")),
        ("report-result", with_footer("as-expected", "unexpected")),
        ("report-nothing-proven", unproven),
        ("report-garbage", garbage),
        ("report-version", version),
        ("report-plan-empty", nothing),
        ("report-plan-three-times", three_times),
        ("report-outcome-passed", with_case("\"outcome\":\"known\"", "\"outcome\":\"passed\"")),
        ("report-outcome-failed", with_case("\"outcome\":\"passed\"", "\"outcome\":\"failed\"")),
        ("report-partial", with_case("\"partial\":true", "\"partial\":false")),
        ("report-level", with_case("\"level\":\"must\"", "\"level\":\"may\"")),
        ("report-mismatch-without-finding", with_case("\"exact\"", "\"mismatch\"")),
        (
            "report-excuse",
            with_case("\"verdict\":\"exact\"", "\"verdict\":\"exact\",\"excuse\":\"feature\""),
        ),
        (
            "report-incident",
            with_case("\"verdict\":\"exact\"", "\"verdict\":\"exact\",\"incident\":true"),
        ),
    ] {
        let text = lines.iter().flat_map(|line| [line, "\n"]).collect::<String>();
        fs::write(folder.path().join("run.ndjson"), &text).expect("written");
        said(name, folder.path(), &["report", "run.ndjson"], 2);
        let mut piped = harness(folder.path(), ["report", "-"]);
        assert_eq!(end_with_input(&mut piped, text.as_bytes()).code, 2, "{name}");
    }
    said("report-missing", folder.path(), &["report", "none.ndjson"], 2);
}

/// What never ends, and what is not there to be read again, are told from a file.
#[test]
fn an_input_without_an_end_is_refused() {
    let folder = tempfile::tempdir().expect("a folder");
    fs::write(folder.path().join("request.http"), "GET / HTTP/1.1\nHost: h\n\n").expect("written");
    let at = ["--example", "suite", "request.http"];
    let explain = |option: &'static str| ["explain", option, "/dev/zero", at[0], at[1], at[2]];
    for (name, arguments) in [
        ("endless-log", &["report", "/dev/zero"][..]),
        ("endless-request", &["explain", "--example", "suite", "/dev/zero"]),
        ("endless-document", &explain("--error-document")),
        ("endless-body", &explain("--body-file")),
        ("endless-secret", &["explain", "--secret-file", "/dev/zero", "request.http"]),
        (
            "endless-body-to-sign",
            &[
                "sign",
                "PUT",
                "https://h/",
                "--service",
                "s3",
                "--example",
                "s3",
                "--body-file",
                "/dev/zero",
            ],
        ),
    ] {
        said(name, folder.path(), arguments, 2);
    }
}

#[test]
fn a_long_standard_input_is_not_called_standard_output() {
    let folder = tempfile::tempdir().expect("a folder");
    let zeros = fs::File::open("/dev/zero").expect("a device");
    let mut command = harness(folder.path(), ["explain", "--example", "suite"]);
    let ended = command.stdin(zeros).output().expect("the binary ends");
    assert_eq!(ended.status.code(), Some(2));
    let said = String::from_utf8_lossy(&ended.stderr);
    assert!(said.starts_with("error: standard input: longer than 256 MiB"), "{said}");
}

#[test]
fn a_pipe_among_the_vectors_is_refused() {
    let folder = tempfile::tempdir().expect("a folder");
    let suite = folder.path().join("set/official/sigv4");
    fs::create_dir_all(&suite).expect("a folder");
    let made = std::process::Command::new("mkfifo").arg(suite.join("header.json")).status();
    assert!(made.expect("mkfifo").success());
    said("vectors-pipe", folder.path(), &["signer", "--vectors", "set", "reference"], 2);
}

#[test]
fn a_log_is_never_lost_to_the_report() {
    let folder = tempfile::tempdir().expect("a folder");
    let run = ["signer", "reference", "--filter", "official/sigv4/header/get-vanilla"];
    let with = |log: &'static str, output: &'static str| {
        let mut words = run.to_vec();
        words.extend(["--log", log, "--output", output]);
        words
    };
    said("log-is-output", folder.path(), &with("x", "./x"), 2);
    assert!(!folder.path().join("x").exists());
    assert_eq!(end(&mut harness(folder.path(), with("x", "y"))).code, 0);
    let log = fs::read(folder.path().join("x")).expect("a log");
    std::os::unix::fs::symlink("x", folder.path().join("link")).expect("a link");
    said("log-is-output-by-a-link", folder.path(), &with("x", "link"), 2);
    said("report-is-log", folder.path(), &["report", "x", "--output", "link"], 2);
    assert_eq!(fs::read(folder.path().join("x")).expect("a log"), log);
}

#[test]
fn a_capture_keeps_the_requests_of_the_one_before() {
    let folder = tempfile::tempdir().expect("a folder");
    fs::create_dir(folder.path().join("saved")).expect("a folder");
    fs::write(folder.path().join("saved/0003.http"), "GET / HTTP/1.1\n").expect("written");
    said("capture-saved-before", folder.path(), &["capture", "--save", "saved", "--", "true"], 2);
}

#[test]
fn a_folder_that_is_not_there_is_named_as_it_was_given() {
    let folder = tempfile::tempdir().expect("a folder");
    let run = ["signer", "reference", "--filter", "official/sigv4/header/get-vanilla"];
    let words: Vec<&str> = run.into_iter().chain(["--output", "missing/report"]).collect();
    said("output-without-folder", folder.path(), &words, 2);
}
