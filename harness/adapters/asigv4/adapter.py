"""The signer of asigv4 behind the sigv4-conformance protocol: `sign_request` and `presign_url`.

Its documentation is about S3 alone. Both take the path and the parameters without escapes. They sign
headers of their own choice, or those that they are told, which they list as told: here all, in the
order of the request.
"""
from importlib.metadata import version
from urllib.parse import parse_qsl, unquote_to_bytes

from sigv4_conformance import (
    Unrepresentable,
    Unsupported,
    credentials,
    data,
    header_dict,
    host,
    moment,
    one_by_one,
    serve,
    text,
)

import asigv4


def sign(question):
    given, headers = question["request"], header_dict(question)
    path, _, query = text(given["target"]).partition("?")
    key_id, secret, _ = credentials(question)
    common = {
        "method": text(given["method"]),
        "path": decoded(path),
        "query_params": parameters(query),
        "access_key_id": key_id,
        "secret_key": secret,
        "region": text(question["region"]),
        "service": text(question["service"]),
        "now": moment(question),
    }
    if question["placement"] == "query":
        target = presigned(question, headers, common)
    else:
        target = given["target"]
        unsigned = "UNSIGNED-PAYLOAD" if question["payload"] == "unsigned" else None
        signed = names(headers) + ["x-amz-date", "x-amz-content-sha256"]
        headers["authorization"] = asigv4.sign_request(
            headers=headers,
            signed_headers=signed if len(headers) > 1 else None,
            body=data(given["body"]),
            payload_hash=unsigned,
            **common,
        )
    sent = {"method": given["method"], "target": target, "headers": list(headers.items())}
    return {"result": "signed", "request": sent}


def presigned(question, headers, common):
    if question["payload"] != "unsigned":
        raise Unsupported("presign_url always says UNSIGNED-PAYLOAD")
    authority = host(question)
    made = asigv4.presign_url(
        host=authority,
        headers=headers,
        signed_headers=names(headers),
        expires=question["expires"],
        **common,
    )
    return made.removeprefix(f"https://{authority}")


def names(headers):
    return [name.lower() for name in headers]


def decoded(path):
    try:
        return unquote_to_bytes(path).decode()
    except UnicodeDecodeError:
        raise Unrepresentable("a path is text, and this is not UTF-8") from None


def parameters(query):
    try:
        pairs = parse_qsl(query, keep_blank_values=True, errors="strict")
    except ValueError:
        raise Unrepresentable("a parameter is text, and this is not UTF-8") from None
    if len(dict(pairs)) < len(pairs):
        raise Unrepresentable("parameters are a dictionary, which holds one of a name")
    return dict(pairs)


serve({
    "name": "asigv4",
    "version": version("asigv4"),
    "roles": ["sign-header", "sign-query", "sign-sequence"],
    "profiles": ["s3"],
    "features": ["content-sha256-header", "unsigned-payload"],
}, {"sign": sign, "sign-sequence": one_by_one(sign)})
