//! Passwords that are made with the key chain, as other implementations make them.

use sigv4_reference::token::codecommit::GitPassword;
use sigv4_reference::token::ses_smtp::SmtpPassword;
use sigv4_reference::{Error, Scope, ScopedKey, Time, Workspace};

/// terraform-provider-aws, `internal/service/iam/access_key_test.go`.
#[test]
fn smtp_passwords_are_those_of_terraform() {
    for (secret, region, expected) in [
        ("some+secret+key", "eu-central-1", "BMXhUYlu5Z3gSXVQORxlVa7XPaz91aGWdfHxvkOZdWZ2"),
        ("another+secret+key", "eu-central-1", "BBbphbrQmrKMx42d1N6+C7VINYEBGI5v9VsZeTxwskfh"),
        ("some+secret+key", "us-west-1", "BH+jbMzper5WwlwUar9E1ySBqHa9whi0GPo+sJ0mVYJj"),
        ("another+secret+key", "us-west-1", "BKVmjjMDFk/qqw8EROW99bjCS65PF8WKvK5bSr4Y6EqF"),
    ] {
        let password = SmtpPassword::new(secret.as_bytes(), region.as_bytes()).unwrap();
        assert_eq!(String::from_utf8_lossy(password.as_bytes()), expected);
    }
    let error = SmtpPassword::new(b"some+secret+key", b"us-west-1\n").unwrap_err();
    assert_eq!(error, Error::ControlByte { field: "region", offset: 9 });
}

/// The comment of a script of 2014 for the withdrawn version, with the documented example secret.
#[test]
fn smtp_passwords_of_version_2_have_no_region() {
    let password = SmtpPassword::version_2(b"wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY");
    assert_eq!(password.as_bytes(), b"An60U4ZD3sd4fg+FvXUjayOipTt8LO4rUUmhpdX6ctDy");
}

/// smithy-go, `aws-http-auth/sigv4/sigv4_test.go`; aws4, `test/fast.js`.
#[test]
fn git_passwords_are_those_of_other_implementations() {
    for (id, secret, time, path, hash, signature) in [
        (
            "AKID",
            "SECRET",
            "19700101T000000",
            "/v1/repos/test-repo",
            "472da59b01b04b712adaee9fa306ab9ec25d5738391f888c64525e21a3c3282b",
            "379532994be81836b18b45cffb53c785068feeb223e8b52445f41b41181639dc",
        ),
        (
            "ABCDEF",
            "abcdef1234567890",
            "20121226T061030",
            "/v1/repos/MyAwesomeRepo",
            "5509008187d6f5adaa83794ceeb682a94e8f5c6da4c44b1fe3a1452fb981ba0c",
            "2a9a182eb6afc3859ee590af942564b53b0c4e5beac2893052515401d06af92a",
        ),
    ] {
        let host = b"git-codecommit.us-east-1.amazonaws.com";
        let signed_at = Time::parse(format!("{time}Z").as_bytes()).unwrap();
        let scope = Scope::new(&signed_at, b"us-east-1", b"codecommit").unwrap();
        let key = ScopedKey::derive(secret.as_bytes(), scope);
        let mut workspace = Workspace::default();
        let password =
            GitPassword::new(&mut workspace, &signed_at, &key, host, path.as_bytes()).unwrap();
        let stages = password.stages();
        let expected =
            format!("GIT\n{path}\n\nhost:git-codecommit.us-east-1.amazonaws.com\n\nhost\n");
        assert_eq!(String::from_utf8_lossy(stages.canonical_request), expected, "{id}");
        let date = &time[..8];
        let expected =
            format!("AWS4-HMAC-SHA256\n{time}\n{date}/us-east-1/codecommit/aws4_request\n{hash}");
        assert_eq!(String::from_utf8_lossy(stages.string_to_sign), expected, "{id}");
        assert_eq!(stages.signature, signature, "{id}");
        assert_eq!(password.as_bytes(), format!("{time}Z{signature}").as_bytes(), "{id}");
    }
}

#[test]
fn git_passwords_need_a_key_of_the_day_a_host_and_a_path() {
    let [today, tomorrow] =
        ["20150830T123600Z", "20150831T123600Z"].map(|time| Time::parse(time.as_bytes()).unwrap());
    let scope = Scope::new(&today, b"us-east-1", b"codecommit").unwrap();
    let key = ScopedKey::derive(b"secret", scope);
    for (time, host, path, expected) in [
        (&tomorrow, "h", "/a", Error::KeyDate { key: *today.date(), signing: *tomorrow.date() }),
        (&today, "h\r", "/a", Error::ControlByte { field: "host", offset: 1 }),
        (&today, "h", "a", Error::Target { offset: 0 }),
        (&today, "h", "/a\n", Error::Target { offset: 2 }),
    ] {
        let (host, path) = (host.as_bytes(), path.as_bytes());
        let mut workspace = Workspace::default();
        let password = GitPassword::new(&mut workspace, time, &key, host, path);
        assert_eq!(password.unwrap_err(), expected);
    }
}
