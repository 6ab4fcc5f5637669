"""Requests as the library `requests` makes and sends them, for its signers: those that `auth=` takes."""
import requests
from rewritten import refuse_rewritten
from sigv4_conformance import Unrepresentable, data, header_dict, text, url


def signed(question, auth):
    """The prepared request after `auth` signed it."""
    given = question["request"]
    request = requests.Request(
        text(given["method"]), url(question), header_dict(question, "latin-1"),
        data=data(given["body"]),
    )
    try:
        prepared = request.prepare()
    except (requests.RequestException, UnicodeError) as refusal:
        raise Unrepresentable(f"requests: {refusal}") from None
    if prepared.method != text(given["method"]):
        raise Unrepresentable("requests rewrites the method before it is signed")
    refuse_rewritten(question, prepared.path_url)
    prepared.prepare_auth(auth)
    return prepared


def sent(prepared):
    """The request as it is sent: http.client encodes text in Latin-1."""
    try:
        headers = [(wire(name), wire(value)) for name, value in prepared.headers.items()]
    except UnicodeError as refusal:
        raise Unrepresentable(f"http.client: {refusal}") from None
    return {"method": prepared.method, "target": prepared.path_url, "headers": headers}


def wire(value):
    return value if isinstance(value, bytes) else value.encode("latin-1")
