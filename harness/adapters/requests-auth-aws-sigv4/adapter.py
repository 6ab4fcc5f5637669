"""requests-auth-aws-sigv4 behind the sigv4-conformance protocol: `AWSSigV4`."""
import datetime
from importlib.metadata import version
from types import SimpleNamespace

import requests_auth_aws_sigv4
from sigv4_conformance import (
    Clock,
    check_clock,
    credentials,
    moment,
    one_by_one,
    serve,
    text,
)
from through_requests import sent, signed

requests_auth_aws_sigv4.datetime = SimpleNamespace(**{**vars(datetime), "datetime": Clock})


def sign(question):
    Clock.at = moment(question)
    key_id, secret, token = credentials(question)
    auth = requests_auth_aws_sigv4.AWSSigV4(
        text(question["service"]),
        region=text(question["region"]),
        aws_access_key_id=key_id,
        aws_secret_access_key=secret,
        aws_session_token=token,
    )
    request = sent(signed(question, auth))
    check_clock(question, request)
    return {"result": "signed", "request": request}


serve({
    "name": "requests-auth-aws-sigv4",
    "version": version("requests-auth-aws-sigv4"),
    "roles": ["sign-header", "sign-sequence"],
    "features": ["content-sha256-header", "session-token"],
}, {"sign": sign, "sign-sequence": one_by_one(sign)})
