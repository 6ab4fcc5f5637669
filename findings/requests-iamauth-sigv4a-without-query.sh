#!/usr/bin/env bash
# requests-iamauth: its SigV4A signs every request as one without a query, and its SigV4 sends less than it was given.
#
# Packages (PyPI): requests-iamauth 1.0.0, with botocore and boto3 1.44.8, awscrt 0.38.1, which makes the signatures of
# SigV4A, and requests 2.34.2; cryptography 50.0.2 to verify these. Run on 2026-12-01.
#
# To be expected: both classes send the request that requests has prepared, and sign that.
#
# Seen: Sigv4aAuth signs /items right. /items?a=1 is sent as it is, and its signature is the one for /items: the signer
# gets the path of the URL alone, and the query goes past it into the request. A form, whose body is text, is not sent
# but is a TypeError: the body is opened as bytes. Sigv4Auth signs what it sends, but sends `?acl&a=1` as `?a=1`, and
# `?acl` as no query. Both take the query apart with parse_qsl, which leaves out what has no value, and write it again.
#
# Why it surprises: the two are made of the same lines, and each has the query in what it sends. The hard parts of
# SigV4A are done by Amazon's library, and right, so that a test with a plain path passes. With SigV4 there is no 403
# that says that the service was asked for something else.
# Says otherwise: the SigV4 documentation ("Create a canonical request"), which holds for SigV4A, too: every parameter
# is in the canonical query, and one without a value is written with an equals sign.
#
# For a user: SigV4A with this package is for requests without a query, with a body of bytes. A parameter without a
# value cannot be sent, not even as `?acl=`.
set -euo pipefail
command -v python3 >/dev/null || { echo "needs python3"; exit 2; }
work=$(mktemp -d); trap 'rm -rf "$work"' EXIT; cd "$work"
python3 -m venv venv
venv/bin/pip install --quiet --disable-pip-version-check requests-iamauth==1.0.0 boto3==1.44.8 botocore==1.44.8 \
    awscrt==0.38.1 requests==2.34.2 cryptography==50.0.2
cat > run.py <<'PY'
import hashlib, hmac, http.server, re, threading
import requests
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from iamauth import Sigv4Auth, Sigv4aAuth

ID, SECRET = "AKIDEXAMPLE", "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY"
ORDER = 0xFFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551
seen = []


def public_key():
    """Of SigV4A, by its first candidate, which counts for this pair."""
    fixed = (1).to_bytes(4, "big") + b"AWS4-ECDSA-P256-SHA256\0" + ID.encode() + b"\1" + (256).to_bytes(4, "big")
    candidate = int.from_bytes(hmac.new(b"AWS4A" + SECRET.encode(), fixed, hashlib.sha256).digest(), "big")
    assert candidate <= ORDER - 2
    return ec.derive_private_key(candidate + 1, ec.SECP256R1()).public_key()


def right(method, path, query, headers, body):
    """Whether the signature is the one for these."""
    algorithm, scope, names, sent = re.search(
        r"^(\S+) Credential=[^/]+/([^,]+), ?SignedHeaders=([^,]+), ?Signature=(\w+)", headers["authorization"]).groups()
    query = "&".join(sorted(part if "=" in part else part + "=" for part in query.split("&") if part))
    lines = "".join(f"{name}:{headers[name]}\n" for name in names.split(";"))
    request = "\n".join([method, path, query, lines, names, hashlib.sha256(body).hexdigest()])
    text = "\n".join([algorithm, headers["x-amz-date"], scope, hashlib.sha256(request.encode()).hexdigest()])
    if algorithm == "AWS4-ECDSA-P256-SHA256":
        try:
            public_key().verify(bytes.fromhex(sent), text.encode(), ec.ECDSA(hashes.SHA256()))
        except InvalidSignature:
            return False
        return True
    key = ("AWS4" + SECRET).encode()
    for part in [*scope.split("/"), text]:
        key = hmac.new(key, part.encode(), hashlib.sha256).digest()
    return key.hex() == sent


class Answer(http.server.BaseHTTPRequestHandler):
    def answer(self):
        headers = {name.lower(): value for name, value in self.headers.items()}
        body = self.rfile.read(int(headers.get("content-length", 0)))
        path, _, query = self.path.partition("?")
        kinds = {"what is sent": query, "no query": ""}
        found = [kind for kind, signed in kinds.items() if right(self.command, path, signed, headers, body)]
        seen.append(f"sent {self.path}, signed for {found[0] if found else 'something else'}")
        self.send_response(204)
        self.end_headers()

    do_GET = do_POST = answer

    def log_message(self, *_):
        pass


server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Answer)
threading.Thread(target=server.serve_forever, daemon=True).start()
signers = {"SigV4A": Sigv4aAuth(region="us-east-1"), "SigV4": Sigv4Auth()}
asked = [("GET", "/items", None), ("GET", "/items?a=1", None), ("GET", "/items?acl&a=1", None),
         ("GET", "/items?acl", None), ("GET", "/items?acl=", None), ("POST", "/items", b"a=1"), ("POST", "/items", {"a": "1"})]
for name, signer in signers.items():
    for method, target, body in asked:
        seen.clear()
        try:
            requests.request(method, f"http://127.0.0.1:{server.server_port}{target}", data=body, auth=signer, timeout=20)
        except TypeError as error:
            seen.append(f"{type(error).__name__}")
        kind = {type(None): "", bytes: " bytes", dict: " form"}[type(body)]
        print(f"{name}, {method} {target}{kind}:", seen[0])
PY
env -i PATH="$PATH" HOME="$work" AWS_ACCESS_KEY_ID=AKIDEXAMPLE AWS_DEFAULT_REGION=us-east-1 \
    AWS_SECRET_ACCESS_KEY=wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY venv/bin/python run.py > seen.txt
cat > expected.txt <<'TXT'
SigV4A, GET /items: sent /items, signed for what is sent
SigV4A, GET /items?a=1: sent /items?a=1, signed for no query
SigV4A, GET /items?acl&a=1: sent /items?a=1, signed for no query
SigV4A, GET /items?acl: sent /items, signed for what is sent
SigV4A, GET /items?acl=: sent /items, signed for what is sent
SigV4A, POST /items bytes: sent /items, signed for what is sent
SigV4A, POST /items form: TypeError
SigV4, GET /items: sent /items, signed for what is sent
SigV4, GET /items?a=1: sent /items?a=1, signed for what is sent
SigV4, GET /items?acl&a=1: sent /items?a=1, signed for what is sent
SigV4, GET /items?acl: sent /items, signed for what is sent
SigV4, GET /items?acl=: sent /items, signed for what is sent
SigV4, POST /items bytes: sent /items, signed for what is sent
SigV4, POST /items form: sent /items, signed for what is sent
TXT
cat seen.txt
diff expected.txt seen.txt || { echo "Changed: requests-iamauth no longer signs queries as recorded."; exit 1; }
echo "As recorded: SigV4A signs no query, and SigV4 sends no parameter without a value."
