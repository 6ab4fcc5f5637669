"""aws-requests-auth behind the sigv4-conformance protocol: `AWSRequestsAuth`."""
import datetime
from importlib.metadata import version
from types import SimpleNamespace

import aws_requests_auth.aws_auth
from sigv4_conformance import (
    Clock,
    check_clock,
    credentials,
    host,
    moment,
    one_by_one,
    serve,
    text,
)
from through_requests import sent, signed

aws_requests_auth.aws_auth.datetime = SimpleNamespace(**{**vars(datetime), "datetime": Clock})


def sign(question):
    Clock.at = moment(question)
    key_id, secret, token = credentials(question)
    auth = aws_requests_auth.aws_auth.AWSRequestsAuth(
        key_id, secret, host(question), text(question["region"]), text(question["service"]), token
    )
    request = sent(signed(question, auth))
    check_clock(question, request)
    return {"result": "signed", "request": request}


serve({
    "name": "aws-requests-auth",
    "version": version("aws-requests-auth"),
    "roles": ["sign-header", "sign-sequence"],
    "features": ["content-sha256-header", "session-token"],
}, {"sign": sign, "sign-sequence": one_by_one(sign)})
