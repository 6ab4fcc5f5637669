"""awssig behind the sigv4-conformance protocol: `AWSSigV4S3Verifier` for S3, else `AWSSigV4Verifier`.

Path and query are as they were sent, and the values of headers with the same name are a list, in order.
`key_mapping` compares the session token, which it is called with for that. The window is that of the
question. The class reads the system's clock, which is replaced in its module.
"""
import datetime
import importlib.metadata

import awssig
import awssig.sigv4
from arrival import header_pairs, keys, only_plain, path_and_query
from sigv4_conformance import data, moment, serve, text

HELLO = {
    "name": "awssig",
    "version": importlib.metadata.version("awssig"),
    "roles": ["verify"],
    "features": ["absent-host", "duplicate-headers", "empty-header-value", "odd-header-name", "odd-method",
                 "padded-header-value", "session-token"],
}


class Clock(datetime.datetime):
    shown = None

    @classmethod
    def now(cls, tz=None):
        return cls.shown


awssig.sigv4.datetime = Clock


def verify(question):
    only_plain(question)
    known = keys(question)
    Clock.shown = moment(question)

    def secret_of(key_id, token=None):
        secret, expected = known[key_id]
        if token != expected:
            raise KeyError(key_id)
        return secret

    path, query = path_and_query(question)
    headers = {}
    for name, value in header_pairs(question):
        headers.setdefault(name.decode(), []).append(value.decode("latin-1"))
    kind = awssig.AWSSigV4S3Verifier if question["profile"] == "s3" else awssig.AWSSigV4Verifier
    verifier = kind(
        request_method=text(question["request"]["method"]), uri_path=path, query_string=query, headers=headers,
        body=data(question["request"]["body"]), region=text(question["region"]),
        service=text(question["service"]), key_mapping=secret_of,
        timestamp_mismatch=question["window_seconds"],
    )
    try:
        verifier.verify()
    except awssig.InvalidSignatureError as refusal:
        return {"result": "reject", "detail": str(refusal)}
    return {"result": "accept"}


serve(HELLO, {"verify": verify})
