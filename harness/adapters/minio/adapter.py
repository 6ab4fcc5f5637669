"""minio-py behind the sigv4-conformance protocol: its signer, called as its client calls it.

The client writes the hash, the date and the session token into the headers before it signs, and hands
the URL to urllib3.
"""
from importlib.metadata import version
from urllib.parse import urlsplit, urlunsplit

import minio.signer
from minio.credentials import Credentials
from minio.helpers import queryencode, sha256_hash
from sigv4_conformance import (
    Unrepresentable,
    Unsupported,
    credentials,
    data,
    header_dict,
    moment,
    one_by_one,
    serve,
    text,
    url,
)
from urllib3.exceptions import LocationParseError
from urllib3.util import parse_url

from minio import time

SIGNERS = {"s3": minio.signer.sign_v4_s3, "sts": minio.signer.sign_v4_sts}


def sign(question):
    given, at = question["request"], moment(question)
    headers = header_dict(question, "latin-1")  # as http.client sends text
    service = text(question["service"])
    key_id, secret, token = credentials(question)
    try:
        address = urlsplit(url(question))
        keys = Credentials(key_id, secret, token)
    except ValueError as refusal:
        raise Unrepresentable(str(refusal)) from None
    common = {"method": text(given["method"]), "region": text(question["region"]),
              "credentials": keys, "date": at}
    if question["placement"] == "query":
        if service != "s3" or question["payload"] != "unsigned":
            raise Unsupported("URLs are signed for S3 alone, without the body")
        if token:
            query = f"{address.query}&" if address.query else ""
            address = address._replace(query=f"{query}X-Amz-Security-Token={queryencode(token)}")
        address = minio.signer.presign_v4(url=address, expires=question["expires"], **common)
    else:
        if service not in SIGNERS:
            raise Unsupported("only requests to S3 and STS are signed")
        unsigned = question["payload"] == "unsigned"
        digest = "UNSIGNED-PAYLOAD" if unsigned else sha256_hash(data(given["body"]))
        if question["content_sha256_header"]:
            headers["x-amz-content-sha256"] = digest
        if token:
            headers["X-Amz-Security-Token"] = token
        headers["x-amz-date"] = time.to_amz_date(at)
        SIGNERS[service](url=address, headers=headers, content_sha256=digest, **common)
    return {"result": "signed", "request": sent(text(given["method"]), address, headers)}


def sent(method, address, headers):
    """What urllib3 sends: it has a URL of its own, and text in Latin-1."""
    try:
        target = parse_url(urlunsplit(address)).request_uri
        pairs = [(name, value.encode("latin-1")) for name, value in headers.items()]
    except (LocationParseError, UnicodeError) as refusal:
        raise Unrepresentable(f"urllib3: {refusal}") from None
    return {"method": method, "target": target, "headers": pairs}


serve({
    "name": "minio",
    "version": version("minio"),
    "roles": ["sign-header", "sign-query", "sign-sequence"],
    "profiles": ["s3"],
    "features": ["content-sha256-header", "session-token", "unsigned-payload"],
}, {"sign": sign, "sign-sequence": one_by_one(sign)})
