//! The relatives of `AWS4-HMAC-SHA256` from the shell: SigV4A, and the words of other providers.

use serde_json::Value;

use crate::common::{Ended, end, harness, snapshots};

const EXAMPLE: [&str; 4] = ["--example", "suite", "--time", "20150830T123600Z"];

fn run<'a>(arguments: impl IntoIterator<Item = &'a str>) -> Ended {
    let folder = tempfile::tempdir().expect("a folder");
    end(&mut harness(folder.path(), arguments))
}

/// What is printed, without the digits of a signature that is one of many.
fn shown(ended: &Ended) -> String {
    let digits =
        |piece: &str| piece.len() > 130 && piece.bytes().all(|byte| byte.is_ascii_hexdigit());
    let pieces = ended.to_string();
    let pieces = pieces.split_inclusive(['\n', '=']).map(|piece| {
        let bare = piece.trim_end();
        if digits(bare) { piece.replace(bare, "[digits]") } else { piece.to_owned() }
    });
    pieces.collect()
}

#[test]
fn sigv4a_is_signed_and_presigned() {
    for (name, verb) in [("sigv4a-sign", "sign"), ("sigv4a-presign", "presign")] {
        let request = [verb, "GET", "https://example.amazonaws.com/a?b=c", "--service", "service"];
        let sigv4a = ["--algorithm", "sigv4a", "--region", "us-east-1,eu-west-1"];
        let ended = run(request.into_iter().chain(sigv4a).chain(EXAMPLE));
        let folder = tempfile::tempdir().expect("a folder");
        snapshots(folder.path()).bind(|| insta::assert_snapshot!(name, shown(&ended)));
    }
}

/// The public key of the vendor's suite.
#[test]
fn the_key_pair_is_the_published_one() {
    let arguments = ["derive-key", "--algorithm", "sigv4a", "--example", "suite"];
    let text = run(arguments).stdout;
    let json = run(arguments.into_iter().chain(["--json"])).stdout;
    let json: Value = serde_json::from_str(&json).expect("JSON");
    for (coordinate, digits) in [
        ("x", "b6618f6a65740a99e650b33b6b4b5bd0d43b176d721a3edfea7e7d2d56d936b1"),
        ("y", "865ed22a7eadc9c5cb9d2cbaca1b3699139fedc5043dc6661864218330c8e518"),
    ] {
        assert!(text.contains(digits), "{text}");
        assert_eq!(json["public_key"][coordinate], digits);
    }
}

/// What curl 7.88.1 sends for `--aws-sigv4 goog:goog:auto:storage`.
#[test]
fn a_provider_has_its_own_words() {
    let folder = tempfile::tempdir().expect("a folder");
    let request = ["sign", "GET", "https://storage.googleapis.com/bucket/photos/a.jpg"];
    let words = ["--provider", "goog:goog", "--region", "auto", "--service", "storage"];
    let settings = ["--content-sha256-header", "false", "--access-key-id", "GOOG1EXAMPLE"];
    let secret = "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY";
    let time = ["--time", "20150830T123600Z"];
    let arguments = request.into_iter().chain(words).chain(settings).chain(time);
    let mut command = harness(folder.path(), arguments);
    let ended = end(command.env("SIGV4_CONFORMANCE_SECRET_ACCESS_KEY", secret));
    let signature = "ccc4d572733593c0197f599ef10b3cf706b699b4b267c9d7567104f7de1fc250";
    assert!(ended.stdout.contains(signature), "{ended}");
    snapshots(folder.path()).bind(|| insta::assert_snapshot!("provider-sign", ended));
}

#[test]
fn what_cannot_be_asked_for_is_refused() {
    let request = ["sign", "GET", "https://h/", "--service", "s3"];
    for (arguments, problem) in [
        (&["--provider", "goog"][..], "expected two words, such as goog:goog"),
        (&["--provider", "go og:goog"], "provider: expected 1 to 32 ASCII letters and digits"),
        (&["--provider", "goog:"], "vendor: expected 1 to 32 ASCII letters and digits"),
        (&["--provider", "goog:goog", "--algorithm", "sigv4a"], "in the words of AWS only"),
        (&["--algorithm", "sigv4a", "--region", ""], "region set"),
        (&["--algorithm", "sigv4b"], "possible values: sigv4, sigv4a"),
    ] {
        let ended = run(request.into_iter().chain(EXAMPLE).chain(arguments.iter().copied()));
        assert_eq!(ended.code, 2, "{ended}");
        assert!(ended.stderr.contains(problem), "{ended}");
    }
    let ended = run(["derive-key", "--algorithm", "sigv4", "--example", "suite"]);
    assert_eq!((ended.code, ended.stderr.contains("expected --service")), (2, true), "{ended}");
}

#[test]
fn help_names_the_words() {
    let folder = tempfile::tempdir().expect("a folder");
    for verb in ["sign", "presign"] {
        let help = run([verb, "--help"]);
        snapshots(folder.path()).bind(|| insta::assert_snapshot!(format!("{verb}-help"), help));
    }
}
