"""httpx-aws-auth behind the sigv4-conformance protocol: `AwsSigV4Auth`."""
from importlib.metadata import version

import httpx_aws_auth
from sigv4_conformance import (
    Clock,
    check_clock,
    credentials,
    moment,
    one_by_one,
    serve,
    text,
)
from through_httpx import sent, signed

httpx_aws_auth.datetime = Clock


def sign(question):
    Clock.at = moment(question)
    key_id, secret, token = credentials(question)
    auth = httpx_aws_auth.AwsSigV4Auth(
        httpx_aws_auth.AwsCredentials(key_id, secret, token),
        text(question["region"]),
        text(question["service"]),
    )
    request = sent(signed(question, auth))
    check_clock(question, request)
    return {"result": "signed", "request": request}


serve({
    "name": "httpx-aws-auth",
    "version": version("httpx-aws-auth"),
    "roles": ["sign-header", "sign-sequence"],
    "features": ["content-sha256-header", "session-token"],
}, {"sign": sign, "sign-sequence": one_by_one(sign)})
