"""The s3api of OpenStack Swift behind the sigv4-conformance protocol: its request class, without a server.

The class is chosen and made as the middleware does, from an environ as eventlet makes it: path decoded and raw,
headers of the same name joined by a comma, and once more as they were sent. Then `check_signature` is called
with the secret, as tempauth does, and the body is read to its end, so that hashes, chunks and trailers are
verified. Region, window and the domain of buckets are settings. Forms and session tokens are not supported. It
reads the system's clock, which is replaced in its class of times.
"""
import calendar
import importlib.metadata
import io
import urllib.parse

from arrival import header_pairs, is_form, no_v4a, path_and_query, secrets
from sigv4_conformance import Unsupported, data, moment, serve, text
from swift.common.middleware.s3api.exception import S3Exception, S3InputError
from swift.common.middleware.s3api.s3request import get_request_class
from swift.common.middleware.s3api.s3response import ErrorResponse
from swift.common.middleware.s3api.utils import Config, S3Timestamp

HELLO = {
    "name": "swift",
    "version": importlib.metadata.version("swift"),
    "roles": ["verify"],
    "profiles": ["s3"],
    "features": ["absent-host", "duplicate-headers", "empty-header-value", "odd-method", "padded-header-value"],
}


class Clock:
    shown = None


S3Timestamp.now = classmethod(lambda cls: cls(Clock.shown))


def environ(question):
    path, query = path_and_query(question)
    body = data(question["request"]["body"])
    raw = tuple((name.decode(), value.decode("latin-1")) for name, value in header_pairs(question))
    first = dict(reversed(raw))
    made = {
        "REQUEST_METHOD": text(question["request"]["method"]), "SCRIPT_NAME": "",
        "PATH_INFO": urllib.parse.unquote(path, "latin-1"), "RAW_PATH_INFO": path, "QUERY_STRING": query,
        "CONTENT_TYPE": first.get("content-type", "text/plain"),
        "CONTENT_LENGTH": first.get("content-length", str(len(body))),
        "SERVER_NAME": "localhost", "SERVER_PORT": "80", "SERVER_PROTOCOL": "HTTP/1.1", "wsgi.url_scheme": "http",
        "wsgi.input": io.BytesIO(body), "headers_raw": raw,
    }
    for name, value in raw:
        key = "HTTP_" + name.upper().replace("-", "_")
        if "_" not in name and name not in ("content-type", "content-length"):
            made[key] = f"{made[key]},{value}" if key in made else value
    return made


def verify(question):
    no_v4a(question)
    if is_form(question):
        raise Unsupported("no forms")
    known = secrets(question)
    Clock.shown = calendar.timegm(moment(question).timetuple())
    settings = Config({
        "location": text(question["region"]), "allowable_clock_skew": question["window_seconds"],
        "storage_domains": ["s3.amazonaws.com"], "s3_acl": False,
    })
    given = environ(question)
    try:
        request = get_request_class(given, settings.s3_acl)(given, conf=settings)
        if request.access_key not in known:
            return {"result": "reject", "detail": "no such key"}
        if not given["s3api.auth_details"]["check_signature"](known[request.access_key]):
            return {"result": "reject", "detail": "the signature does not match"}
        while given["wsgi.input"].read(65536):
            pass
    except (ErrorResponse, S3Exception, S3InputError) as refusal:
        return {"result": "reject", "detail": f"{type(refusal).__name__}: {refusal}"}
    return {"result": "accept"}


serve(HELLO, {"verify": verify})
