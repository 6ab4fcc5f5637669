"""An adapter of sigv4-conformance in Python: copy this file next to yours.

    from sigv4_conformance import credentials, headers, serve, text, url

    def sign(question):
        key_id, secret, token = credentials(question)
        signer = my_signer.Signer(key_id, secret, text(question["region"]))
        sent = signer.sign(text(question["request"]["method"]), url(question), headers(question))
        return {"result": "signed", "request": {"method": sent.method, "target": sent.target,
                                                "headers": list(sent.headers.items())}}

    serve({"name": "my-signer", "version": "0.1.0", "roles": ["sign-header"]}, {"sign": sign})

`serve` reads questions and writes answers until the input ends, and refuses by itself what the
greeting leaves out: operations, placements, profiles, and the features in `SWITCHES`. An operation
takes the question as it came and returns the answer without `seq`; bytes in it are encoded. It raises
`Unsupported` where the subject lacks the feature, and `Unrepresentable` where its interface cannot
hold the input; any other exception becomes an `error`. Print nothing to standard output.
"""
import base64
import datetime
import json
import platform
import re
import sys


class Unsupported(Exception):
    """The subject lacks the feature: its interface has no way to request it."""


class Unrepresentable(Exception):
    """Its interface or its HTTP library cannot hold the input, or refuses it on purpose."""


# The times of the calls of the question.
TIMES = []

# What a call may ask for, by the feature that says that the subject can do it.
SWITCHES = {
    "session-token": lambda call: call["credentials"]["session_token"] is not None,
    "unsigned-session-token": lambda call: (
        call["credentials"]["session_token"] is not None and not call["session_token_signed"]
    ),
    "unsigned-payload": lambda call: call["payload"] == "unsigned",
    "content-sha256-header": lambda call: (
        call["content_sha256_header"] and call["placement"] == "header"
    ),
}


def serve(hello, operations):
    """Answers with the functions of `operations`, by the name of the operation, until the input ends."""
    answers = sys.stdout
    sys.stdout = sys.stderr  # what the subject prints is not an answer
    for line in sys.stdin.buffer:
        print(reply(hello, operations, line), file=answers, flush=True)


def reply(hello, operations, line):
    """The answer to one line of the harness, as a line."""
    question = json.loads(line)
    if question["op"] == "hello":
        language = f"Python {platform.python_version()}"
        answer = {"op": "hello", "protocol": 1, "language": language, **hello}
    else:
        answer = {"seq": question["seq"], **outcome(hello, operations, question)}
    return json.dumps(answer, default=shown)


def outcome(hello, operations, question):
    try:
        if question["op"] not in operations:
            raise Unsupported(f"no operation {question['op']}")
        calls = question.get("calls", [question])
        TIMES[:] = [call["time"].encode() for call in calls if "time" in call]
        for call in calls:
            refuse_undeclared(hello, call)
        return operations[question["op"]](question)
    except (Unsupported, Unrepresentable) as refusal:
        return {"result": type(refusal).__name__.lower(), "detail": str(refusal)}
    except Exception as failure:
        return {"result": "error", "detail": f"{type(failure).__name__}: {failure}"}


def refuse_undeclared(hello, call):
    if call.get("profile", "generic") not in hello.get("profiles", ("generic", "s3")):
        raise Unsupported(f"profile {call['profile']}")
    if "placement" not in call:
        return
    if f"sign-{call['placement']}" not in hello["roles"]:
        raise Unsupported(f"placement {call['placement']}")
    if call["payload"] not in ("signed", "unsigned"):
        raise Unsupported(f"payload {call['payload']}")
    for feature, asked in SWITCHES.items():
        if feature not in hello.get("features", ()) and asked(call):
            raise Unsupported(f"no {feature}")


def one_by_one(sign):
    """The operation `sign-sequence` of a subject that keeps nothing between calls of `sign`."""
    return lambda question: {
        "result": "signed-sequence", "calls": [sign(call) for call in question["calls"]]
    }


def data(value):
    """Bytes of the protocol: a string, or an object with base64."""
    return value.encode() if isinstance(value, str) else base64.b64decode(value["base64"])


def text(value, encoding="utf-8"):
    """The same for a subject that takes text."""
    try:
        return data(value).decode(encoding)
    except UnicodeDecodeError:
        raise Unrepresentable("the subject takes text, and this is not UTF-8") from None


def shown(value):
    """Bytes as the protocol writes them."""
    try:
        return value.decode()
    except UnicodeDecodeError:
        return {"base64": base64.b64encode(value).decode()}


def credentials(question):
    """Key id, secret, and session token or None: text."""
    keys = question["credentials"]
    token = keys["session_token"]
    return (text(keys["access_key_id"]), text(keys["secret_access_key"]),
            None if token is None else text(token))


def headers(question, encoding="utf-8"):
    """The headers of the request, in order: pairs of text. `http.client` sends text as Latin-1."""
    given = question["request"]["headers"]
    return [(text(name, encoding), text(value, encoding)) for name, value in given]


def header_dict(question, encoding="utf-8"):
    """The same for a subject whose headers are a dictionary."""
    pairs = headers(question, encoding)
    if len({name.lower() for name, _ in pairs}) < len(pairs):
        raise Unrepresentable("headers are a dictionary, which holds one of a name")
    return dict(pairs)


def host(question):
    """The Host header, for a subject that takes the host from a URL."""
    hosts = [value for name, value in headers(question) if name.lower() == "host"]
    if len(hosts) != 1 or not re.fullmatch(r"[^\s/?#@\\]+", hosts[0]):
        raise Unrepresentable("the host is that of the URL, and this is not one")
    return hosts[0]


def url(question, scheme="https"):
    """The request as a URL, with the Host header as its authority."""
    target = text(question["request"]["target"])
    if target[:1] not in ("/", "?", ""):
        raise Unrepresentable("a target without a slash in front does not fit into a URL")
    return f"{scheme}://{host(question)}{target}"


def moment(question):
    """The time of the question, with UTC as its time zone."""
    at = datetime.datetime.strptime(question["time"], "%Y%m%dT%H%M%SZ")
    return at.replace(tzinfo=datetime.timezone.utc)


class Clock(datetime.datetime):
    """A `datetime` that tells `Clock.at`: for the place of the one that the subject has imported."""

    at = None

    @classmethod
    def now(cls, tz=None):
        return cls.at if tz else cls.at.replace(tzinfo=None)

    @classmethod
    def utcnow(cls):
        return cls.now()


def check_clock(question, sent):
    """Fails if a replaced clock did not take: `sent`, the request of an answer, has another date. One
    that the caller gave is not the clock's, and that of another call is for the judge to see."""
    given = [data(name).lower() for name, _ in question["request"]["headers"]]
    sent_headers = [(raw(name).lower(), raw(value)) for name, value in sent["headers"]]
    dates = [value for name, value in sent_headers if name == b"x-amz-date"]
    dates += re.findall(rb"(?i)[?&]x-amz-date=([^&]*)", raw(sent["target"]))
    if dates and not {*dates} & {*TIMES} and not {b"date", b"x-amz-date"} & {*given}:
        raise RuntimeError(f"the clock did not take: signed at {dates[0]}, not {question['time']}")


def raw(text_or_bytes):
    return text_or_bytes if isinstance(text_or_bytes, bytes) else text_or_bytes.encode()
