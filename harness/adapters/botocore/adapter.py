"""botocore behind the sigv4-conformance protocol.

The signers are botocore's own: `SigV4Auth`, `SigV4QueryAuth`, the three of S3 and those of the schemes
before Version 4, called as its client calls them, and the client's own makers of tokens. They read the
clock with `get_current_datetime`, `formatdate` and `time`; these names of `botocore.auth` are replaced,
so that they see the time of the question.

The answer is the request that botocore hands to its HTTP library. What urllib3 makes of it (it
percent-encodes a raw space or a raw letter outside ASCII) is not botocore's doing and not shown.
"""
import hashlib
import json
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
from sigv4_conformance import (
    Unrepresentable,
    Unsupported,
    credentials,
    data,
    header_dict,
    moment,
    serve,
    text,
)

URL = "https://example.amazonaws.com"  # for the connection only: the Host header is always given
HELLO = {
    "name": "botocore",
    "version": botocore.__version__,
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
    profile, placement = parameters(question)
    options = {"expires": question["expires"]} if placement == "query" else {}
    signer = SIGNERS[profile, placement](
        Credentials(*credentials(question)),
        text(question["service"]),
        text(question["region"]),
        **options,
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
    path = text(question["request"]["target"]).partition("?")[0]
    # Where normalising changes nothing, either signer does what is asked.
    normalize = question["normalize"] if normalize_url_path(path) != path else profile == "generic"
    if (normalize, question["double_encode"]) != (profile == "generic",) * 2:
        raise Unrepresentable("SigV4Auth normalises and encodes twice, S3SigV4Auth does neither")
    if (profile, placement, question["payload"]) == ("s3", "query", "signed"):
        raise Unsupported("S3SigV4QueryAuth always says UNSIGNED-PAYLOAD")
    return profile, placement


def build_request(question):
    given = question["request"]
    target, signed = text(given["target"]), question["payload"] == "signed"
    if target[:1] not in ("/", "?", ""):
        raise Unrepresentable("a target without a path does not fit into the URL of an AWSRequest")
    given_headers = header_dict(question)
    if "host" not in map(str.lower, given_headers):
        raise Unrepresentable("an AWSRequest without Host header takes the host from its URL")
    body = data(given["body"])
    if question["placement"] == "query":
        if body and signed:
            raise Unrepresentable("SigV4QueryAuth moves the body into the URL")
        body = b""  # an unsigned body has no part in a presigned URL
    request = AWSRequest(
        method=text(given["method"]), url=URL + target, data=body, headers=given_headers
    )
    # Two settings of botocore's own: the signers of S3 heed the second, the others the first.
    request.context["payload_signing_enabled"] = signed
    request.context["client_config"] = Config(s3={"payload_signing_enabled": signed})
    hash_header = "X-Amz-Content-SHA256"
    asked = question["placement"] == "header" and question["content_sha256_header"]
    if asked and signed and hash_header not in request.headers:
        request.headers[hash_header] = hashlib.sha256(body).hexdigest()  # the caller's to add
    return request


def set_clock(question):
    at = moment(question)
    botocore.auth.get_current_datetime = lambda: at
    now = at.timestamp()
    botocore.auth.formatdate = lambda at=now, **options: formatdate(at, **options)
    botocore.auth.time = SimpleNamespace(
        time=at.timestamp, gmtime=at.utctimetuple, strftime=time.strftime
    )
    return at


def sign_post_policy(question):
    """As `generate_presigned_post` calls it, which writes the policy itself: it adds a condition for
    each field that it adds to the form."""
    try:
        policy = json.loads(data(question["policy"]))
    except ValueError:
        raise Unrepresentable("botocore writes the JSON of a policy itself") from None
    set_clock(question)
    signer = botocore.auth.S3SigV4PostAuth(
        Credentials(*credentials(question)), text(question["service"]), text(question["region"])
    )
    request = AWSRequest()
    request.context["s3-presign-post-policy"] = policy
    signer.add_auth(request)
    fields = request.context["s3-presign-post-fields"]
    return {"result": "signed-post-policy", "fields": list(fields.items())}


def sign_legacy(question):
    scheme, given = question["scheme"], question["request"]
    if scheme in ("query-v2", "aws3-https") and question["algorithm"] != "HmacSHA256":
        raise Unsupported("the algorithm is always HmacSHA256")
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
    signer = botocore.auth.HmacV1QueryAuth(Credentials(*credentials(question)), expires=lifetime)
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
        raise Unrepresentable("SigV2Auth takes its parameters from a dictionary")
    if is_form and not pairs:
        raise Unrepresentable("SigV2Auth signs the query if a form has no parameters")
    set_clock(question)
    request = old_request(question, f"https://{host}{path}", dict(pairs) if is_form else b"")
    request.params = {} if is_form else dict(pairs)
    botocore.auth.SigV2Auth(Credentials(*credentials(question))).add_auth(request)
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
    signer(Credentials(*credentials(question))).add_auth(request)


def auth_path(question, target):
    """The path with the bucket, which the client computes where the host names it."""
    bucket = question["bucket"]
    return None if bucket is None else f"/{text(bucket)}{target.partition('?')[0]}"


def old_request(question, url, body):
    given = question["request"]
    return AWSRequest(
        method=text(given["method"]), url=url, data=body, headers=header_dict(question)
    )


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
        raise Unsupported(f"botocore makes no token of the kind {kind}")
    of = client("rds" if kind == "rds" else "dsql", region, *credentials(question))
    set_clock(question)
    host, lifetime = text(question["host"]), question["lifetime"]
    if kind == "rds":
        if lifetime != 900:
            raise Unsupported("a token of RDS is always good for 900 seconds")
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


serve(HELLO, {
    "sign": sign,
    "sign-sequence": sign_sequence,
    "sign-post-policy": sign_post_policy,
    "sign-legacy": sign_legacy,
    "token": token,
})
