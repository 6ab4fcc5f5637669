#!/usr/bin/env bash
# boto3 escapes the path of AWS_ENDPOINT_URL once more for S3, and not for other services.
#
# Packages: boto3 and botocore 1.44.8 (PyPI); @aws-sdk/client-s3 3.1175.0 and @aws-sdk/client-dynamodb 3.1169.0 (npm) for
# comparison. Run on 2026-11-30.
#
# Expected, as written down before the run: the path of the endpoint is sent as it was given, in front of that of the
# request, by both SDKs and for all services, and is signed right.
#
# Seen: with AWS_ENDPOINT_URL=http://127.0.0.1:PORT/team%20a, boto3 asks for `/team%2520a/bucket/key` from S3, and for
# `/team%20a` from DynamoDB. `/team:a` is sent as `/team%3Aa/...` to S3 and as it is to DynamoDB. JavaScript sends both
# as given, to both. All these signatures are right for what is sent. With a raw `é`, all send `%C3%A9`; for S3 boto3's
# signature is right, and for DynamoDB it is wrong: the path of all services but S3 is escaped twice in what is signed,
# and boto3 signs it escaped once.
#
# Why it surprises: one variable is two addresses within one program. The signature being right, a gateway that hands on
# by path answers 404 for S3 and works for the rest.
# Says otherwise: the AWS SDKs and Tools Reference Guide, "Service-specific endpoints": AWS_ENDPOINT_URL is the endpoint
# for all services. RFC 3986, section 2.4: what is escaped must not be escaped again. The SigV4 documentation ("Create a
# canonical request"): each path segment is encoded twice, except for S3.
#
# For a user: letters, digits, `-`, `.`, `_` and `~` only in the path of an endpoint.
set -euo pipefail
for tool in python3 node npm; do command -v "$tool" >/dev/null || { echo "needs $tool"; exit 2; }; done
work=$(mktemp -d); trap 'rm -rf "$work"' EXIT; cd "$work"
python3 -m venv venv
venv/bin/pip install --quiet --disable-pip-version-check boto3==1.44.8 botocore==1.44.8
npm init -y >/dev/null
npm install --silent --ignore-scripts --no-audit --no-fund @aws-sdk/client-s3@3.1175.0 @aws-sdk/client-dynamodb@3.1169.0 \
    >/dev/null 2>&1
cat > ask.mjs <<'JS'
import { S3Client, GetObjectCommand } from '@aws-sdk/client-s3';
import { DynamoDBClient, ListTablesCommand } from '@aws-sdk/client-dynamodb';

const settings = { maxAttempts: 1 };
await new S3Client({ ...settings, forcePathStyle: true }).send(new GetObjectCommand({ Bucket: 'bucket', Key: 'key' }));
await new DynamoDBClient(settings).send(new ListTablesCommand({}));
JS
cat > ask.py <<'PY'
import boto3

boto3.client("s3").get_object(Bucket="bucket", Key="key")
boto3.client("dynamodb").list_tables()
PY
cat > run.py <<'PY'
import hashlib, hmac, http.server, os, re, subprocess, threading
from urllib.parse import quote

SECRET = "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY"


def signature(method, path, query, headers, names, scope, payload):
    lines = "".join(f"{name}:{headers[name]}\n" for name in names.split(";"))
    canonical = "\n".join([method, path, query, lines, names, payload])
    text = "\n".join(["AWS4-HMAC-SHA256", headers["x-amz-date"], scope, hashlib.sha256(canonical.encode()).hexdigest()])
    key = b"AWS4" + SECRET.encode()
    for part in scope.split("/"):
        key = hmac.digest(key, part.encode(), "sha256")
    return hmac.digest(key, text.encode(), "sha256").hex()


class Capture(http.server.BaseHTTPRequestHandler):
    def answer(self):
        body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
        path, _, query = self.path.partition("?")
        headers = {name.lower(): value for name, value in self.headers.items()}
        scope, names, sent = re.search(r"Credential=\w+/([^,]+), ?SignedHeaders=([^,]+), ?Signature=(\w+)",
                                       headers["authorization"]).groups()
        service = scope.split("/")[2]
        # All services but S3 escape the escaped path once more in what is signed.
        signed = path if service == "s3" else quote(path, safe="/~")
        arguments = headers, names, scope, hashlib.sha256(body).hexdigest()
        verdict = "right" if signature(self.command, signed, query, *arguments) == sent else "wrong"
        if verdict == "wrong" and signature(self.command, path, query, *arguments) == sent:
            verdict += ", signed as escaped once"
        print(f"  {name} {service}: {path}, {verdict}", flush=True)
        self.send_response(200)
        self.send_header("Content-Length", "2")
        self.end_headers()
        self.wfile.write(b"{}")

    do_GET = do_POST = answer

    def log_message(self, *_):
        pass


server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Capture)
threading.Thread(target=server.serve_forever, daemon=True).start()
environment = {name: value for name, value in os.environ.items() if not name.startswith("AWS_")}
environment |= {"AWS_ACCESS_KEY_ID": "AKIDEXAMPLE", "AWS_SECRET_ACCESS_KEY": SECRET, "AWS_REGION": "us-east-1",
                "AWS_DEFAULT_REGION": "us-east-1", "AWS_CONFIG_FILE": "/dev/null", "AWS_SHARED_CREDENTIALS_FILE": "/dev/null"}
for base in ["/team-a", "/team%20a", "/team:a", "/é"]:
    print(base)
    environment["AWS_ENDPOINT_URL"] = f"http://127.0.0.1:{server.server_port}{base}"
    for name, command in {"boto3": ["venv/bin/python", "ask.py"], "JavaScript": ["node", "ask.mjs"]}.items():
        subprocess.run(command, env=environment, check=True, capture_output=True, timeout=60)
PY
PYTHONUTF8=1 venv/bin/python run.py > seen.txt
cat > expected.txt <<'TXT'
/team-a
  boto3 s3: /team-a/bucket/key, right
  boto3 dynamodb: /team-a, right
  JavaScript s3: /team-a/bucket/key, right
  JavaScript dynamodb: /team-a/, right
/team%20a
  boto3 s3: /team%2520a/bucket/key, right
  boto3 dynamodb: /team%20a, right
  JavaScript s3: /team%20a/bucket/key, right
  JavaScript dynamodb: /team%20a/, right
/team:a
  boto3 s3: /team%3Aa/bucket/key, right
  boto3 dynamodb: /team:a, right
  JavaScript s3: /team:a/bucket/key, right
  JavaScript dynamodb: /team:a/, right
/é
  boto3 s3: /%C3%A9/bucket/key, right
  boto3 dynamodb: /%C3%A9, wrong, signed as escaped once
  JavaScript s3: /%C3%A9/bucket/key, right
  JavaScript dynamodb: /%C3%A9/, right
TXT
cat seen.txt
diff expected.txt seen.txt || { echo "Changed: an SDK no longer takes the path of an endpoint as recorded."; exit 1; }
echo "As recorded: boto3 escapes the path of AWS_ENDPOINT_URL again for S3."
