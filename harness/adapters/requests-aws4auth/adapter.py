"""requests-aws4auth behind the sigv4-conformance protocol: `AWS4Auth`, told to sign all headers."""
import datetime
import sys
from importlib.metadata import version
from types import SimpleNamespace

from requests_aws4auth import AWS4Auth
from sigv4_conformance import Clock, check_clock, credentials, moment, serve, text
from through_requests import sent, signed

MODULES = [sys.modules[f"requests_aws4auth.{name}"] for name in ("aws4auth", "aws4signingkey")]
for module in MODULES:
    has_class = isinstance(module.datetime, type)  # of the old releases, both have
    module.datetime = Clock if has_class else SimpleNamespace(**{**vars(datetime), "datetime": Clock})


class Signer(AWS4Auth):
    """The signer, with what two of its methods return kept in `stages`."""

    def get_canonical_request(self, *arguments):
        self.stages["canonical_request"] = super().get_canonical_request(*arguments)
        return self.stages["canonical_request"]

    def get_sig_string(self, *arguments):
        self.stages["string_to_sign"] = super().get_sig_string(*arguments)
        return self.stages["string_to_sign"]


def sign(question):
    Clock.at = moment(question)
    return signed_by(signer(question), question)


def sign_sequence(question):
    """One object signs for as long as key and scope are the same, as in a client."""
    signers, answers = {}, []
    for call in question["calls"]:
        Clock.at = moment(call)
        key = (credentials(call), text(call["region"]), text(call["service"]))
        answers.append(signed_by(signers.setdefault(key, signer(call)), call))
    return {"result": "signed-sequence", "calls": answers}


def signer(question):
    key_id, secret, token = credentials(question)
    return Signer(key_id, secret, text(question["region"]), text(question["service"]),
                 session_token=token, include_hdrs={"*"})


def signed_by(auth, question):
    auth.stages = {}
    request = sent(signed(question, auth))
    check_clock(question, request)
    return {"result": "signed", "request": request, "stages": auth.stages}


serve({
    "name": "requests-aws4auth",
    "version": version("requests-aws4auth"),
    "roles": ["sign-header", "sign-sequence"],
    "features": ["content-sha256-header", "session-token"],
}, {"sign": sign, "sign-sequence": sign_sequence})
