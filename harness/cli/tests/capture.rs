//! `capture`, driven by clients: some that are made here, and some that everyone has.

#[expect(dead_code, reason = "shared with tests that use more of it")]
mod common;

use std::fs;
use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::{Shutdown, TcpStream};
use std::path::Path;
use std::process::{Child, Command, Stdio};

use common::{Ended, end, end_with_input, harness, snapshots};
use rustix::process::{Pid, Signal, kill_process};
use serde_json::{Value, json};

/// A capture that serves until it is told to end.
struct Serving {
    child: Child,
    address: String,
    stderr: BufReader<std::process::ChildStderr>,
    invitation: String,
}

impl Serving {
    fn start(folder: &Path, options: &[&str]) -> Self {
        let arguments = ["capture"].into_iter().chain(options.iter().copied());
        let mut command = harness(folder, arguments);
        let child = command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn();
        let mut child = child.expect("the binary starts");
        let mut stderr = BufReader::new(child.stderr.take().expect("a pipe"));
        let mut invitation = String::new();
        while !invitation.contains("AWS_EC2_METADATA_DISABLED") {
            assert_ne!(stderr.read_line(&mut invitation).expect("text"), 0, "{invitation}");
        }
        let (_, rest) = invitation.split_once("http://").expect("a URL");
        let address = rest.split(". ").next().expect("an address").to_owned();
        Self { child, address, stderr, invitation }
    }

    /// Sends raw bytes and reads all answers.
    fn send(&self, bytes: &[u8]) -> String {
        let mut socket = TcpStream::connect(&self.address).expect("a connection");
        socket.write_all(bytes).expect("sent");
        socket.shutdown(Shutdown::Write).expect("ended");
        let mut answers = String::new();
        socket.read_to_string(&mut answers).expect("answers");
        answers
    }

    /// Ends it as Ctrl-C does.
    fn end(mut self) -> Ended {
        let pid = Pid::from_raw(self.child.id().cast_signed()).expect("a process");
        kill_process(pid, Signal::INT).expect("told to end");
        let mut stdout = String::new();
        let mut pipe = self.child.stdout.take().expect("a pipe");
        pipe.read_to_string(&mut stdout).expect("text");
        let mut stderr = String::new();
        self.stderr.read_to_string(&mut stderr).expect("text");
        let status = self.child.wait().expect("it ends");
        Ended { code: status.code().expect("an exit code, not a signal"), stdout, stderr }
    }
}

/// What the model with these mistakes sends now for `GET target`.
fn signed_with(folder: &Path, mistakes: &[&str], target: &str) -> Vec<u8> {
    let time = jiff::Timestamp::now().strftime("%Y%m%dT%H%M%SZ").to_string();
    let question = json!({
        "op": "sign", "seq": 1, "placement": "header", "profile": "s3", "normalize": false,
        "double_encode": false, "time": time, "region": "us-east-1", "service": "s3",
        "session_token_signed": true, "payload": "signed", "content_sha256_header": true,
        "credentials": {
            "access_key_id": "AKIDEXAMPLE",
            "secret_access_key": "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY",
            "session_token": null
        },
        "request": {
            "method": "GET", "target": target, "headers": [["Host", "127.0.0.1"]], "body": ""
        }
    });
    let flags = mistakes.iter().flat_map(|id| ["--mistake", *id]);
    let mut command = harness(folder, ["adapter", "model"].into_iter().chain(flags));
    let ended = end_with_input(&mut command, format!("{question}\n").as_bytes());
    let answer: Value = serde_json::from_str(&ended.stdout).expect("an answer");
    let headers = answer["request"]["headers"].as_array().expect("headers");
    let lines = headers.iter().map(|header| {
        format!("{}: {}\r\n", header[0].as_str().unwrap(), header[1].as_str().unwrap())
    });
    let target = answer["request"]["target"].as_str().expect("a target");
    format!("GET {target} HTTP/1.1\r\n{}\r\n", lines.collect::<String>()).into_bytes()
}

/// Settings in which a snapshot holds no port, time or signature.
fn settings(folder: &Path) -> insta::Settings {
    let mut settings = snapshots(folder);
    for (pattern, name) in [
        (r"127\.0\.0\.1:\d+", "127.0.0.1:[port]"),
        (r"\d{8}T\d{6}Z", "[time]"),
        (r"\d{8}/us-east-1", "[day]/us-east-1"),
        (r"Signature=[0-9a-f]{64}", "Signature=[signature]"),
    ] {
        settings.add_filter(pattern, name);
    }
    settings
}

#[test]
fn what_is_wrong_is_named_once_with_its_smallest_request() {
    let folder = tempfile::tempdir().expect("a folder");
    let serving = Serving::start(folder.path(), &["--save", "saved", "--log", "log"]);
    let invitation = serving.invitation.clone();
    let right = signed_with(folder.path(), &[], "/");
    let long = "/bucket?a=2&a-b=1&prefix=long";
    let first = signed_with(folder.path(), &["query-sorted-as-joined-text"], long);
    let second = signed_with(folder.path(), &["query-sorted-as-joined-text"], "/b?a=2&a-b=1");
    for bytes in [&right[..], &first, &second, b"hello\r\n\r\n", b"GET / HTTP/1.0\r\n\r\n"] {
        serving.send(bytes);
    }
    let ended = serving.end();
    assert_eq!(ended.code, 1, "{ended}");
    settings(folder.path()).bind(|| {
        insta::assert_snapshot!("invitation", invitation);
        insta::assert_snapshot!("wrong", ended);
        let lines = fs::read_to_string(folder.path().join("log")).expect("a log");
        insta::assert_snapshot!("log", lines);
    });
    assert_eq!(fs::read(folder.path().join("saved/0002.http")).expect("a file"), first);
    let explained =
        end(&mut harness(folder.path(), ["explain", "--example", "suite", "saved/0003.http"]));
    assert!(explained.stdout.contains("query-sorted-as-joined-text"), "{explained}");
}

#[test]
fn a_report_for_programs() {
    let folder = tempfile::tempdir().expect("a folder");
    let serving = Serving::start(folder.path(), &["--format", "json", "--output", "report"]);
    serving.send(&signed_with(folder.path(), &["query-sorted-as-joined-text"], "/?a=2&a-b=1"));
    serving.send(&signed_with(folder.path(), &[], "/"));
    let ended = serving.end();
    assert_eq!((ended.code, &ended.stdout[..]), (1, ""), "{ended}");
    let report = fs::read_to_string(folder.path().join("report")).expect("a report");
    let report: Value = serde_json::from_str(&report).expect("JSON");
    assert_eq!((&report["requests"], &report["wrong"]), (&json!(2), &json!(1)));
    let finding = &report["findings"][0];
    assert_eq!(finding["verdict"], "mistaken");
    assert!(finding["mistakes"].to_string().contains("query-sorted-as-joined-text"), "{finding}");
}

#[test]
fn the_exit_code_says_how_it_ended() {
    let folder = tempfile::tempdir().expect("a folder");
    let serving = Serving::start(folder.path(), &[]);
    serving.send(&signed_with(folder.path(), &[], "/"));
    let ended = serving.end();
    assert_eq!(ended.code, 0, "{ended}");
    assert_eq!(ended.stdout, "conforms: 1 request, 1 signed, 0 wrong\n");

    let serving = Serving::start(folder.path(), &[]);
    serving.send(b"GET / HTTP/1.1\r\nHost: h\r\n\r\n");
    let unsigned = serving.end();
    assert_eq!(unsigned.code, 4, "{unsigned}");

    let mut said = vec![unsigned.stdout];
    for (arguments, code) in [
        (&["capture", "--", "true"][..], 3),
        (&["capture", "--", "sh", "-c", "echo words; exit 7"], 3),
        (&["capture", "--", "./nothing-here"], 3),
        (&["capture", "--listen", "0.0.0.0:0"], 2),
        (&["capture", "--keys", "missing"], 2),
    ] {
        let ended = end(&mut harness(folder.path(), arguments.iter().copied()));
        assert_eq!(ended.code, code, "{arguments:?}: {ended}");
        said.push(format!("{arguments:?}\n{ended}"));
    }
    settings(folder.path()).bind(|| insta::assert_snapshot!("ends", said.join("\n")));
}

#[test]
fn a_signal_ends_the_client_too() {
    let folder = tempfile::tempdir().expect("a folder");
    let arguments = ["capture", "--", "sh", "-c", "echo started >&2; sleep 1000 & wait"];
    let mut command = harness(folder.path(), arguments);
    let mut child =
        command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().expect("the binary starts");
    let mut line = String::new();
    let mut stderr = BufReader::new(child.stderr.take().expect("a pipe"));
    stderr.read_line(&mut line).expect("text");
    assert_eq!(line, "started\n");
    let pid = Pid::from_raw(child.id().cast_signed()).expect("a process");
    kill_process(pid, Signal::TERM).expect("told to end");
    // The pipe ends once every process that holds it is gone.
    stderr.read_to_string(&mut line).expect("text");
    assert!(line.contains("The command was ended by a signal"), "{line}");
    assert_eq!(child.wait().expect("it ends").code(), Some(3));
}

#[test]
fn keys_of_the_user_are_used_and_not_shown() {
    let folder = tempfile::tempdir().expect("a folder");
    let keys = "[[key]]\naccess_key_id = \"AKIDOTHER\"\nsecret_access_key = \"not-shown\"\n\
                session_token = \"nor-this\"";
    fs::write(folder.path().join("keys"), keys).expect("written");
    let serving = Serving::start(folder.path(), &["--keys", "keys"]);
    let invitation = serving.invitation.clone();
    serving.send(&signed_with(folder.path(), &[], "/"));
    let ended = serving.end();
    assert_eq!(ended.code, 1, "{ended}");
    assert!(ended.stdout.contains("no key \"AKIDEXAMPLE\" is known here"), "{ended}");
    let all = format!("{invitation}{ended}");
    assert!(all.contains("AKIDOTHER"), "{all}");
    assert!(!all.contains("not-shown") && !all.contains("nor-this"), "{all}");
}

/// Runs a shell script as the client.
fn script(folder: &Path, options: &[&str], script: &str) -> Ended {
    let arguments = ["capture"].into_iter().chain(options.iter().copied());
    let arguments = arguments.chain(["--", "sh", "-e", "-c", script]);
    end(&mut harness(folder, arguments))
}

/// The options with which curl signs for S3.
const CURL: &str = "curl() { command curl --silent --show-error --fail-with-body \
    --aws-sigv4 aws:amz:us-east-1:s3 --user \"$AWS_ACCESS_KEY_ID:$AWS_SECRET_ACCESS_KEY\" \"$@\"; }
url=$AWS_ENDPOINT_URL/bucket\n";

fn has_curl() -> bool {
    let version = Command::new("curl").arg("--version").output();
    let has = version.is_ok_and(|version| version.status.success());
    if !has {
        eprintln!("skipped: needs curl");
    }
    has
}

#[test]
fn curl_puts_gets_and_lists() {
    if !has_curl() {
        return;
    }
    let folder = tempfile::tempdir().expect("a folder");
    let requests = "curl --request PUT --data-binary hello \"$url/key\"
        test \"$(curl \"$url/key\")\" = hello
        curl \"$url?list-type=2\" | grep -q '<Key>key</Key>'
        curl --head \"$url/key\" | grep -qi 'content-length: 5'
        curl --request DELETE \"$url/key\"";
    for options in [&[][..], &["--tls"]] {
        let ended = script(folder.path(), options, &format!("{CURL}{requests}"));
        assert_eq!(ended.code, 0, "{options:?}: {ended}");
        // Some versions of curl leave out a header, of which they are warned.
        assert!(ended.stdout.ends_with("conforms: 5 requests, 5 signed, 0 wrong\n"), "{ended}");
    }
}

#[test]
fn curl_with_another_secret_is_refused_and_not_explained() {
    if !has_curl() {
        return;
    }
    let folder = tempfile::tempdir().expect("a folder");
    let other = "AWS_SECRET_ACCESS_KEY=another\n";
    let ended = script(folder.path(), &[], &format!("{CURL}{other}curl \"$url\" >&2"));
    assert_eq!(ended.code, 1, "{ended}");
    assert!(ended.stderr.contains("<Code>SignatureDoesNotMatch</Code>"), "{ended}");
    assert!(ended.stdout.starts_with("unexplained, 1 request"), "{ended}");
}
