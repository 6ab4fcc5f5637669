"""A signer as it may be found in any project, and the same with a mistake."""
import hashlib
import hmac
import os
from urllib.parse import quote, unquote_to_bytes

from sigv4_conformance import Unrepresentable, Unsupported, credentials, data, headers, text

HELLO = {"name": "tiny-signer", "version": "1.0", "roles": ["sign-header"], "profiles": ["generic"]}


def sign(question, order=sorted):
    request, (key_id, secret, _) = question["request"], credentials(question)
    if not (question["normalize"] and question["double_encode"]):
        raise Unsupported("it normalises and encodes every path")
    given = [(name.lower(), " ".join(value.split(" "))) for name, value in headers(question, "ascii")]
    own = {name: " ".join(value.split()) for name, value in given if name not in ("x-amz-date", "authorization")}
    own["x-amz-date"] = time = question["time"]
    if len({name for name, _ in given}) < len(given) or "host" not in own:
        raise Unrepresentable("headers are a dictionary, with a host")
    path, _, query = text(request["target"], "ascii").partition("?")
    pairs = [part.partition("=")[::2] for part in query.split("&") if part]
    pairs = order([tuple(quote(unquote_to_bytes(word), safe="-_.~") for word in pair) for pair in pairs])
    segments = []
    for segment in path.split("/"):
        if segment == "..":
            segments = segments[:-1]
        elif segment not in ("", "."):
            segments.append(quote(segment, safe="-_.~"))
    names = ";".join(sorted(own))
    canonical = "\n".join([
        text(request["method"], "ascii"), "/" + "/".join(segments) + ("/" if segments and path.endswith("/") else ""),
        "&".join("=".join(pair) for pair in pairs), *(f"{name}:{own[name]}" for name in sorted(own)), "",
        names, hashlib.sha256(data(request["body"])).hexdigest()])
    scope = [time[:8], text(question["region"], "ascii"), text(question["service"], "ascii"), "aws4_request"]
    to_sign = "\n".join(
        ["AWS4-HMAC-SHA256", time, "/".join(scope), hashlib.sha256(canonical.encode()).hexdigest()])
    key = f"AWS4{secret}".encode()
    for part in [*scope, to_sign]:
        key = hmac.new(key, part.encode(), hashlib.sha256).digest()
    kept = [pair for pair in headers(question) if pair[0].lower() not in ("x-amz-date", "authorization")]
    authorization = (f"AWS4-HMAC-SHA256 Credential={key_id}/{'/'.join(scope)}, SignedHeaders={names}, "
                     f"Signature={key.hex()}")
    return {"result": "signed", "stages": {"canonical_request": canonical, "string_to_sign": to_sign},
            "request": {"method": request["method"], "target": request["target"],
                        "headers": [*kept, ("X-Amz-Date", time), ("Authorization", authorization)]}}


def sign_unsorted(question):
    return sign(question, order=list)


def sign_and_end(question):
    os._exit(0)
