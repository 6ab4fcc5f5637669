"""awscrt (aws-c-auth) behind the sigv4-conformance protocol.

`aws_sign_request` takes all that a question says, the time included, and changes the request in
place. It shows no stages: the signature stands in the request alone.
"""
import io

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
from sigv4_conformance import (
    Unrepresentable,
    credentials,
    data,
    headers,
    moment,
    one_by_one,
    serve,
    text,
)

import awscrt

HELLO = {
    "name": "awscrt",
    "version": awscrt.__version__,
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


def sign(question, algorithm=AwsSigningAlgorithm.V4):
    try:
        request = signed(question, algorithm)
    except Exception as failure:
        if any(name in str(failure) for name in REFUSALS):
            raise Unrepresentable(str(failure)) from None
        raise
    sent = {"method": request.method, "target": request.path, "headers": list(request.headers)}
    return {"result": "signed", "request": sent}


def signed(question, algorithm):
    given = question["request"]
    body = io.BytesIO(data(given["body"]))
    request = HttpRequest(
        text(given["method"]), text(given["target"]), HttpHeaders(headers(question)), body
    )
    aws_sign_request(request, config(question, algorithm)).result()
    return request


def sign_v4a(question):
    """The region is the region set."""
    return {**sign(question, AwsSigningAlgorithm.V4_ASYMMETRIC), "result": "signed-v4a"}


def config(question, algorithm):
    presigned = question["placement"] == "query"
    if presigned and question["expires"] < 1:
        raise Unrepresentable("expiration_in_seconds has to be positive")
    shown = AwsSignedBodyHeaderType.X_AMZ_CONTENT_SHA_256
    return AwsSigningConfig(
        algorithm=algorithm,
        signature_type=PLACEMENTS[question["placement"]],
        credentials_provider=AwsCredentialsProvider.new_static(*credentials(question)),
        region=text(question["region"]),
        service=text(question["service"]),
        date=moment(question),
        use_double_uri_encode=question["double_encode"],
        should_normalize_uri_path=question["normalize"],
        signed_body_value=BODY_VALUES[question["payload"]],
        signed_body_header_type=(
            shown if question["content_sha256_header"] else AwsSignedBodyHeaderType.NONE
        ),
        expiration_in_seconds=question["expires"] if presigned else None,
        omit_session_token=not question["session_token_signed"],
    )


# A signer here is a function, and it refuses a request that it has signed before, so each call of a
# sequence gets a request of its own.
serve(HELLO, {"sign": sign, "sign-sequence": one_by_one(sign), "sign-v4a": sign_v4a})
