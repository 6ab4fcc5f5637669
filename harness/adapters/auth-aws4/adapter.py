"""auth-aws4 behind the sigv4-conformance protocol: `generate_challenge` and `validate_challenge`.

Only S3, whose rules its documentation names, and signed in the header. Called as shown there, with the parts of a request of Starlette: the path decoded, the query as
it is, headers of the same name apart. Region and service of the scope are taken from the request, and
session tokens are not its part. Its window is five seconds and has no setting. It reads the system's clock,
which is replaced in its module.
"""
import datetime
import importlib.metadata
import types

import aws4
from arrival import asgi_scope, only_plain, secrets
from sigv4_conformance import Unsupported, data, moment, serve
from starlette.requests import Request

HELLO = {
    "name": "auth-aws4",
    "version": importlib.metadata.version("auth-aws4"),
    "roles": ["verify"],
    "profiles": ["s3"],
    "features": ["absent-host", "duplicate-headers", "empty-header-value", "odd-header-name", "odd-method",
                 "padded-header-value"],
}


class Clock(datetime.datetime):
    shown = None

    @classmethod
    def now(cls, tz=None):
        return cls.shown


aws4.datetime = types.SimpleNamespace(datetime=Clock, timezone=datetime.timezone)


def verify(question):
    only_plain(question)
    if b"X-Amz-" in data(question["request"]["target"]):
        raise Unsupported("no presigned requests")
    known = secrets(question)
    Clock.shown = moment(question)
    request = Request(asgi_scope(question))
    try:
        challenge = aws4.generate_challenge(
            method=request.method, url=request.url, headers=request.headers,
            content=data(question["request"]["body"]),
        )
        if challenge.access_key_id not in known:
            return {"result": "reject", "detail": "no such key"}
        aws4.validate_challenge(challenge, known[challenge.access_key_id])
    except aws4.AWS4Exception as refusal:
        return {"result": "reject", "detail": f"{type(refusal).__name__}: {refusal}"}
    return {"result": "accept"}


serve(HELLO, {"verify": verify})
