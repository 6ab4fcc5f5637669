#!/usr/bin/env bash
# s3v4 signs the path in lower case, so that an object whose key has a capital is refused.
#
# Packages (crates.io): s3v4 0.3.5, with chrono 0.4.45 and url 2.5.8.
#
# Seen: s3v4::signature(), which makes the Authorization header, writes the path in lower case before it signs. The
# signature for `/bucket/README.md` is the one for `/bucket/readme.md`, so that it is refused for the first; escapes
# such as `%C3%A9` are changed as well. s3v4::pre_signed_url() signs the path of the same URL as it is.
#
# Why it surprises: the two functions of the crate disagree about the same URL. With keys in lower case both are
# right.
# Says otherwise: the S3 User Guide, "Naming Amazon S3 objects": object keys are case sensitive. The SigV4
# documentation ("Create a canonical request") lower-cases names of headers, never the path.
#
# For a user: use the crate for presigned URLs only, or keep keys in lower case and without escapes.
set -euo pipefail
for tool in cargo python3; do command -v "$tool" >/dev/null || { echo "needs $tool"; exit 2; }; done
work=$(mktemp -d); trap 'rm -rf "$work"' EXIT; cd "$work"
mkdir src
cat > Cargo.toml <<'TOML'
[package]
name = "run"
version = "0.0.0"
edition = "2021"

[dependencies]
chrono = "=0.4.45"
s3v4 = "=0.3.5"
url = "=2.5.8"
TOML
cat > src/main.rs <<'RS'
fn main() {
    let (key, secret) = ("AKIDEXAMPLE", "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY");
    for path in ["/bucket/readme.md", "/bucket/README.md", "/bucket/caf%C3%A9"] {
        let url = url::Url::parse(&format!("https://s3.amazonaws.com{path}")).unwrap();
        let made = s3v4::signature(&url, "GET", key, secret, "us-east-1", "s3", "UNSIGNED-PAYLOAD").unwrap();
        let presigned = s3v4::pre_signed_url(
            key, secret, 60, &url, "GET", "UNSIGNED-PAYLOAD", "us-east-1", &chrono::Utc::now(), "s3").unwrap();
        println!("{path} {} {} {presigned}", made.date_time, made.auth_header.rsplit('=').next().unwrap());
    }
}
RS
cat > judge.py <<'PY'
import hashlib, hmac, sys, urllib.parse

SECRET = "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY"


def signature(path, query, headers, date):
    """For this text of the path."""
    lines = "".join(f"{name}:{value}\n" for name, value in headers.items())
    request = "\n".join(["GET", path, query, lines, ";".join(headers), "UNSIGNED-PAYLOAD"])
    scope = f"{date[:8]}/us-east-1/s3/aws4_request"
    text = "\n".join(["AWS4-HMAC-SHA256", date, scope, hashlib.sha256(request.encode()).hexdigest()])
    key = ("AWS4" + SECRET).encode()
    for part in [*scope.split("/"), text]:
        key = hmac.new(key, part.encode(), hashlib.sha256).digest()
    return key.hex()


def spelling(path, sent, *arguments):
    found = [text for text in dict.fromkeys([path, path.lower()]) if signature(text, *arguments) == sent]
    return found[0] if found else "none of these"


host = {"host": "s3.amazonaws.com"}
for line in sys.stdin:
    path, date, sent, url = line.split()
    in_header = spelling(path, sent, "", {**host, "x-amz-content-sha256": "UNSIGNED-PAYLOAD", "x-amz-date": date}, date)
    query, _, sent = url.split("?")[1].partition("&X-Amz-Signature=")
    in_query = spelling(path, sent, query, host, dict(urllib.parse.parse_qsl(query))["X-Amz-Date"])
    print(f"{path}: header signed for {in_header}, presigned for {in_query}")
PY
cargo run --quiet | python3 judge.py > seen.txt
cat > expected.txt <<'TXT'
/bucket/readme.md: header signed for /bucket/readme.md, presigned for /bucket/readme.md
/bucket/README.md: header signed for /bucket/readme.md, presigned for /bucket/README.md
/bucket/caf%C3%A9: header signed for /bucket/caf%c3%a9, presigned for /bucket/caf%C3%A9
TXT
cat seen.txt
diff expected.txt seen.txt || { echo "Changed: s3v4 no longer signs paths as recorded."; exit 1; }
echo "As recorded: s3v4 signs the path in lower case in a header, and as it is in a presigned URL."
