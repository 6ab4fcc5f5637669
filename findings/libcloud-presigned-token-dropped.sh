#!/usr/bin/env bash
# Apache Libcloud leaves the session token out of its presigned URLs.
#
# Packages (PyPI): apache-libcloud 3.9.1, requests 2.34.2; botocore 1.44.8 for comparison.
#
# Seen: the S3 driver, made with the `token` of temporary credentials, sends it in x-amz-security-token with each
# request, and signs it. get_object_cdn_url() of the same driver returns a presigned URL without X-Amz-Security-Token;
# its signature is the right one for a key that has no token. The presigned URL of botocore has the token, signed.
#
# Why it surprises: the driver has the token, and signs its own requests with it. There is no error when the URL is
# made, and nothing in it shows that the key in its credential is half of what is needed.
# Says otherwise: the IAM User Guide, "Create a signed AWS API request": with temporary credentials the session token
# goes into the header or, for a signature in the query, into X-Amz-Security-Token. Libcloud documents
# get_object_cdn_url() as a "presigned URL" for read-only access to the object.
#
# For a user: on EC2, ECS, Lambda and with assumed roles all credentials are temporary. Make the URL with another
# package, or with the key of a user.
set -euo pipefail
command -v python3 >/dev/null || { echo "needs python3"; exit 2; }
work=$(mktemp -d); trap 'rm -rf "$work"' EXIT; cd "$work"
python3 -m venv venv
venv/bin/pip install --quiet --disable-pip-version-check apache-libcloud==3.9.1 requests==2.34.2 botocore==1.44.8
cat > run.py <<'PY'
import hashlib, hmac, http.server, threading
from urllib.parse import parse_qsl, urlsplit

import botocore.session
from botocore.config import Config
from libcloud.storage.providers import get_driver
from libcloud.storage.types import Provider

KEY, SECRET, TOKEN = "AKIDEXAMPLE", "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY", "FwoGZXIvYXdzEXAMPLE"


class Bucket(http.server.BaseHTTPRequestHandler):
    """Has every object."""

    def do_HEAD(self):
        signed = "x-amz-security-token" in self.headers["authorization"]
        print(f"{self.path}: token sent {self.headers['x-amz-security-token'] == TOKEN}, signed {signed}")
        self.send_response(200)
        self.send_header("Content-Length", "1")
        self.send_header("ETag", '"e"')
        self.send_header("Last-Modified", "Sun, 30 Aug 2015 12:36:00 GMT")
        self.end_headers()

    def log_message(self, *arguments):
        pass


def shown(who, url):
    """Whether the URL has the token, and a signature that is right for what it has."""
    parts = urlsplit(url)
    values = dict(parse_qsl(parts.query))
    query = "&".join(sorted(pair for pair in parts.query.split("&") if not pair.startswith("X-Amz-Signature=")))
    request = "\n".join(["GET", parts.path, query, f"host:{parts.hostname}\n", "host", "UNSIGNED-PAYLOAD"])
    scope = values["X-Amz-Credential"].partition("/")[2]
    text = "\n".join(["AWS4-HMAC-SHA256", values["X-Amz-Date"], scope, hashlib.sha256(request.encode()).hexdigest()])
    key = ("AWS4" + SECRET).encode()
    for part in [*scope.split("/"), text]:
        key = hmac.new(key, part.encode(), hashlib.sha256).digest()
    right = key.hex() == values["X-Amz-Signature"]
    print(f"{who}: token in the URL {values.get('X-Amz-Security-Token') == TOKEN}, signature right for it {right}")


server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Bucket)
threading.Thread(target=server.serve_forever, daemon=True).start()
S3 = get_driver(Provider.S3)
local = S3(KEY, SECRET, token=TOKEN, secure=False, host="127.0.0.1", port=server.server_port, region="us-east-1")
found = local.get_object("bucket", "key.txt")
shown("libcloud", S3(KEY, SECRET, token=TOKEN, region="us-east-1").get_object_cdn_url(found))
client = botocore.session.Session().create_client(
    "s3", "us-east-1", aws_access_key_id=KEY, aws_secret_access_key=SECRET, aws_session_token=TOKEN,
    config=Config(signature_version="s3v4"))
shown("botocore", client.generate_presigned_url("get_object", {"Bucket": "bucket", "Key": "key.txt"}))
PY
venv/bin/python -W ignore run.py > seen.txt
cat > expected.txt <<'TXT'
/bucket: token sent True, signed True
/bucket/key.txt: token sent True, signed True
libcloud: token in the URL False, signature right for it True
botocore: token in the URL True, signature right for it True
TXT
cat seen.txt
diff expected.txt seen.txt || { echo "Changed: Libcloud no longer leaves out the token as recorded."; exit 1; }
echo "As recorded: Libcloud sends the session token itself and leaves it out of presigned URLs."
