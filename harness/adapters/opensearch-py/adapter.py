"""opensearch-py behind the sigv4-conformance protocol: `RequestsAWSV4SignerAuth`.

It signs with botocore, a URL and headers that it makes itself.
"""
from importlib.metadata import version

import botocore.auth
from botocore.credentials import Credentials
from opensearchpy import RequestsAWSV4SignerAuth
from sigv4_conformance import (
    Clock,
    Unrepresentable,
    check_clock,
    credentials,
    moment,
    one_by_one,
    serve,
    text,
)
from through_requests import sent, signed

botocore.auth.get_current_datetime = lambda: Clock.at


def sign(question):
    Clock.at = moment(question)
    key_id, secret, token = credentials(question)
    region, service = text(question["region"]), text(question["service"])
    if not region or not service:
        raise Unrepresentable("the signer takes no empty region, and no empty service")
    auth = RequestsAWSV4SignerAuth(Credentials(key_id, secret, token), region, service)
    request = sent(signed(question, auth))
    check_clock(question, request)
    return {"result": "signed", "request": request}


serve({
    "name": "opensearch-py",
    "version": version("opensearch-py"),
    "roles": ["sign-header", "sign-sequence"],
    "profiles": ["generic"],
    "features": ["content-sha256-header", "session-token"],
}, {"sign": sign, "sign-sequence": one_by_one(sign)})
