"""aws-request-signer behind the sigv4-conformance protocol: `AwsAuth` for requests, `presign_url`, and
`sign_s3_post_policy`."""
import datetime
import hashlib
import json
from importlib.metadata import version
from types import SimpleNamespace

import aws_request_signer
from aws_request_signer.requests import AwsAuth
from sigv4_conformance import (
    Clock,
    Unrepresentable,
    check_clock,
    credentials,
    data,
    header_dict,
    moment,
    one_by_one,
    serve,
    text,
    url,
)
from through_requests import sent, signed

aws_request_signer.datetime = SimpleNamespace(**{**vars(datetime), "datetime": Clock})


def sign(question):
    Clock.at = moment(question)
    request = presigned(question) if question["placement"] == "query" else header_signed(question)
    check_clock(question, request)
    return {"result": "signed", "request": request}


def scope(question):
    key_id, secret, token = credentials(question)
    return text(question["region"]), key_id, secret, text(question["service"]), token


def header_signed(question):
    if question["payload"] == "unsigned" and question["request"]["body"]:
        raise Unrepresentable("AwsAuth hashes a body of bytes")
    return sent(signed(question, AwsAuth(*scope(question))))


def presigned(question):
    """The headers are signed as they are given, and sent by the caller."""
    if question["credentials"]["session_token"] is not None:
        raise Unrepresentable("presign_url leaves the session token out")
    given, headers = question["request"], header_dict(question)
    unsigned = question["payload"] == "unsigned"
    digest = "UNSIGNED-PAYLOAD" if unsigned else hashlib.sha256(data(given["body"])).hexdigest()
    address = url(question)
    signer = aws_request_signer.AwsRequestSigner(*scope(question))
    made = signer.presign_url(
        text(given["method"]), address, headers, digest, question["expires"]
    )
    origin = address[:len(address) - len(text(given["target"]))]
    return {"method": text(given["method"]), "target": made.removeprefix(origin),
            "headers": list(headers.items())}


def sign_post_policy(question):
    Clock.at = moment(question)
    try:
        policy = json.loads(data(question["policy"]))
    except ValueError:
        raise Unrepresentable("the policy is a dictionary, written as JSON by the signer") from None
    signer = aws_request_signer.AwsRequestSigner(*scope(question))
    fields = signer.sign_s3_post_policy(policy)
    return {"result": "signed-post-policy", "fields": list(fields.items())}


serve({
    "name": "aws-request-signer",
    "version": version("aws-request-signer"),
    "roles": ["sign-header", "sign-query", "sign-sequence", "sign-post-policy"],
    "features": ["content-sha256-header", "presigned-body", "presigned-s3-payload-hash",
                 "session-token", "unsigned-payload"],
}, {"sign": sign, "sign-sequence": one_by_one(sign), "sign-post-policy": sign_post_policy})
