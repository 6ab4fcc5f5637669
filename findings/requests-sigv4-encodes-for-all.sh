#!/usr/bin/env bash
# Importing requests-sigv4 changes the queries and forms of every request that the process makes with requests.
#
# Packages (PyPI): requests-sigv4 0.1.6, with requests-aws-sign 0.1.6, requests 2.34.2 and boto3 1.44.8. Run on 2026-11-30.
#
# Expected: importing a signer changes nothing for requests that are not signed by it.
#
# Seen: before the import, requests writes `a b` as `a+b`, in the parameters of a URL and in a form. After `import
# requests_sigv4`, and without any call, it writes `a%20b` in both, in sessions that were made before, too: the package
# puts a function of its own in the place of requests.models.urlencode. The step is needed: requests-aws-sign, which
# signs for it, gets the same function, so that a space is signed as %20. Without the package, requests-aws-sign signs a
# plus.
#
# Why it surprises: what another part of the program sends depends on whether a module was imported somewhere, and from
# when on. Both spellings are decoded alike by most servers, so that it shows where the text counts: in a request that
# is signed by something else over its text, in recorded answers that are matched by URL or body, or in a cache.
# Says otherwise: the summary of the package, "Library for making sigv4 requests to AWS API endpoints". The documentation
# of urllib.parse.urlencode: spaces become plus signs unless quote_via is given. The WHATWG URL standard,
# "application/x-www-form-urlencoded serializing": a space is a plus.
#
# For a user: import it in a process of its own.
set -euo pipefail
command -v python3 >/dev/null || { echo "needs python3"; exit 2; }
work=$(mktemp -d); trap 'rm -rf "$work"' EXIT; cd "$work"
python3 -m venv venv
venv/bin/pip install --quiet --disable-pip-version-check requests-sigv4==0.1.6 requests-aws-sign==0.1.6 \
    requests==2.34.2 urllib3==2.8.0 boto3==1.44.8 botocore==1.44.8
cat > run.py <<'PY'
import hashlib, hmac, re
import requests
import requests_aws_sign
from botocore.credentials import Credentials

KEY, SECRET = "AKIDEXAMPLE", "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY"
session = requests.Session()


def plain(what):
    request = requests.Request("POST", "http://example.test/", params={"q": "a b"}, data={"title": "a b"})
    sent = session.prepare_request(request)
    print(f"{what}: {sent.url.partition('?')[2]} in the URL, {sent.body} in the form")


def signed(what):
    """The spelling of the query for which the signature is right."""
    auth = requests_aws_sign.AWSV4Sign(Credentials(KEY, SECRET), "us-east-1", "execute-api")
    sent = requests.Request("GET", "http://example.test/", params={"q": "a b"}, auth=auth).prepare()
    scope, names, signature = re.search(r"Credential=[^/]+/([^,]+), SignedHeaders=([^,]+), Signature=(\w+)",
                                        sent.headers["Authorization"]).groups()
    values = {"host": "example.test", "x-amz-date": sent.headers["X-Amz-Date"]}
    for query in ("q=a%20b", "q=a+b"):
        canonical = "\n".join(["GET", "/", query, *(f"{name}:{values[name]}" for name in names.split(";")), "", names,
                               hashlib.sha256(b"").hexdigest()])
        text = "\n".join(["AWS4-HMAC-SHA256", values["x-amz-date"], scope,
                          hashlib.sha256(canonical.encode()).hexdigest()])
        key = ("AWS4" + SECRET).encode()
        for part in [*scope.split("/"), text]:
            key = hmac.new(key, part.encode(), hashlib.sha256).digest()
        if key.hex() == signature:
            print(f"{what}: sent as {sent.url.partition('?')[2]}, signed as {query}")


plain("requests")
signed("requests-aws-sign")
print("import requests_sigv4")
import requests_sigv4
plain("requests")
signed("requests-aws-sign")
PY
venv/bin/python run.py > seen.txt
cat > expected.txt <<'TXT'
requests: q=a+b in the URL, title=a+b in the form
requests-aws-sign: sent as q=a+b, signed as q=a+b
import requests_sigv4
requests: q=a%20b in the URL, title=a%20b in the form
requests-aws-sign: sent as q=a%20b, signed as q=a%20b
TXT
cat seen.txt
diff expected.txt seen.txt || { echo "Changed: importing requests-sigv4 no longer changes requests as recorded."; exit 1; }
echo "As recorded: after the import of requests-sigv4, every query and form of requests has %20 for a space."
