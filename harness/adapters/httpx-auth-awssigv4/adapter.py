"""httpx-auth-awssigv4 behind the sigv4-conformance protocol: `SigV4Auth`."""
from importlib.metadata import version

import httpx_auth_awssigv4.auth
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

httpx_auth_awssigv4.auth.datetime = Clock


class Signer(httpx_auth_awssigv4.auth.SigV4Auth):
    """The signer, with what its method returns kept in `stages`."""

    def get_canonical_request(self, *arguments, **named):
        made = super().get_canonical_request(*arguments, **named)
        self.stages = {"canonical_request": made}
        return made


def sign(question):
    Clock.at = moment(question)
    key_id, secret, token = credentials(question)
    auth = Signer(
        key_id, secret, text(question["service"]), text(question["region"]), token
    )
    request = sent(signed(question, auth))
    check_clock(question, request)
    return {"result": "signed", "request": request, "stages": auth.stages}


serve({
    "name": "httpx-auth-awssigv4",
    "version": version("httpx-auth-awssigv4"),
    "roles": ["sign-header", "sign-sequence"],
    "features": ["session-token"],
}, {"sign": sign, "sign-sequence": one_by_one(sign)})
