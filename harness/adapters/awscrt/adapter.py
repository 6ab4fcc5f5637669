"""awscrt (aws-c-auth) behind the sigv4-conformance protocol.

`aws_sign_request` takes all that a question says, the time included, and changes the request in
place. It shows no stages: the signature stands in the request alone.
"""
import base64
import datetime
import io
import json
import platform
import sys

import awscrt
from awscrt.auth import (
    AwsCredentialsProvider,
    AwsSignatureType,
    AwsSignedBodyHeaderType,
    AwsSignedBodyValue,
    AwsSigningAlgorithm,
    AwsSigningConfig,
    aws_sign_request,
)
from awscrt.http import HttpHeaders, HttpRequest

HELLO = {
    "op": "hello",
    "protocol": 1,
    "name": "awscrt",
    "version": awscrt.__version__,
    "language": f"Python {platform.python_version()}",
    "roles": ["sign-header", "sign-query", "sign-sequence", "sign-v4a"],
    "profiles": ["generic", "s3"],
    "features": ["absent-host", "content-sha256-header", "control-in-header", "control-in-secret",
                 "duplicate-headers", "empty-header-value", "invalid-escape", "long-expires",
                 "non-ascii-header", "non-ascii-secret", "normalized-single-encoded", "obs-fold",
                 "odd-header-name", "odd-method", "padded-header-value", "presigned-body",
                 "presigned-s3-payload-hash", "raw-control", "raw-illegal", "raw-non-ascii",
                 "raw-space", "session-token", "unnormalized-double-encoded", "unsigned-payload",
                 "unsigned-session-token"],
    "clock": "given",
}
PLACEMENTS = {
    "header": AwsSignatureType.HTTP_REQUEST_HEADERS,
    "query": AwsSignatureType.HTTP_REQUEST_QUERY_PARAMS,
}
# What aws-c-auth says when it refuses an input on purpose.
REFUSALS = (
    "AWS_AUTH_SIGNING_ILLEGAL_REQUEST_HEADER",
    "AWS_AUTH_SIGNING_ILLEGAL_REQUEST_QUERY_PARAM",
    "AWS_AUTH_SIGNING_INVALID_CONFIGURATION",
    "AWS_ERROR_INVALID_ARGUMENT",
    "AWS_ERROR_MALFORMED_INPUT_STRING",
)
BODY_VALUES = {"signed": None, "unsigned": AwsSignedBodyValue.UNSIGNED_PAYLOAD}


class Refusal(Exception):
    """A result other than `signed`, and why."""


def sign(question, algorithm=AwsSigningAlgorithm.V4):
    if question["payload"] not in BODY_VALUES:
        raise Refusal("unsupported", f"payload {question['payload']}")
    given = question["request"]
    headers = HttpHeaders([(text(name), text(value)) for name, value in given["headers"]])
    body = io.BytesIO(data(given["body"]))
    request = HttpRequest(text(given["method"]), text(given["target"]), headers, body)
    aws_sign_request(request, config(question, algorithm)).result()
    return {
        "result": "signed",
        "request": {
            "method": request.method,
            "target": request.path,
            "headers": list(request.headers),
        },
    }


def sign_sequence(question):
    """A signer here is a function, and it refuses a request that it has signed before, so each call
    gets a request of its own."""
    return {"result": "signed-sequence", "calls": [sign(call) for call in question["calls"]]}


def sign_v4a(question):
    """The region is the region set."""
    return {**sign(question, AwsSigningAlgorithm.V4_ASYMMETRIC), "result": "signed-v4a"}


OPERATIONS = {"sign": sign, "sign-sequence": sign_sequence, "sign-v4a": sign_v4a}


def config(question, algorithm):
    keys, presigned = question["credentials"], question["placement"] == "query"
    if presigned and question["expires"] < 1:
        raise Refusal("unrepresentable", "expiration_in_seconds has to be positive")
    token = keys["session_token"]
    shown = AwsSignedBodyHeaderType.X_AMZ_CONTENT_SHA_256
    return AwsSigningConfig(
        algorithm=algorithm,
        signature_type=PLACEMENTS[question["placement"]],
        credentials_provider=AwsCredentialsProvider.new_static(
            text(keys["access_key_id"]),
            text(keys["secret_access_key"]),
            None if token is None else text(token),
        ),
        region=text(question["region"]),
        service=text(question["service"]),
        date=datetime.datetime.strptime(question["time"] + "+0000", "%Y%m%dT%H%M%SZ%z"),
        use_double_uri_encode=question["double_encode"],
        should_normalize_uri_path=question["normalize"],
        signed_body_value=BODY_VALUES[question["payload"]],
        signed_body_header_type=(
            shown if question["content_sha256_header"] else AwsSignedBodyHeaderType.NONE
        ),
        expiration_in_seconds=question["expires"] if presigned else None,
        omit_session_token=not question["session_token_signed"],
    )


def data(value):
    """Bytes of the protocol: a string, or an object with base64."""
    return value.encode() if isinstance(value, str) else base64.b64decode(value["base64"])


def text(value):
    try:
        return data(value).decode()
    except UnicodeDecodeError:
        raise Refusal("unrepresentable", "the binding takes text, and this is not UTF-8") from None


def answer(question):
    if question["op"] == "hello":
        return HELLO
    try:
        if question["op"] not in OPERATIONS:
            raise Refusal("unsupported", f"no operation {question['op']}")
        outcome = OPERATIONS[question["op"]](question)
    except Refusal as refusal:
        result, detail = refusal.args
        outcome = {"result": result, "detail": detail}
    except Exception as failure:
        refused = any(name in str(failure) for name in REFUSALS)
        result = "unrepresentable" if refused else "error"
        outcome = {"result": result, "detail": f"{type(failure).__name__}: {failure}"}
    return {"seq": question["seq"], **outcome}


for line in sys.stdin.buffer:
    print(json.dumps(answer(json.loads(line))), flush=True)
