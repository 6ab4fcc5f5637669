#!/usr/bin/env bash
# libcurl signs another object where a key has dot segments, and refuses the option that would keep them.
#
# Package (PyPI): pycurl 7.49.0, whose wheel bundles libcurl 8.23.0.
#
# Seen: a GET of `/bucket/a/../b` or `/bucket/a/%2E%2E/b` with CURLOPT_AWS_SIGV4 (service s3) is sent as `/bucket/b`,
# with a signature that is right for that. With CURLOPT_PATH_AS_IS as well, which keeps the path, libcurl refuses the
# transfer (error 43): the two do not go together, even for a path without dots. Without signing, the option works.
#
# Why it surprises: libcurl removes dot segments unless told not to, so one expects that option to help here, too.
# Without it, there is no error at all: another object is read or written.
# Says otherwise: CURLOPT_PATH_AS_IS(3): with it, libcurl does not alter the path. The SigV4 documentation ("Create a
# canonical request"): URI paths of requests to Amazon S3 are not normalized. The S3 User Guide ("Naming Amazon S3
# objects") warns of keys with such segments, but allows them inside a key.
#
# For a user: libcurl's signing cannot reach such an object. Give libcurl a presigned URL of another signer, and
# CURLOPT_PATH_AS_IS.
set -euo pipefail
command -v python3 >/dev/null || { echo "needs python3"; exit 2; }
work=$(mktemp -d); trap 'rm -rf "$work"' EXIT; cd "$work"
python3 -m venv venv
venv/bin/pip install --quiet --disable-pip-version-check pycurl==7.49.0
cat > run.py <<'PY'
import hashlib, hmac, http.server, re, threading
import pycurl

KEY, SECRET = "AKIDEXAMPLE", "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY"


def signature(path, headers, names, scope):
    """For a GET of this path, with the headers that arrived."""
    request = "\n".join(["GET", path, "", *(f"{n}:{headers[n]}" for n in names.split(";")), "", names,
                         headers["x-amz-content-sha256"]])
    text = "\n".join(["AWS4-HMAC-SHA256", headers["x-amz-date"], scope, hashlib.sha256(request.encode()).hexdigest()])
    key = ("AWS4" + SECRET).encode()
    for part in [*scope.split("/"), text]:
        key = hmac.new(key, part.encode(), hashlib.sha256).digest()
    return key.hex()


class Server(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        headers = {name.lower(): value for name, value in self.headers.items()}
        found = re.search(r"Credential=[^/]+/([^,]+), SignedHeaders=([^,]+), Signature=(\w+)",
                          headers.get("authorization", ""))
        said = "unsigned"
        if found:
            scope, names, sent = found.groups()
            said = f"signature {'right' if signature(self.path, headers, names, scope) == sent else 'wrong'} for it"
        seen.append(f"sent as {self.path}, {said}")
        self.send_response(200)
        self.end_headers()

    def log_message(self, *arguments):
        pass


def get(path, label, *options):
    curl = pycurl.Curl()
    curl.setopt(pycurl.URL, f"http://127.0.0.1:{server.server_address[1]}{path}")
    curl.setopt(pycurl.PROXY, "")
    curl.setopt(pycurl.USERNAME, KEY)
    curl.setopt(pycurl.PASSWORD, SECRET)
    for option, value in options:
        curl.setopt(option, value)
    try:
        curl.perform()
        print(f"{path}, {label}: {seen.pop()}")
    except pycurl.error as error:
        print(f"{path}, {label}: error {error.args[0]}, {error.args[1]}")
    curl.close()


seen = []
server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Server)
threading.Thread(target=server.serve_forever, daemon=True).start()
SIGN, KEEP = (pycurl.AWS_SIGV4, "aws:amz:us-east-1:s3"), (pycurl.PATH_AS_IS, 1)
print(pycurl.version.split()[1])
for path in ["/bucket/a/../b", "/bucket/a/%2E%2E/b"]:
    get(path, "signed", SIGN)
    get(path, "signed and kept", SIGN, KEEP)
get("/bucket/b", "signed and kept", SIGN, KEEP)
for path in ["/bucket/a/../b", "/bucket/a/%2E%2E/b"]:
    get(path, "kept", KEEP, (pycurl.HTTPAUTH, pycurl.HTTPAUTH_NONE))
PY
venv/bin/python run.py > seen.txt
cat > expected.txt <<'TXT'
libcurl/8.23.0
/bucket/a/../b, signed: sent as /bucket/b, signature right for it
/bucket/a/../b, signed and kept: error 43, Cannot use sigv4 authentication with path-as-is flag
/bucket/a/%2E%2E/b, signed: sent as /bucket/b, signature right for it
/bucket/a/%2E%2E/b, signed and kept: error 43, Cannot use sigv4 authentication with path-as-is flag
/bucket/b, signed and kept: error 43, Cannot use sigv4 authentication with path-as-is flag
/bucket/a/../b, kept: sent as /bucket/a/../b, unsigned
/bucket/a/%2E%2E/b, kept: sent as /bucket/a/%2E%2E/b, unsigned
TXT
cat seen.txt
diff expected.txt seen.txt || { echo "Changed: libcurl no longer treats dot segments as recorded."; exit 1; }
echo "As recorded: libcurl signs the path without its dot segments, and cannot be told to keep them."
