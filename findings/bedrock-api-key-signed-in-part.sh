#!/usr/bin/env bash
# A Bedrock API key is a presigned URL with a parameter too many: its signature is wrong for what is in it.
#
# Packages: aws-bedrock-token-generator 1.1.0 with botocore 1.44.8 (PyPI), @aws/bedrock-token-generator 1.1.0 (npm). Run on
# 2026-11-30.
#
# Expected, as written down before the run: the text in such a key is a presigned URL, as in a token for RDS or EKS, and
# is right as it is.
#
# Seen: behind `bedrock-api-key-`, in base64, is `bedrock.amazonaws.com/?Action=CallWithBearerToken&X-Amz-...&Version=1`.
# For this query the signature is wrong. It is right without Version, which both generators append behind the signature,
# and only for a POST; for a GET, it is wrong either way. The region is in the scope alone, the host being that of no
# region.
#
# Why it surprises: Action and Version are a pair wherever else AWS has them, in a token for EKS among others, and both
# are signed there. A check that works for those tokens calls each Bedrock API key forged.
# Says otherwise: the IAM User Guide, "Create a signed AWS API request": all parameters but X-Amz-Signature are in the
# canonical query.
#
# For a user: to look into a key, cut it before `&Version`, and take POST for the method.
set -euo pipefail
for tool in python3 node npm; do command -v "$tool" >/dev/null || { echo "needs $tool"; exit 2; }; done
work=$(mktemp -d); trap 'rm -rf "$work"' EXIT; cd "$work"
python3 -m venv venv
venv/bin/pip install --quiet --disable-pip-version-check aws-bedrock-token-generator==1.1.0 botocore==1.44.8
npm init -y >/dev/null
npm install --silent --ignore-scripts --no-audit --no-fund @aws/bedrock-token-generator@1.1.0 >/dev/null 2>&1
cat > make.mjs <<'JS'
import { getToken } from '@aws/bedrock-token-generator';

const credentials = { accessKeyId: 'AKIDEXAMPLE', secretAccessKey: 'wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY' };
console.log(await getToken({ credentials, region: 'eu-west-1', expiresInSeconds: 900 }));
JS
cat > run.py <<'PY'
import base64, datetime, hashlib, hmac, subprocess
from urllib.parse import unquote
from aws_bedrock_token_generator import provide_token
from botocore.credentials import Credentials

SECRET = "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY"


class Provider:
    def load(self):
        return Credentials("AKIDEXAMPLE", SECRET)


def right(method, query):
    pairs = sorted(pair for pair in query.split("&") if not pair.startswith("X-Amz-Signature="))
    values = dict(pair.split("=") for pair in query.split("&"))
    canonical = "\n".join([method, "/", "&".join(pairs), "host:bedrock.amazonaws.com", "", "host",
                           hashlib.sha256(b"").hexdigest()])
    scope = unquote(values["X-Amz-Credential"]).partition("/")[2]
    text = "\n".join(["AWS4-HMAC-SHA256", values["X-Amz-Date"], scope, hashlib.sha256(canonical.encode()).hexdigest()])
    key = ("AWS4" + SECRET).encode()
    for part in [*scope.split("/"), text]:
        key = hmac.new(key, part.encode(), hashlib.sha256).digest()
    return "right" if key.hex() == values["X-Amz-Signature"] else "wrong"


python = provide_token("eu-west-1", Provider(), datetime.timedelta(minutes=15))
javascript = subprocess.run(["node", "make.mjs"], capture_output=True, text=True, check=True).stdout.strip()
for name, key in {"Python": python, "JavaScript": javascript}.items():
    address, _, query = base64.b64decode(key.removeprefix("bedrock-api-key-")).decode().partition("?")
    print(f"{name}: {address}, scope {unquote(query.partition('X-Amz-Credential=')[2]).split('/')[2]}")
    print("  last parameter:", query.rpartition("&")[2])
    for method in ("POST", "GET"):
        for what, text in {"as it is": query, "without Version": query.removesuffix("&Version=1")}.items():
            print(f"  {method}, {what}: signature {right(method, text)}")
PY
venv/bin/python run.py > seen.txt
cat > expected.txt <<'TXT'
Python: bedrock.amazonaws.com/, scope eu-west-1
  last parameter: Version=1
  POST, as it is: signature wrong
  POST, without Version: signature right
  GET, as it is: signature wrong
  GET, without Version: signature wrong
JavaScript: bedrock.amazonaws.com/, scope eu-west-1
  last parameter: Version=1
  POST, as it is: signature wrong
  POST, without Version: signature right
  GET, as it is: signature wrong
  GET, without Version: signature wrong
TXT
cat seen.txt
diff expected.txt seen.txt || { echo "Changed: Bedrock API keys are no longer made as recorded."; exit 1; }
echo "As recorded: in a Bedrock API key everything but its Version is signed, for a POST."
