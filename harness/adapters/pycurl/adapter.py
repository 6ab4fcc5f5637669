"""pycurl behind the sigv4-conformance protocol: CURLOPT_AWS_SIGV4 of the libcurl in its wheel.

Each question is a transfer to a loopback socket of the adapter's own, which keeps what arrives: the
request as it was sent. libcurl takes the time from a header X-Amz-Date of the caller. It removes dot
segments from every URL that it signs: with CURLOPT_PATH_AS_IS it refuses to sign.
"""
import hashlib
import itertools
import queue
import re
import socket
import threading
from contextlib import suppress

import pycurl
from sigv4_conformance import Unrepresentable, Unsupported, data, one_by_one, serve

AUTHORITY = re.compile(rb"([A-Za-z0-9._-]+|\[[0-9A-Fa-f:.]+\])(:[0-9]+)?")


def sign(question):
    request = question["request"]
    body, target = data(request["body"]), data(request["target"])
    hosts = [data(value) for name, value in request["headers"] if is_host(name)]
    if len(hosts) != 1 or not AUTHORITY.fullmatch(hosts[0]) or b"#" in target:
        raise Unrepresentable("the host is that of the URL, which has its fragment apart")
    if any(data(name).lower() == b"x-amz-date" for name, _ in request["headers"]):
        raise Unrepresentable("the time is the caller's header X-Amz-Date")
    keys = question["credentials"]
    while not SENT.empty():
        SENT.get()  # of a transfer that failed
    curl = pycurl.Curl()
    try:
        curl.setopt(pycurl.AWS_SIGV4, provider(question))
        curl.setopt(pycurl.USERNAME, data(keys["access_key_id"]))
        curl.setopt(pycurl.PASSWORD, data(keys["secret_access_key"]))
        curl.setopt(pycurl.CUSTOMREQUEST, data(request["method"]))
        curl.setopt(pycurl.URL, b"http://" + hosts[0] + target)
        curl.setopt(pycurl.HTTPHEADER, [header(name, value) for name, value in headers(question, body)])
        if body:
            curl.setopt(pycurl.POSTFIELDS, body)
        if data(request["method"]) == b"HEAD":
            curl.setopt(pycurl.NOBODY, True)
        curl.setopt(pycurl.USERAGENT, "")
        curl.setopt(pycurl.PROXY, "")
        curl.setopt(pycurl.CONNECT_TO, [f"::127.0.0.1:{PORT}"])
        curl.setopt(pycurl.TIMEOUT, 5)
        curl.setopt(pycurl.WRITEFUNCTION, lambda answer: None)
        curl.perform()
    except (ValueError, UnicodeError) as failure:
        raise Unrepresentable(f"an option holds no NUL: {failure}") from None
    except pycurl.error as failure:
        if failure.args[0] in (pycurl.E_URL_MALFORMAT, pycurl.E_BAD_FUNCTION_ARGUMENT):
            raise Unrepresentable(failure.args[1]) from None
        raise
    finally:
        curl.close()
    lines = SENT.get(timeout=1).removesuffix(b"\r\n").split(b"\r\n")
    method, target = re.fullmatch(rb"(.*?) (.*) HTTP/1\.1", lines[0]).groups()
    # The space that libcurl writes behind the colon, and the questions do not have.
    pairs = [line.split(b":", 1) for line in lines[1:]]
    sent = [[name, value.removeprefix(b" ")] for name, value in pairs]
    return {"result": "signed", "request": {"method": method, "target": target, "headers": sent}}


def provider(question):
    region, service = data(question["region"]), data(question["service"])
    if not region or not service or b":" in region + service:
        raise Unrepresentable("CURLOPT_AWS_SIGV4 takes aws:amz:region:service")
    return b"aws:amz:" + region + b":" + service


def headers(question, body):
    """The caller's, and those that are the caller's to add."""
    for name, value in question["request"]["headers"]:
        if not is_host(name):
            yield data(name), data(value)
    yield b"X-Amz-Date", question["time"].encode()
    token = question["credentials"]["session_token"]
    if token and not question["session_token_signed"]:
        raise Unsupported("every header that is given is signed, the token too")
    if token:
        yield b"X-Amz-Security-Token", data(token)
    unsigned = question["payload"] == "unsigned"
    if question["content_sha256_header"]:
        digest = hashlib.sha256(body).hexdigest().encode()
        yield b"X-Amz-Content-Sha256", b"UNSIGNED-PAYLOAD" if unsigned else digest
    elif unsigned:
        raise Unsupported("only the header x-amz-content-sha256 asks for it")


def header(name, value):
    if b"\n" in value or b"\r" in value:
        raise Unrepresentable("CURLOPT_HTTPHEADER takes a line")
    if not value:
        return name + b";"
    if not value.strip():
        raise Unrepresentable("CURLOPT_HTTPHEADER takes a blank value for none")
    return name + b": " + value


def is_host(name):
    return data(name).lower() == b"host"


def catch(listener):
    """Answers every request, and keeps its head."""
    while True:
        connection = listener.accept()[0]
        with connection, suppress(OSError):
            stream = connection.makefile("rb")
            head = b"".join(itertools.takewhile(lambda line: line.strip(), stream))
            if head:  # a transfer that is refused late has none
                SENT.put(head)
            length = re.search(rb"(?im)^content-length: *(\d+)", head)
            # It is the caller's, and may promise a body that never comes.
            connection.settimeout(0.1)
            with suppress(OSError):
                stream.read(int(length[1]) if length else 0)
            connection.settimeout(None)
            connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\nConnection: close\r\n\r\n")


SENT = queue.SimpleQueue()
LISTENER = socket.create_server(("127.0.0.1", 0))
PORT = LISTENER.getsockname()[1]
threading.Thread(target=catch, args=(LISTENER,), daemon=True).start()
serve({
    "name": "pycurl",
    "version": pycurl.version_info()[1],
    "roles": ["sign-header", "sign-sequence"],
    "features": ["content-sha256-header", "duplicate-headers", "empty-credential", "invalid-escape",
                 "non-ascii-header", "non-ascii-secret", "odd-header-name", "odd-method",
                 "padded-header-value", "raw-illegal", "session-token", "unsigned-payload"],
}, {"sign": sign, "sign-sequence": one_by_one(sign)})
