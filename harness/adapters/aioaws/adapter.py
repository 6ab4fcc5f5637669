"""aioaws behind the sigv4-conformance protocol: `AWSV4AuthFlow` for httpx, and the URLs for downloads
that its client of S3 signs."""
from importlib.metadata import version
from types import SimpleNamespace

import aioaws.core
from sigv4_conformance import (
    Unrepresentable,
    Unsupported,
    check_clock,
    credentials,
    headers,
    host,
    moment,
    one_by_one,
    serve,
    text,
)
from through_httpx import address, sent, signed


def sign(question):
    aioaws.core.utcnow = lambda: moment(question)
    request = presigned(question) if question["placement"] == "query" else header_signed(question)
    check_clock(question, request)
    return {"result": "signed", "request": request}


def header_signed(question):
    if question["payload"] != "signed":
        raise Unsupported("AWSV4AuthFlow always hashes the body")
    key_id, secret, _ = credentials(question)
    auth = aioaws.core.AWSV4AuthFlow(
        secret, key_id, text(question["region"]), text(question["service"])
    )
    return sent(signed(question, auth))


def presigned(question):
    if question["service"] != "s3" or question["profile"] != "s3":
        raise Unsupported("only the client of S3 signs URLs")
    if question["payload"] != "unsigned":
        raise Unsupported("a signed URL always says UNSIGNED-PAYLOAD")
    key_id, secret, _ = credentials(question)
    config = SimpleNamespace(
        aws_access_key=key_id,
        aws_secret_key=secret,
        aws_region=text(question["region"]),
        aws_host=host(question),
    )
    client = aioaws.core.AwsClient(None, config, "s3")
    method = text(question["request"]["method"])
    try:
        made = client.add_signed_download_params(method, address(question), question["expires"])
    except AssertionError as refusal:
        raise Unrepresentable(str(refusal)) from None
    return {"method": method, "target": made.raw_path, "headers": headers(question)}


serve({
    "name": "aioaws",
    "version": version("aioaws"),
    "roles": ["sign-header", "sign-query", "sign-sequence"],
    "features": ["content-sha256-header", "unsigned-payload"],
}, {"sign": sign, "sign-sequence": one_by_one(sign)})
