"""Requests as the library `httpx` makes and sends them, for its signers: those that `auth=` takes."""
import h11
import httpx
from rewritten import refuse_rewritten
from sigv4_conformance import Unrepresentable, data, text, url


def signed(question, auth):
    """The request after `auth`, an `httpx.Auth` or a function of a request, signed it."""
    given = question["request"]
    pairs = [(data(name), data(value)) for name, value in given["headers"]]
    try:
        request = httpx.Request(
            text(given["method"]), address(question), headers=pairs, content=data(given["body"])
        )
    except UnicodeError as refusal:
        raise Unrepresentable(f"httpx: {refusal}") from None
    if request.method != text(given["method"]):
        raise Unrepresentable("httpx rewrites the method before it is signed")
    try:
        return next(auth.sync_auth_flow(request)) if isinstance(auth, httpx.Auth) else auth(request)
    except UnicodeEncodeError as refusal:
        raise Unrepresentable(f"httpx takes text in ASCII: {refusal}") from None


def address(question):
    try:
        made = httpx.URL(url(question))
    except httpx.InvalidURL as refusal:
        raise Unrepresentable(f"httpx: {refusal}") from None
    refuse_rewritten(question, made.raw_path.decode())
    return made


def sent(request):
    """The request as it is sent; h11 refuses what is not HTTP."""
    try:
        event = h11.Request(
            method=request.method, target=request.url.raw_path, headers=request.headers.raw
        )
    except (h11.LocalProtocolError, UnicodeError) as refusal:
        raise Unrepresentable(f"h11: {refusal}") from None
    return {"method": event.method, "target": event.target, "headers": event.headers.raw_items()}
