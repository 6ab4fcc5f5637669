#!/usr/bin/env bash
# Iceberg's REST client for Java sends the hash of a body in Base64, in the header that is for the hash in hex.
#
# Packages: org.apache.iceberg:iceberg-core and iceberg-aws 1.10.0 with the AWS SDK for Java 2.57.8 (Maven);
# pyiceberg 0.12.0 with boto3 1.44.8 (PyPI). Run on 2026-12-01.
#
# Expected, as written down before the run: x-amz-content-sha256 is the hash in hex, and both sign alike.
#
# Seen: with rest.sigv4-enabled, the catalogs of Java and Python ask a server to list the namespaces, to create one and
# to drop it. In Java the header of a request without a body is the hash of nothing in hex. With a body it is the hash
# in Base64, 44 letters with an equals sign at the end. It is signed as a header, while the last line of the canonical
# request is the hash in hex: a verifier that takes the last line from the header, as one for S3 may, refuses the
# request. PyIceberg sends the hash of nothing, too, and for a body no such header at all. Where it has no other token,
# it also sends `Original-Authorization: Bearer None` with each request after the signing.
#
# Why it surprises: one header has two spellings in one session, and both are correct somewhere: Base64 is that of the
# checksum headers, x-amz-checksum-sha256. A server that was only asked to read never sees it.
# Says otherwise: the S3 API reference, "Common request headers" and "Authenticating requests: using the Authorization
# header": x-amz-content-sha256 is the hash of the payload, and ends the canonical request, in lower-case hex.
#
# For a user: a catalog server that checks signatures has to hash the body itself, and may not compare the two as text.
set -euo pipefail
for tool in python3 java mvn; do command -v "$tool" >/dev/null || { echo "needs $tool"; exit 2; }; done
work=$(mktemp -d); trap 'kill "${server:-}" 2>/dev/null || true; rm -rf "$work"' EXIT; cd "$work"
python3 -m venv venv
venv/bin/pip install --quiet --disable-pip-version-check pyiceberg==0.12.0 boto3==1.44.8
artifact() { echo "<dependency><groupId>$1</groupId><artifactId>$2</artifactId><version>$3</version></dependency>"; }
{
    echo '<project xmlns="http://maven.apache.org/POM/4.0.0"><modelVersion>4.0.0</modelVersion>'
    echo '<groupId>catalog</groupId><artifactId>catalog</artifactId><version>1</version><dependencies>'
    for name in core aws; do artifact org.apache.iceberg "iceberg-$name" 1.10.0; done
    for name in s3 sts kms glue dynamodb; do artifact software.amazon.awssdk "$name" 2.57.8; done
    echo '</dependencies></project>'
} > pom.xml
mvn -q dependency:copy-dependencies -DoutputDirectory=lib >/dev/null 2>&1
cat > server.py <<'PY'
import base64, hashlib, hmac, http.server, json, re
from urllib.parse import quote


def is_right(request, last):
    form = r"Credential=[^/]+/([^,]+), ?SignedHeaders=([^,]+), ?Signature=(\w+)"
    scope, names, sent = re.search(form, request.headers["Authorization"]).groups()
    path, _, query = request.path.partition("?")
    lines = "".join(f"{name}:{request.headers[name]}\n" for name in names.split(";"))
    canonical = "\n".join([request.command, quote(path), query, lines, names, last])
    text = ["AWS4-HMAC-SHA256", request.headers["x-amz-date"], scope, hashlib.sha256(canonical.encode()).hexdigest()]
    key = b"AWS4wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY"
    for part in scope.split("/"):
        key = hmac.digest(key, part.encode(), "sha256")
    return hmac.digest(key, "\n".join(text).encode(), "sha256").hex() == sent


class Handler(http.server.BaseHTTPRequestHandler):
    def answer(self):
        body = self.rfile.read(int(self.headers["Content-Length"] or 0))
        digest = hashlib.sha256(body).digest()
        spellings = {digest.hex(): "hex", base64.b64encode(digest).decode(): "Base64", None: "absent"}
        if not self.path.startswith("/v1/config"):
            value = self.headers["x-amz-content-sha256"]
            print(f"    {self.command}, {'a' if body else 'no'} body: hash {spellings[value]},",
                  f"right with hex {is_right(self, digest.hex())}, with the header {is_right(self, value or '')},",
                  f"Original-Authorization {self.headers['Original-Authorization']}", flush=True)
        answer = {"defaults": {}, "overrides": {}, "namespaces": [], "namespace": ["a"], "properties": {}}
        text = json.dumps(answer).encode()
        self.send_response(200)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(text)))
        self.end_headers()
        self.wfile.write(text)

    do_GET = do_POST = do_DELETE = answer

    def log_message(self, *_):
        pass


with http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
    open("port", "w").write(str(server.server_port))
    server.serve_forever()
PY
cat > run.py <<'PY'
import json
from pyiceberg.catalog.rest import RestCatalog

catalog = RestCatalog("catalog", **json.load(open("settings.json")))
catalog.list_namespaces()
catalog.create_namespace("a")
catalog.drop_namespace("a")
PY
cat > Run.java <<'JAVA'
import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.File;
import java.util.Map;
import org.apache.iceberg.catalog.Namespace;
import org.apache.iceberg.rest.RESTCatalog;

public class Run {
    public static void main(String[] arguments) throws Exception {
        File file = new File("settings.json");
        Map<String, String> settings = new ObjectMapper().readValue(file, new TypeReference<>() {});
        RESTCatalog catalog = new RESTCatalog();
        catalog.initialize("catalog", settings);
        catalog.listNamespaces();
        catalog.createNamespace(Namespace.of("a"));
        catalog.dropNamespace(Namespace.of("a"));
    }
}
JAVA
touch seen.txt
venv/bin/python server.py >> seen.txt 2>> errors.txt & server=$!
for _ in $(seq 100); do [ -s port ] && break; sleep 0.1; done
cat > settings.json <<JSON
{"uri": "http://127.0.0.1:$(cat port)", "rest.sigv4-enabled": "true", "rest.signing-name": "glue",
 "rest.signing-region": "us-east-1", "client.region": "us-east-1", "io-impl": "org.apache.iceberg.aws.s3.S3FileIO",
 "rest.access-key-id": "AKIDEXAMPLE", "rest.secret-access-key": "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY",
 "client.access-key-id": "AKIDEXAMPLE", "client.secret-access-key": "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY"}
JSON
for client in "java -cp lib/* Run.java" "venv/bin/python run.py"; do
    echo "${client%% *}" >> seen.txt
    (set -f; timeout 120 $client >> errors.txt 2>&1) || { echo "    failed" >> seen.txt; tail -5 errors.txt; }
done
cat > expected.txt <<'TXT'
java
    GET, no body: hash hex, right with hex True, with the header True, Original-Authorization None
    POST, a body: hash Base64, right with hex True, with the header False, Original-Authorization None
    DELETE, no body: hash hex, right with hex True, with the header True, Original-Authorization None
venv/bin/python
    GET, no body: hash hex, right with hex True, with the header True, Original-Authorization Bearer None
    POST, a body: hash absent, right with hex True, with the header False, Original-Authorization Bearer None
    DELETE, no body: hash hex, right with hex True, with the header True, Original-Authorization Bearer None
TXT
cat seen.txt
diff expected.txt seen.txt || { echo "Changed: the clients no longer write x-amz-content-sha256 as recorded."; exit 1; }
echo "As recorded: Iceberg for Java sends the hash of a body in Base64, and signs it in hex."
