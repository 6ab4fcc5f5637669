"""httpx-auth behind the sigv4-conformance protocol: `AWS4Auth`, told to sign all headers."""
import datetime
from importlib.metadata import version
from types import SimpleNamespace

import httpx_auth
from sigv4_conformance import (
    Clock,
    Unrepresentable,
    check_clock,
    credentials,
    headers,
    moment,
    one_by_one,
    serve,
    text,
)
from through_httpx import sent, signed

httpx_auth._aws.datetime = SimpleNamespace(**{**vars(datetime), "datetime": Clock})


class Signer(httpx_auth.AWS4Auth):
    """The signer, with the canonical request kept in `stages`."""

    def _canonical_request(self, *arguments):
        made = super()._canonical_request(*arguments)
        self.stages = {"canonical_request": made}
        return made


def sign(question):
    Clock.at = moment(question)
    key_id, secret, token = credentials(question)
    if not secret:
        raise Unrepresentable("AWS4Auth takes no empty secret")
    auth = Signer(
        key_id,
        secret,
        text(question["region"]),
        text(question["service"]),
        security_token=token,
        include_headers=[name for name, _ in headers(question)],
    )
    request = sent(signed(question, auth))
    check_clock(question, request)
    return {"result": "signed", "request": request, "stages": auth.stages}


serve({
    "name": "httpx-auth",
    "version": version("httpx-auth"),
    "roles": ["sign-header", "sign-sequence"],
    "features": ["content-sha256-header", "session-token"],
}, {"sign": sign, "sign-sequence": one_by_one(sign)})
