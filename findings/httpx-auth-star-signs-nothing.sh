#!/usr/bin/env bash
# httpx-auth: include_headers={"*"}, which is documented to sign all headers, signs no further one.
#
# Packages (PyPI): httpx-auth 0.23.1, httpx 0.28.1. For comparison: requests-aws4auth 1.4.0, from which its signer was
# ported, and requests 2.34.2.
#
# Seen: AWS4Auth signs host, content-type and x-amz-*; a Range header and one of the caller's own are left out. Named
# in include_headers, they are signed. With {"*"}, the list of signed headers is the same as without the option: the
# star is only looked up for a header whose name is empty. There is no error and no warning, and the signature is
# right.
# The same call of requests-aws4auth (include_hdrs={"*"}) signs every header.
#
# Why it surprises: an option that asks for more protection is accepted and does nothing, and nothing shows it but the
# list in the Authorization header.
# Says otherwise: the package's README, parameters of AWS4Auth: "`*` will include all headers"; its docstring
# likewise.
#
# For a user: name each header in include_headers. With the star, a header that is not listed can be changed on the
# way unseen.
set -euo pipefail
command -v python3 >/dev/null || { echo "needs python3"; exit 2; }
work=$(mktemp -d); trap 'rm -rf "$work"' EXIT; cd "$work"
python3 -m venv venv
venv/bin/pip install --quiet --disable-pip-version-check httpx-auth==0.23.1 httpx==0.28.1 \
    requests-aws4auth==1.4.0 requests==2.34.2
cat > run.py <<'PY'
import httpx, httpx_auth, requests, requests_aws4auth

KEYS = "AKIDEXAMPLE", "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY", "us-east-1", "s3"
URL, HEADERS = "https://example.amazonaws.com/", {"Range": "bytes=0-9", "X-Tenant": "blue"}


def signed(headers):
    return headers["Authorization"].split("SignedHeaders=")[1].split(",")[0]


def answer(request):
    seen.append(request.headers)
    return httpx.Response(200)


for label, names in {"nothing": set(), "range and x-tenant": {"range", "x-tenant"}, "*": {"*"}}.items():
    seen = []
    auth = httpx_auth.AWS4Auth(*KEYS, include_headers=names)
    with httpx.Client(transport=httpx.MockTransport(answer)) as client:
        client.get(URL, headers=HEADERS, auth=auth)
    print(f"httpx-auth, {label} included: {signed(seen[0])}")
auth = requests_aws4auth.AWS4Auth(*KEYS, include_hdrs={"*"})
request = requests.Request("GET", URL, headers=HEADERS, auth=auth).prepare()
print(f"requests-aws4auth, * included: {signed(request.headers)}")
PY
venv/bin/python run.py > seen.txt
cat > expected.txt <<'TXT'
httpx-auth, nothing included: host;x-amz-content-sha256;x-amz-date
httpx-auth, range and x-tenant included: host;range;x-amz-content-sha256;x-amz-date;x-tenant
httpx-auth, * included: host;x-amz-content-sha256;x-amz-date
requests-aws4auth, * included: host;range;x-amz-content-sha256;x-amz-date;x-tenant
TXT
cat seen.txt
diff expected.txt seen.txt || { echo "Changed: httpx-auth no longer treats the star as recorded."; exit 1; }
echo "As recorded: include_headers={\"*\"} signs no header that is not signed without it."
