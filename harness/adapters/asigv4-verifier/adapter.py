"""asigv4 behind the sigv4-conformance protocol: `SigV4Verifier.verify`, with clock and window of the question.

Called as its documentation shows, with the parts of a request of Starlette: the path decoded, the
parameters of the query in a dictionary, decoded, and the headers in one, so that of two with the same name
the last counts. Region and service of the scope are taken from the request; the verifier has no setting
for them. Session tokens are not its part.
"""
import asyncio
import importlib.metadata

from arrival import asgi_scope, only_plain, secrets
from asigv4 import SigV4Error, SigV4Verifier
from sigv4_conformance import data, moment, serve
from starlette.requests import Request

HELLO = {
    "name": "asigv4",
    "version": importlib.metadata.version("asigv4"),
    "roles": ["verify"],
    "features": ["absent-host", "duplicate-headers", "empty-header-value", "odd-header-name", "odd-method",
                 "padded-header-value"],
}


def verify(question):
    only_plain(question)
    verifier = SigV4Verifier(secrets(question).get, max_skew_seconds=question["window_seconds"])
    request = Request(asgi_scope(question))
    try:
        asyncio.run(verifier.verify(
            method=request.method, path=request.url.path,
            headers={name.lower(): value for name, value in request.headers.items()},
            query_params=dict(request.query_params),
            body=data(question["request"]["body"]), now=moment(question),
        ))
    except SigV4Error as refusal:
        return {"result": "reject", "detail": f"{type(refusal).__name__}: {refusal}"}
    return {"result": "accept"}


serve(HELLO, {"verify": verify})
