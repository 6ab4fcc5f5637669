//! `token` and `post`: what they print, and where the secret comes from.

use std::fs;

use serde_json::Value;

use crate::common::{Ended, end, end_with_input, harness, snapshots};

fn run(arguments: &[&str]) -> Ended {
    let folder = tempfile::tempdir().expect("a folder");
    end(&mut harness(folder.path(), arguments.iter().copied()))
}

#[test]
fn every_token_is_listed_and_explained() {
    let folder = tempfile::tempdir().expect("a folder");
    let list = run(&["token", "list"]);
    let names = list.stdout.lines().filter_map(|line| line.split(' ').next());
    let help = run(&["token", "--help"]);
    for name in names {
        assert!(help.stdout.contains(&format!("\n  {name} ")), "{name}: {help}");
    }
    snapshots(folder.path()).bind(|| {
        insta::assert_snapshot!("token-list", list);
        insta::assert_snapshot!("token-help", help);
        insta::assert_snapshot!("token-rds-help", run(&["token", "rds", "--help"]));
        insta::assert_snapshot!("post-help", run(&["post", "--help"]));
    });
}

/// With the keys and times of tokens that other programs made.
#[test]
fn tokens_are_those_of_other_programs() {
    let example = |name: &str, more: &str| {
        let arguments = format!("token {name} --example s3 {more}");
        let ended = run(&arguments.split(' ').collect::<Vec<&str>>());
        assert_eq!((ended.code, &ended.stderr[..]), (0, ""), "{name}: {ended}");
        ended.stdout
    };
    for (name, more, end) in [
        (
            "rds",
            "--time 20261127T141553Z --host MyDB.Example.COM --port 3306 --user jane_doe",
            "X-Amz-Signature=d7ca909b1d234d1a002c3dcc919ecc57ba68420c48405e8989f5821b645943a2\n",
        ),
        (
            "dsql",
            "--time 20261127T141553Z --host ABC.dsql.us-east-1.on.aws",
            "X-Amz-Signature=283c87572051c4f25b950ff4560b46a0a61d9e9a4a746068b568d3ef5a9e22f1\n",
        ),
        (
            "msk",
            "--time 20261127T141447Z --user-agent aws-msk-iam-sasl-signer-python/1.0.2",
            "LXB5dGhvbiUyRjEuMC4y\n",
        ),
    ] {
        let token = example(name, more);
        assert!(token.ends_with(end), "{name}: {token}");
    }
    let json = example("eks", "--time 20261127T144007Z --cluster c1 --json");
    let answer: Value = serde_json::from_str(&json).expect("JSON");
    let signature = "71d971786a64e7419717779461498685890601091306ff4f1b357a9cbf50f011";
    assert_eq!(answer["stages"]["signature"], signature);
    assert!(answer["token"].as_str().expect("text").starts_with("k8s-aws-v1."));
    for (name, more) in [
        ("dsql-admin", "--host h"),
        ("elasticache", "--name c --user u --serverless"),
        ("memorydb", "--name c --user u"),
        ("iot", "--host h"),
        ("ses-smtp", "--region eu-central-1"),
        ("codecommit", "--host h --path /v1/repos/a"),
    ] {
        assert_eq!(example(name, more).lines().count(), 1, "{name}");
    }
}

/// Terraform's test of SES, with the secret in the environment.
#[test]
fn the_secret_of_a_token_comes_from_the_environment() {
    let folder = tempfile::tempdir().expect("a folder");
    let mut command = harness(folder.path(), ["token", "ses-smtp", "--region", "eu-central-1"]);
    assert_eq!(end(&mut command).code, 2);
    let ended = end(command.env("SIGV4_CONFORMANCE_SECRET_ACCESS_KEY", "some+secret+key"));
    assert_eq!(ended.stdout, "BMXhUYlu5Z3gSXVQORxlVa7XPaz91aGWdfHxvkOZdWZ2\n");
}

/// S3 API Reference, "Example: Browser-Based Upload using HTTP POST".
#[test]
fn a_policy_is_signed_as_it_is() {
    let folder = tempfile::tempdir().expect("a folder");
    let policy = concat!(
        "{ \"expiration\": \"2015-12-30T12:00:00.000Z\",\r\n  \"conditions\": [\r\n",
        "    {\"bucket\": \"sigv4examplebucket\"},\r\n",
        "    [\"starts-with\", \"$key\", \"user/user1/\"],\r\n    {\"acl\": \"public-read\"},\r\n",
        "    {\"success_action_redirect\": ",
        "\"http://sigv4examplebucket.s3.amazonaws.com/successful_upload.html\"},\r\n",
        "    [\"starts-with\", \"$Content-Type\", \"image/\"],\r\n",
        "    {\"x-amz-meta-uuid\": \"14365123651274\"},\r\n",
        "    {\"x-amz-server-side-encryption\": \"AES256\"},\r\n",
        "    [\"starts-with\", \"$x-amz-meta-tag\", \"\"],\r\n\r\n",
        "    {\"x-amz-credential\": \"AKIAIOSFODNN7EXAMPLE/20151229/us-east-1/s3/aws4_request\"},\r\n",
        "    {\"x-amz-algorithm\": \"AWS4-HMAC-SHA256\"},\r\n",
        "    {\"x-amz-date\": \"20151229T000000Z\" }\r\n  ]\r\n}",
    );
    fs::write(folder.path().join("policy.json"), policy).expect("written");
    let options = ["post", "--example", "s3", "--time", "20151229T000000Z", "--policy"];
    let given = |last: &'static [&'static str]| options.into_iter().chain(last.iter().copied());
    let from_file = end(&mut harness(folder.path(), given(&["policy.json"])));
    let mut command = harness(folder.path(), given(&["-", "--json"]));
    let from_input = end_with_input(&mut command, policy.as_bytes());
    let fields: Value = serde_json::from_str(&from_input.stdout).expect("JSON");
    let signature = "8afdbf4008c03f22c2cd3cdb72e4afbb1f6a588f3255ac628749a66d7f09699e";
    assert_eq!(fields["x-amz-signature"], signature);
    let mut command = harness(folder.path(), given(&["-", "--region", "eu-west-1"]));
    let elsewhere = end_with_input(&mut command, policy.as_bytes());
    let mut command = harness(folder.path(), given(&["-"]));
    let broken = end_with_input(&mut command, b"{\"expiration\": 1}");
    snapshots(folder.path()).bind(|| {
        insta::assert_snapshot!("post", from_file);
        insta::assert_snapshot!("post-elsewhere", elsewhere.stderr);
        insta::assert_snapshot!("post-broken", broken);
    });
}
