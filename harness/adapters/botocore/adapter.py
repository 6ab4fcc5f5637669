"""botocore behind the sigv4-conformance protocol.

The signers are botocore's own: `SigV4Auth`, `SigV4QueryAuth`, the three of S3 and those of the schemes
before Version 4, called as its client calls them, and the client's own makers of tokens. They read the
clock with `get_current_datetime`, `formatdate` and `time`; these names of `botocore.auth` are replaced,
so that they see the time of the question.

The answer is the request that botocore hands to its HTTP library. What urllib3 makes of it (it
percent-encodes a raw space or a raw letter outside ASCII) is not botocore's doing and not shown.
"""
import base64
import datetime
import hashlib
import json
import platform
import sys
import time
from email.utils import formatdate
from functools import lru_cache
from types import SimpleNamespace
from urllib.parse import parse_qsl

import botocore
import botocore.auth
import botocore.session
from botocore.awsrequest import AWSRequest
from botocore.config import Config
from botocore.credentials import Credentials
from botocore.httpsession import URLLib3Session
from botocore.utils import normalize_url_path

URL = "https://example.amazonaws.com"  # for the connection only: the Host header is always given
HELLO = {
    "op": "hello",
    "protocol": 1,
    "name": "botocore",
    "version": botocore.__version__,
    "language": f"Python {platform.python_version()}",
    "roles": ["sign-header", "sign-query", "sign-sequence", "sign-post-policy", "sign-legacy", "token"],
    "profiles": ["generic", "s3"],
    "features": ["content-sha256-header", "control-in-header", "control-in-secret",
                 "empty-credential", "empty-header-value", "empty-path", "empty-scope",
                 "invalid-escape", "long-expires", "non-ascii-header", "non-ascii-secret",
                 "obs-fold", "odd-header-name", "odd-method", "own-authentication",
                 "padded-header-value", "raw-control", "raw-illegal", "raw-non-ascii", "raw-space",
                 "session-token", "unsigned-payload"],
    "clock": "given",
}


class Refusal(Exception):
    """A result other than `signed`, and why."""


def showing_stages(signer):
    """The signer's class, with what its three methods return kept in `stages`."""

    class Shown(signer):
        def canonical_request(self, request):
            return self.keep("canonical_request", super().canonical_request(request))

        def string_to_sign(self, request, canonical_request):
            text = super().string_to_sign(request, canonical_request)
            return self.keep("string_to_sign", text)

        def signature(self, string_to_sign, request):
            return self.keep("signature", super().signature(string_to_sign, request))

        def keep(self, stage, text):
            self.stages[stage] = text
            return text

    return Shown


SIGNERS = {
    ("generic", "header"): showing_stages(botocore.auth.SigV4Auth),
    ("generic", "query"): showing_stages(botocore.auth.SigV4QueryAuth),
    ("s3", "header"): showing_stages(botocore.auth.S3SigV4Auth),
    ("s3", "query"): showing_stages(botocore.auth.S3SigV4QueryAuth),
}


def sign(question):
    return signed(question, build_request(question))


def sign_sequence(question):
    """Calls as one client makes them: it builds a signer for each, and a retry signs the request
    object of the call before. A URL is presigned once."""
    answers, before, request = [], None, None
    for call in question["calls"]:
        if call["placement"] == "query" or call["request"] != before:
            request = build_request(call)
        answers.append(signed(call, request))
        before = call["request"] if call["placement"] == "header" else None
    return {"result": "signed-sequence", "calls": answers}


def signed(question, request):
    profile, placement, token = parameters(question)
    keys = question["credentials"]
    credentials = Credentials(text(keys["access_key_id"]), text(keys["secret_access_key"]), token)
    options = {"expires": question["expires"]} if placement == "query" else {}
    signer = SIGNERS[profile, placement](
        credentials, text(question["service"]), text(question["region"]), **options
    )
    signer.stages = {}
    set_clock(question)
    signer.add_auth(request)
    return {"result": "signed", "request": final(request, placement), "stages": signer.stages}


def final(request, placement):
    """The request as its sender gets it: a presigned URL goes to another client, with the headers
    it was made for; everything else is prepared and sent by botocore."""
    if placement == "query":
        target, headers = request.url.removeprefix(URL), request.headers
    else:
        sent = request.prepare()
        target, headers = URLLib3Session()._path_url(sent.url), sent.headers  # as in send()
    return {"method": request.method, "target": target, "headers": list(headers.items())}


def parameters(question):
    """What decides on the signer; raises where botocore has none that does it."""
    profile, placement = question["profile"], question["placement"]
    token = question["credentials"]["session_token"]
    path = text(question["request"]["target"]).partition("?")[0]
    # Where normalising changes nothing, either signer does what is asked.
    normalize = question["normalize"] if normalize_url_path(path) != path else profile == "generic"
    if (normalize, question["double_encode"]) != (profile == "generic",) * 2:
        raise Refusal(
            "unrepresentable", "SigV4Auth normalises and encodes twice, S3SigV4Auth does neither"
        )
    if token is not None and not question["session_token_signed"]:
        raise Refusal("unsupported", "the session token is always signed")
    if question["payload"] not in ("signed", "unsigned"):
        raise Refusal("unsupported", f"payload {question['payload']}")
    if (profile, placement, question["payload"]) == ("s3", "query", "signed"):
        raise Refusal("unsupported", "S3SigV4QueryAuth always says UNSIGNED-PAYLOAD")
    return profile, placement, None if token is None else text(token)


def build_request(question):
    given = question["request"]
    target, signed = text(given["target"]), question["payload"] == "signed"
    names = [text(name).lower() for name, _ in given["headers"]]
    if target[:1] not in ("/", "?", ""):
        raise Refusal(
            "unrepresentable", "a target without a path does not fit into the URL of an AWSRequest"
        )
    if len(set(names)) < len(names):
        raise Refusal(
            "unrepresentable", "AWSPreparedRequest keeps one header of a name: HeadersDict"
        )
    if "host" not in names:
        raise Refusal(
            "unrepresentable", "an AWSRequest without Host header takes the host from its URL"
        )
    body = data(given["body"])
    if question["placement"] == "query":
        if body and signed:
            raise Refusal("unrepresentable", "SigV4QueryAuth moves the body into the URL")
        body = b""  # an unsigned body has no part in a presigned URL
    request = AWSRequest(method=text(given["method"]), url=URL + target, data=body)
    for name, value in given["headers"]:
        request.headers[text(name)] = text(value)
    # Two settings of botocore's own: the signers of S3 heed the second, the others the first.
    request.context["payload_signing_enabled"] = signed
    request.context["client_config"] = Config(s3={"payload_signing_enabled": signed})
    hash_header = "X-Amz-Content-SHA256"
    asked = question["placement"] == "header" and question["content_sha256_header"]
    if asked and signed and hash_header not in request.headers:
        request.headers[hash_header] = hashlib.sha256(body).hexdigest()  # the caller's to add
    return request


def data(value):
    """Bytes of the protocol: a string, or an object with base64."""
    return value.encode() if isinstance(value, str) else base64.b64decode(value["base64"])


def text(value):
    try:
        return data(value).decode()
    except UnicodeDecodeError:
        raise Refusal("unrepresentable", "botocore takes text, and this is not UTF-8") from None


def set_clock(question):
    moment = datetime.datetime.strptime(question["time"], "%Y%m%dT%H%M%SZ")
    moment = moment.replace(tzinfo=datetime.timezone.utc)
    botocore.auth.get_current_datetime = lambda: moment
    now = moment.timestamp()
    botocore.auth.formatdate = lambda at=now, **options: formatdate(at, **options)
    botocore.auth.time = SimpleNamespace(
        time=moment.timestamp, gmtime=moment.utctimetuple, strftime=time.strftime
    )
    return moment


def credentials_of(question):
    keys = question["credentials"]
    token = keys["session_token"]
    token = None if token is None else text(token)
    return Credentials(text(keys["access_key_id"]), text(keys["secret_access_key"]), token)


def sign_post_policy(question):
    """As `generate_presigned_post` calls it, which writes the policy itself: it adds a condition for
    each field that it adds to the form."""
    try:
        policy = json.loads(data(question["policy"]))
    except ValueError:
        raise Refusal("unrepresentable", "botocore writes the JSON of a policy itself") from None
    set_clock(question)
    signer = botocore.auth.S3SigV4PostAuth(
        credentials_of(question), text(question["service"]), text(question["region"])
    )
    request = AWSRequest()
    request.context["s3-presign-post-policy"] = policy
    signer.add_auth(request)
    fields = request.context["s3-presign-post-fields"]
    return {"result": "signed-post-policy", "fields": list(fields.items())}


def sign_legacy(question):
    scheme, given = question["scheme"], question["request"]
    names = [text(name).lower() for name, _ in given["headers"]]
    if len(set(names)) < len(names):
        raise Refusal(
            "unrepresentable", "AWSPreparedRequest keeps one header of a name: HeadersDict"
        )
    if scheme in ("query-v2", "aws3-https") and question["algorithm"] != "HmacSHA256":
        raise Refusal("unsupported", "the algorithm is always HmacSHA256")
    return SCHEMES[scheme](question, text(given["target"]))


def sign_s3_header(question, target):
    request = old_request(question, URL + target, data(question["request"]["body"]))
    signed_in_header(question, request, botocore.auth.HmacV1Auth, target)
    return legacy_answer(request)


def sign_s3_query(question, target):
    """The headers that are signed go into the URL, and those of the content are sent besides."""
    lifetime = question["expires_at"] - int(set_clock(question).timestamp())
    request = old_request(question, URL + target, b"")
    request.auth_path = auth_path(question, target)
    signer = botocore.auth.HmacV1QueryAuth(credentials_of(question), expires=lifetime)
    signer.add_auth(request)
    kept = [
        (name, value)
        for name, value in request.headers.items()
        if name.lower() != "date" and not name.lower().startswith("x-amz-")
    ]
    sent = {"method": request.method, "target": request.url.removeprefix(URL), "headers": kept}
    return {"result": "signed-legacy", "request": sent}


def sign_query_v2(question, target):
    given = question["request"]
    host = next((text(value) for name, value in given["headers"] if text(name).lower() == "host"), "")
    path, _, query = target.partition("?")
    is_form = text(given["method"]) == "POST"
    pairs = parse_qsl(text(given["body"]) if is_form else query, keep_blank_values=True)
    if len(dict(pairs)) < len(pairs):
        raise Refusal("unrepresentable", "SigV2Auth takes its parameters from a dictionary")
    if is_form and not pairs:
        raise Refusal("unrepresentable", "SigV2Auth signs the query if a form has no parameters")
    set_clock(question)
    request = old_request(question, f"https://{host}{path}", dict(pairs) if is_form else b"")
    request.params = {} if is_form else dict(pairs)
    botocore.auth.SigV2Auth(credentials_of(question)).add_auth(request)
    return legacy_answer(request)


def sign_aws3(question, target):
    request = old_request(question, URL + target, data(question["request"]["body"]))
    signed_in_header(question, request, botocore.auth.SigV3Auth, target)
    return legacy_answer(request)


SCHEMES = {
    "s3-header": sign_s3_header,
    "s3-query": sign_s3_query,
    "query-v2": sign_query_v2,
    "aws3-https": sign_aws3,
}


def signed_in_header(question, request, signer, target):
    set_clock(question)
    request.auth_path = auth_path(question, target)
    signer(credentials_of(question)).add_auth(request)


def auth_path(question, target):
    """The path with the bucket, which the client computes where the host names it."""
    bucket = question["bucket"]
    return None if bucket is None else f"/{text(bucket)}{target.partition('?')[0]}"


def old_request(question, url, body):
    given = question["request"]
    request = AWSRequest(method=text(given["method"]), url=url, data=body)
    for name, value in given["headers"]:
        request.headers[text(name)] = text(value)
    return request


def legacy_answer(request):
    sent = request.prepare()
    target = URLLib3Session()._path_url(sent.url)  # as in send()
    answer = {"method": request.method, "target": target, "headers": list(sent.headers.items())}
    if sent.body:
        answer["body"] = sent.body if isinstance(sent.body, str) else sent.body.decode()
    return {"result": "signed-legacy", "request": answer}


def token(question):
    kind, region = question["kind"], text(question["region"])
    if kind not in ("rds", "dsql", "dsql-admin"):
        raise Refusal("unsupported", f"botocore makes no token of the kind {kind}")
    keys = [question["credentials"][name] for name in ("access_key_id", "secret_access_key")]
    session_token = question["credentials"]["session_token"]
    session_token = None if session_token is None else text(session_token)
    of = client("rds" if kind == "rds" else "dsql", region, *map(text, keys), session_token)
    set_clock(question)
    host, lifetime = text(question["host"]), question["lifetime"]
    if kind == "rds":
        if lifetime != 900:
            raise Refusal("unsupported", "a token of RDS is always good for 900 seconds")
        made = of.generate_db_auth_token(host, question["port"], text(question["user"]))
    elif kind == "dsql":
        made = of.generate_db_connect_auth_token(host, ExpiresIn=lifetime)
    else:
        made = of.generate_db_connect_admin_auth_token(host, ExpiresIn=lifetime)
    return {"result": "token", "token": made}


@lru_cache(maxsize=None)
def client(service, region, access_key_id, secret_access_key, session_token):
    return botocore.session.get_session().create_client(
        service,
        region_name=region,
        aws_access_key_id=access_key_id,
        aws_secret_access_key=secret_access_key,
        aws_session_token=session_token,
    )


OPERATIONS = {
    "sign": sign,
    "sign-sequence": sign_sequence,
    "sign-post-policy": sign_post_policy,
    "sign-legacy": sign_legacy,
    "token": token,
}


def answer(question):
    if question["op"] == "hello":
        return HELLO
    try:
        if question["op"] not in OPERATIONS:
            raise Refusal("unsupported", f"no operation {question['op']}")
        outcome = OPERATIONS[question["op"]](question)
    except Refusal as refusal:
        result, detail = refusal.args
        outcome = {"result": result, "detail": detail}
    except Exception as failure:
        outcome = {"result": "error", "detail": f"{type(failure).__name__}: {failure}"}
    return {"seq": question["seq"], **outcome}


for line in sys.stdin.buffer:
    print(json.dumps(answer(json.loads(line))), flush=True)
