"""curl --aws-sigv4 behind the sigv4-conformance protocol.

Each question is a run of curl against a loopback socket of the adapter's own, which keeps what
arrives: the request as it was sent. curl reads the system's clock; `faketime` sets it.
"""
import base64
import contextlib
import hashlib
import itertools
import json
import queue
import re
import socket
import subprocess
import sys
import threading

VERSION = subprocess.run(["curl", "--version"], capture_output=True, check=True).stdout.split()[1]
HELLO = {
    "op": "hello",
    "protocol": 1,
    "name": "curl",
    "version": VERSION.decode(),
    "language": "C",
    "roles": ["sign-header"],
    "profiles": ["generic", "s3"],
    "features": ["content-sha256-header", "duplicate-headers", "empty-credential",
                 "invalid-escape", "non-ascii-header", "non-ascii-secret", "odd-header-name",
                 "odd-method", "own-authentication", "padded-header-value", "raw-illegal",
                 "session-token"],
    "clock": "given",
}
AUTHORITY = re.compile(rb"([A-Za-z0-9._-]+|\[[0-9A-Fa-f:.]+\])(:[0-9]+)?")
URL_MALFORMED = 3  # of curl's exit statuses


class Refusal(Exception):
    """A result other than `signed`, and why."""


def sign(question):
    arguments = [b"--request", data(question["request"]["method"])]
    arguments += [b"--aws-sigv4", provider(question), b"--user", user(question["credentials"])]
    # curl removes dot segments unless it is told not to.
    arguments += [] if question["normalize"] else [b"--path-as-is"]
    body = data(question["request"]["body"])
    arguments += [b"--data-binary", b"@-"] if body else []
    for name, value in headers(question, body):
        arguments += [b"--header", header(name, value)]
    method, target, sent = run(arguments + [b"--url", url(question)], question["time"], body)
    dates = [value for name, value in sent if name.lower() == "x-amz-date"]
    if dates and question["time"] not in dates:
        raise Refusal("unrepresentable", "faketime cannot set the clock to this time")
    return {"result": "signed", "request": {"method": method, "target": target, "headers": sent}}


def provider(question):
    region, service = data(question["region"]), data(question["service"])
    if not region or not service or b":" in region + service:
        raise Refusal("unrepresentable", "--aws-sigv4 takes aws:amz:region:service")
    return b"aws:amz:" + region + b":" + service


def user(credentials):
    key_id = data(credentials["access_key_id"])
    if b":" in key_id:
        raise Refusal("unrepresentable", "--user takes id:secret")
    return key_id + b":" + data(credentials["secret_access_key"])


def url(question):
    hosts = [data(value) for name, value in question["request"]["headers"] if is_host(name)]
    if len(hosts) != 1 or not AUTHORITY.fullmatch(hosts[0]):
        raise Refusal("unrepresentable", "the host is that of the URL")
    target = data(question["request"]["target"])
    if b"#" in target:
        raise Refusal("unrepresentable", "a fragment is never sent")
    return b"http://" + hosts[0] + target


def headers(question, body):
    """The caller's, and those that are the caller's to add."""
    for name, value in question["request"]["headers"]:
        if not is_host(name):
            yield data(name), data(value)
    token = question["credentials"]["session_token"]
    if token and not question["session_token_signed"]:
        raise Refusal("unsupported", "every header that is given is signed, the token too")
    if token:
        yield b"X-Amz-Security-Token", data(token)
    unsigned = question["payload"] == "unsigned"
    if question["content_sha256_header"]:
        digest = hashlib.sha256(body).hexdigest().encode()
        yield b"X-Amz-Content-Sha256", b"UNSIGNED-PAYLOAD" if unsigned else digest
    elif unsigned:
        raise Refusal("unsupported", "only the header x-amz-content-sha256 asks for it")
    if question["payload"] not in ("signed", "unsigned"):
        raise Refusal("unsupported", f"payload {question['payload']}")


def header(name, value):
    if b"\n" in value or b"\r" in value:
        raise Refusal("unrepresentable", "--header takes a line")
    if not value:
        return name + b";"
    if not value.strip():
        raise Refusal("unrepresentable", "--header takes a blank value for none")
    return name + b": " + value


def is_host(name):
    return data(name).lower() == b"host"


def run(arguments, time, body):
    """What curl sends at that time."""
    if any(b"\0" in argument for argument in arguments):
        raise Refusal("unrepresentable", "an argument holds no NUL")
    moment = "{}-{}-{} {}:{}:{}".format(*re.fullmatch(
        r"(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)Z", time).groups())
    clock = ["faketime", "--exclude-monotonic", "-f", moment]
    curl = ["curl", "--disable", "--silent", "--show-error", "--globoff", "--noproxy", "*",
            "--max-time", "5", "--user-agent", "", "--connect-to", f"::127.0.0.1:{PORT}"]
    done = subprocess.run(clock + curl + arguments, input=body, capture_output=True,
                          env={"PATH": "/usr/bin:/bin", "TZ": "UTC", "HOME": "/nonexistent"})
    said = done.stderr.decode(errors="replace").strip()
    if done.returncode == URL_MALFORMED:
        raise Refusal("unrepresentable", said)
    if done.returncode:
        raise Refusal("error", f"status {done.returncode}: {said}")
    lines = SENT.get(timeout=1).removesuffix(b"\r\n").split(b"\r\n")
    method, target = re.fullmatch(rb"(.*?) (.*) HTTP/1\.1", lines[0]).groups()
    pairs = [line.split(b":", 1) for line in lines[1:]]
    # The space that curl writes behind the colon, and the questions do not have.
    return shown(method), shown(target), [[shown(n), shown(v.removeprefix(b" "))] for n, v in pairs]


def catch(listener):
    """Answers every request, and keeps its head."""
    while True:
        connection = listener.accept()[0]
        with connection, contextlib.suppress(OSError):
            connection.settimeout(5)
            stream = connection.makefile("rb")
            head = b"".join(itertools.takewhile(lambda line: line.strip(), stream))
            length = re.search(rb"(?im)^content-length: *(\d+)", head)
            stream.read(int(length[1]) if length else 0)
            SENT.put(head)
            connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\nConnection: close\r\n\r\n")


def data(value):
    """Bytes of the protocol: a string, or an object with base64."""
    return value.encode() if isinstance(value, str) else base64.b64decode(value["base64"])


def shown(value):
    try:
        return value.decode()
    except UnicodeDecodeError:
        return {"base64": base64.b64encode(value).decode()}


def answer(question):
    if question["op"] == "hello":
        return HELLO
    try:
        if question["op"] != "sign" or question["placement"] != "header":
            raise Refusal("unsupported", "only hello, and sign with placement header")
        outcome = sign(question)
    except Refusal as refusal:
        result, detail = refusal.args
        outcome = {"result": result, "detail": detail}
    except Exception as failure:
        outcome = {"result": "error", "detail": f"{type(failure).__name__}: {failure}"}
    return {"seq": question["seq"], **outcome}


SENT = queue.SimpleQueue()
LISTENER = socket.create_server(("127.0.0.1", 0))
PORT = LISTENER.getsockname()[1]
threading.Thread(target=catch, args=(LISTENER,), daemon=True).start()
for line in sys.stdin.buffer:
    print(json.dumps(answer(json.loads(line))), flush=True)
