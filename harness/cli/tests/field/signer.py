"""A plain signer behind the protocol, with one mistake out of a public report: python3 signer.py MISTAKE

  none           no mistake
  retry-encoded  signs the path of a retry escaped once more, and sends it as it was
  gzip-after     compresses the body after it was hashed, and names that in Content-Encoding
  charset-after  completes Content-Type after it was signed, as HTTP libraries do
"""
import base64
import gzip
import hashlib
import hmac
import json
import re
import sys
from urllib.parse import quote_from_bytes, unquote_to_bytes

MISTAKE = sys.argv[1]
HELLO = {
    "op": "hello", "protocol": 1, "name": "field-" + MISTAKE, "version": "0", "language": "Python",
    "roles": ["sign-header", "sign-sequence"], "profiles": ["generic", "s3"], "clock": "given",
    "features": ["content-sha256-header", "duplicate-headers", "session-token", "unsigned-payload",
                 "empty-header-value", "padded-header-value"],
}
REPLACED = [b"x-amz-date", b"authorization", b"x-amz-security-token"]
UNSIGNED = [b"authorization", b"user-agent", b"expect", b"upgrade", b"transfer-encoding",
            b"x-amzn-trace-id", b"connection"]


def bytes_of(text):
    return text.encode() if isinstance(text, str) else base64.b64decode(text["base64"])


def text_of(data):
    try:
        return data.decode()
    except UnicodeDecodeError:
        return {"base64": base64.b64encode(data).decode()}


def escaped(data, safe=""):
    return quote_from_bytes(data, safe="-_.~" + safe).encode()


def mac(key, message):
    return hmac.new(key, message, hashlib.sha256).digest()


def normalized(path):
    parts = []
    for piece in path.split(b"/"):
        if piece == b"..":
            parts[-1:] = []
        elif piece not in (b"", b"."):
            parts.append(piece)
    end = b"/" if parts and path.endswith(b"/") else b""
    return b"/" + b"/".join(parts) + end


def canonical_path(question, path, is_retry):
    line = normalized(path) if question["normalize"] else (path or b"/")
    if MISTAKE == "retry-encoded" and is_retry:
        line = escaped(line, "/")
    return escaped(line, "/") if question["double_encode"] else line


def canonical_query(query):
    pieces = (piece.partition(b"=") for piece in query.split(b"&") if piece)
    pairs = sorted((escaped(unquote_to_bytes(name)), escaped(unquote_to_bytes(value)))
                   for name, _, value in pieces)
    return b"&".join(name + b"=" + value for name, value in pairs)


def sign(question, is_retry=False):
    request = question["request"]
    target, body = bytes_of(request["target"]), bytes_of(request["body"])
    headers = [(bytes_of(name), bytes_of(value)) for name, value in request["headers"]]
    headers = [header for header in headers if header[0].lower() not in REPLACED]
    path, _, query = target.partition(b"?")
    is_unsigned = question["payload"] == "unsigned"
    payload = b"UNSIGNED-PAYLOAD" if is_unsigned else hashlib.sha256(body).hexdigest().encode()

    added, late = [(b"X-Amz-Date", question["time"].encode())], []
    if question["content_sha256_header"]:
        added.append((b"x-amz-content-sha256", payload))
    token = question["credentials"]["session_token"]
    if token is not None:
        place = added if question["session_token_signed"] else late
        place.append((b"X-Amz-Security-Token", bytes_of(token)))

    values = {}
    for name, value in headers + added:
        value = re.sub(rb"\s+", b" ", value).strip()
        values.setdefault(name.strip().lower(), []).append(value)
    for name in UNSIGNED:
        values.pop(name, None)
    names = b";".join(sorted(values))
    lines = b"".join(name + b":" + b",".join(values[name]) + b"\n" for name in sorted(values))
    canonical_request = b"\n".join([bytes_of(request["method"]),
                                    canonical_path(question, path, is_retry),
                                    canonical_query(query), lines, names, payload])

    day = question["time"][:8].encode()
    region, service = bytes_of(question["region"]), bytes_of(question["service"])
    scope = b"/".join([day, region, service, b"aws4_request"])
    digest = hashlib.sha256(canonical_request).hexdigest().encode()
    string_to_sign = b"\n".join([b"AWS4-HMAC-SHA256", question["time"].encode(), scope, digest])
    key = b"AWS4" + bytes_of(question["credentials"]["secret_access_key"])
    for part in day, region, service, b"aws4_request":
        key = mac(key, part)
    signature = mac(key, string_to_sign).hex().encode()
    credential = bytes_of(question["credentials"]["access_key_id"]) + b"/" + scope
    authorization = (b"AWS4-HMAC-SHA256 Credential=" + credential + b", SignedHeaders=" + names
                     + b", Signature=" + signature)
    sent = headers + added + [(b"Authorization", authorization)] + late

    answer = {"method": request["method"], "target": request["target"]}
    if MISTAKE == "gzip-after" and body:
        answer["body"] = text_of(gzip.compress(body, mtime=0))
        sent.append((b"Content-Encoding", b"gzip"))
    if MISTAKE == "charset-after":
        sent = [(name, value + b"; charset=UTF-8" if name.lower() == b"content-type" else value)
                for name, value in sent]
    answer["headers"] = [[text_of(name), text_of(value)] for name, value in sent]
    return {"result": "signed", "request": answer}


def sign_sequence(question):
    calls, before = [], None
    for call in question["calls"]:
        if call["placement"] != "header":
            return {"result": "unsupported", "detail": "header placement only"}
        calls.append({"request": sign(call, call["request"] == before)["request"]})
        before = call["request"]
    return {"result": "signed-sequence", "calls": calls}


for line in sys.stdin.buffer:
    question = json.loads(line)
    known = {"sign": sign, "sign-sequence": sign_sequence}.get(question["op"])
    try:
        answer = known(question) if known else {"result": "unsupported"}
    except Exception as error:
        answer = {"result": "error", "detail": repr(error)}
    answer = HELLO if question["op"] == "hello" else {"seq": question["seq"], **answer}
    print(json.dumps(answer), flush=True)
