#!/usr/bin/env bash
# aws-sign-v4 escapes a letter outside ASCII with one percent sign for all of its bytes.
#
# Packages (crates.io): aws-sign-v4 0.3.0, with chrono 0.4.45, http 1.5.0 and url 2.5.8.
#
# Seen: for a URL with `q=caf%C3%A9`, the canonical request has `q=caf%C3A9`: the two bytes of the letter are written
# behind one percent sign. Three bytes become `%E282AC`, four `%F09F8C8D`. What is sent keeps its escapes, so that the
# signature is refused. Letters of ASCII, spaces and reserved characters are right.
#
# Why it surprises: `%C3A9` is an escape followed by "A9", so that it is another text, not another spelling of this
# one. Requests in ASCII are accepted, until a user searches for a word with an accent.
# Says otherwise: the SigV4 documentation ("Create a canonical request"): each byte is encoded as % and two
# hexadecimal digits.
#
# For a user: keep the query in ASCII, or sign with the vendor's crate aws-sigv4.
set -euo pipefail
command -v cargo >/dev/null || { echo "needs cargo"; exit 2; }
work=$(mktemp -d); trap 'rm -rf "$work"' EXIT; cd "$work"
mkdir src
cat > Cargo.toml <<'TOML'
[package]
name = "run"
version = "0.0.0"
edition = "2021"

[dependencies]
aws-sign-v4 = "=0.3.0"
chrono = "=0.4.45"
http = "=1.5.0"
url = "=2.5.8"
TOML
cat > src/main.rs <<'RS'
use aws_sign_v4::AwsSign;

fn main() {
    let mut headers = http::HeaderMap::new();
    headers.insert("host", "example.amazonaws.com".parse().unwrap());
    let (key, secret) = ("AKIDEXAMPLE", "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY");
    let now = chrono::Utc::now();
    for query in ["q=a%20b%2Fc", "q=caf%C3%A9", "q=%E2%82%AC", "q=%F0%9F%8C%8D"] {
        let url = format!("https://example.amazonaws.com/?{query}");
        let signer = AwsSign::new("GET", &url, &now, &headers, "us-east-1", key, secret, "es", "");
        println!("{query} signed as {}", signer.canonical_request().lines().nth(2).unwrap());
    }
}
RS
cargo run --quiet > seen.txt
cat > expected.txt <<'TXT'
q=a%20b%2Fc signed as q=a%20b%2Fc
q=caf%C3%A9 signed as q=caf%C3A9
q=%E2%82%AC signed as q=%E282AC
q=%F0%9F%8C%8D signed as q=%F09F8C8D
TXT
cat seen.txt
diff expected.txt seen.txt || { echo "Changed: aws-sign-v4 no longer escapes letters as recorded."; exit 1; }
echo "As recorded: aws-sign-v4 writes one percent sign for all bytes of a letter."
