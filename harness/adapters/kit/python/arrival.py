"""What adapters of verifiers in Python share: the kind of a request, the keys, the request as a server
hands it to an application. Copy it next to yours, with sigv4_conformance.py."""
import re
import urllib.parse

from sigv4_conformance import Unrepresentable, Unsupported, data, text


def given(question):
    """The first value of each header, by its name in lower case: bytes."""
    first = {}
    for name, value in question["request"]["headers"]:
        first.setdefault(data(name).lower(), data(value).strip())
    return first


def is_form(question):
    """Whether the request is a form with a signed policy, by what it says of itself."""
    return given(question).get(b"content-type", b"").startswith(b"multipart/form-data")


def no_v4a(question):
    """Refuses SigV4A."""
    headers, target = given(question), data(question["request"]["target"])
    algorithm = b"AWS4-ECDSA-P256-SHA256"
    if (headers.get(b"authorization", b"").startswith(algorithm) or headers.get(b"x-amz-region-set")
            or b"X-Amz-Algorithm=" + algorithm in target or b"X-Amz-Region-Set=" in target):
        raise Unsupported("no SigV4A")


def only_plain(question):
    """Refuses what few verifiers know: bodies in chunks, forms, SigV4A."""
    no_v4a(question)
    if is_form(question):
        raise Unsupported("no forms")
    headers = given(question)
    if (headers.get(b"x-amz-content-sha256", b"").startswith(b"STREAMING-")
            or b"x-amz-decoded-content-length" in headers
            or b"aws-chunked" in headers.get(b"content-encoding", b"")):
        raise Unsupported("no bodies in chunks")


def keys(question):
    """The keys in use: a dictionary from the id to secret and session token."""
    found = {}
    for key in question["keys"]:
        if "secret_access_key" not in key:
            raise Unsupported("it derives the keys itself, from the secret")
        if key["active"]:
            token = key["session_token"]
            found[text(key["access_key_id"])] = (
                text(key["secret_access_key"]), None if token is None else text(token))
    return found


def secrets(question):
    """The same for a verifier that leaves session tokens to others: a dictionary from the id to the secret."""
    found = keys(question)
    if any(token is not None for _, token in found.values()):
        raise Unsupported("no session tokens")
    return {key_id: secret for key_id, (secret, _) in found.items()}


def header_pairs(question):
    """The headers as an HTTP server reads them: names in lower case, values without the space around them."""
    pairs = []
    for name, value in question["request"]["headers"]:
        name, value = data(name), data(value).strip(b" \t")
        if not re.fullmatch(rb"[!#$%&'*+.^_`|~0-9A-Za-z-]+", name) or re.search(rb"[\r\n\0]", value):
            raise Unrepresentable("an HTTP server does not take this header")
        pairs.append((name.lower(), value))
    return pairs


def path_and_query(question):
    """The target, cut at its first question mark, without the mark."""
    target = text(question["request"]["target"])
    if not target.startswith("/") or not target.isascii():
        raise Unrepresentable("an HTTP server does not take this target")
    path, _, query = target.partition("?")
    return path, query


def asgi_scope(question):
    """The scope of a request in ASGI, as uvicorn makes it: the path is decoded, the query is not."""
    path, query = path_and_query(question)
    return {
        "type": "http", "http_version": "1.1", "scheme": "https", "server": ("localhost", 443), "root_path": "",
        "method": text(question["request"]["method"]),
        "path": urllib.parse.unquote(path), "raw_path": path.encode(), "query_string": query.encode(),
        "headers": header_pairs(question),
    }
