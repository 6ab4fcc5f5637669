#!/usr/bin/env bash
# A CopySource that is escaped as the API asks: boto3 escapes it again and copies another object, and three SDKs do not.
#
# Packages: boto3 1.44.8 (PyPI), @aws-sdk/client-s3 3.1175.0 (npm), aws-sdk-go-v2/service/s3 1.114.10 and config 1.33.18
# (Go), software.amazon.awssdk:s3 2.58.0 (Maven). Run on 2026-11-30.
#
# Expected, as written down before the run: the text is sent as it is given, by all four.
#
# Seen: of the text `b/a%20b`, JavaScript, Go and Java (copySource) send x-amz-copy-source: b/a%20b, which is the object
# `a b`. boto3 sends b/a%2520b, which is the object `a%20b`. Of `b/a+b`, boto3 sends b/a%2Bb, and the others a raw plus. Of
# `b/a b`, which is not escaped, boto3 makes the right header, and the others send the space. All are signed right.
# A version behind `?versionId=` is kept by all. Java has sourceBucket and sourceKey as well, which it escapes; there a
# version in the text is part of the key.
#
# Why it surprises: the parameter is that header of the API, by one name in all four. A text that is right for one SDK is
# another object for the next, and nothing fails where both exist. Letters, digits and slashes work in both ways.
# Says otherwise: the S3 API reference, CopyObject, x-amz-copy-source: the value must be URL-encoded.
#
# For a user: boto3: give a dict, or a text without escapes. JavaScript, Go: escape each segment of the key first. Java:
# sourceBucket and sourceKey.
set -euo pipefail
for tool in python3 node npm go java javac mvn; do command -v "$tool" >/dev/null || { echo "needs $tool"; exit 2; }; done
work=$(mktemp -d); trap 'rm -rf "$work"' EXIT; cd "$work"
python3 -m venv venv
venv/bin/pip install --quiet --disable-pip-version-check boto3==1.44.8 botocore==1.44.8
npm init -y >/dev/null
npm install --silent --ignore-scripts --no-audit --no-fund @aws-sdk/client-s3@3.1175.0 >/dev/null 2>&1
cat > main.go <<'GO'
package main

import (
	"context"
	"os"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/config"
	"github.com/aws/aws-sdk-go-v2/service/s3"
)

func main() {
	ctx := context.Background()
	settings, _ := config.LoadDefaultConfig(ctx)
	client := s3.NewFromConfig(settings, func(options *s3.Options) {
		options.UsePathStyle, options.RetryMaxAttempts = true, 1
		options.BaseEndpoint = aws.String(os.Getenv("ENDPOINT"))
	})
	for _, source := range os.Args[1:] {
		client.CopyObject(ctx, &s3.CopyObjectInput{Bucket: aws.String("b"), Key: aws.String("copy"), CopySource: &source})
	}
}
GO
go mod init source >/dev/null 2>&1
go get github.com/aws/aws-sdk-go-v2/config@v1.33.18 github.com/aws/aws-sdk-go-v2/service/s3@v1.114.10 >/dev/null 2>&1
go build -o copy .
cat > pom.xml <<'XML'
<project xmlns="http://maven.apache.org/POM/4.0.0">
  <modelVersion>4.0.0</modelVersion>
  <groupId>finding</groupId>
  <artifactId>finding</artifactId>
  <version>1</version>
  <dependencies>
    <dependency>
      <groupId>software.amazon.awssdk</groupId>
      <artifactId>s3</artifactId>
      <version>2.58.0</version>
    </dependency>
  </dependencies>
</project>
XML
mvn --quiet --batch-mode org.apache.maven.plugins:maven-dependency-plugin:3.8.1:copy-dependencies \
    -DincludeScope=runtime -DoutputDirectory=lib >/dev/null
cat > Copy.java <<'JAVA'
import java.net.URI;
import software.amazon.awssdk.http.apache5.Apache5HttpClient;
import software.amazon.awssdk.services.s3.S3Client;

final class Copy {
    public static void main(String[] arguments) {
        S3Client client = S3Client.builder().httpClient(Apache5HttpClient.create()).forcePathStyle(true)
            .endpointOverride(URI.create(System.getenv("ENDPOINT"))).build();
        for (int index = 1; index < arguments.length; index++) {
            String source = arguments[index];
            client.copyObject(copy -> {
                copy.destinationBucket("b").destinationKey("copy");
                if (arguments[0].equals("text")) {
                    copy.copySource(source);
                } else {
                    copy.sourceBucket("b").sourceKey(source.substring(2));
                }
            });
        }
        System.exit(0);
    }
}
JAVA
javac -Xlint:none -nowarn --class-path "lib/*" Copy.java 2>errors.txt
cat > source.py <<'PY'
import os, sys
import boto3
from botocore.config import Config

client = boto3.client("s3", endpoint_url=os.environ["ENDPOINT"], config=Config(signature_version="s3v4"))
for source in sys.argv[2:]:
    given = source if sys.argv[1] == "text" else {"Bucket": "b", "Key": source[2:]}
    client.copy_object(Bucket="b", Key="copy", CopySource=given)
PY
cat > source.mjs <<'JS'
import { S3Client, CopyObjectCommand } from '@aws-sdk/client-s3';

const client = new S3Client({ endpoint: process.env.ENDPOINT, forcePathStyle: true });
for (const CopySource of process.argv.slice(2)) {
  await client.send(new CopyObjectCommand({ Bucket: 'b', Key: 'copy', CopySource }));
}
JS
cat > run.py <<'PY'
import hashlib, hmac, http.server, os, re, subprocess, threading

SECRET = "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY"
seen = []


def right(path, headers):
    """Whether the signature is the one for this request."""
    scope, names, sent = re.search(r"Credential=[^/]+/([^,]+), SignedHeaders=([^,]+), Signature=(\w+)",
                                   headers["authorization"]).groups()
    path, _, query = path.partition("?")
    canonical = "\n".join(["PUT", path, query, *(name + ":" + headers[name] for name in names.split(";")), "", names,
                           headers["x-amz-content-sha256"]])
    text = "\n".join(["AWS4-HMAC-SHA256", headers["x-amz-date"], scope, hashlib.sha256(canonical.encode()).hexdigest()])
    key = ("AWS4" + SECRET).encode()
    for part in [*scope.split("/"), text]:
        key = hmac.new(key, part.encode(), hashlib.sha256).digest()
    return "x-amz-copy-source" in names.split(";") and key.hex() == sent


class Answer(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def do_PUT(self):
        headers = {name.lower(): value for name, value in self.headers.items()}
        seen.append(headers["x-amz-copy-source"] + ("" if right(self.path, headers) else " (signature wrong)"))
        body = b'<CopyObjectResult><ETag>"e"</ETag></CopyObjectResult>'
        self.send_response(200)
        self.send_header("Content-Type", "application/xml")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_):
        pass

    def handle(self):
        try:
            super().handle()
        except ConnectionError:
            pass


server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Answer)
threading.Thread(target=server.serve_forever, daemon=True).start()
environment = {name: value for name, value in os.environ.items() if not name.startswith("AWS_")}
environment |= {"AWS_ACCESS_KEY_ID": "AKIDEXAMPLE", "AWS_SECRET_ACCESS_KEY": SECRET, "AWS_REGION": "us-east-1",
                "AWS_DEFAULT_REGION": "us-east-1", "AWS_CONFIG_FILE": "/dev/null",
                "AWS_SHARED_CREDENTIALS_FILE": "/dev/null", "ENDPOINT": f"http://127.0.0.1:{server.server_port}"}
java = ["java", "--class-path", "lib/*:.", "Copy"]
runs = {"boto3, a text": ["venv/bin/python", "source.py", "text"], "JavaScript": ["node", "source.mjs"], "Go": ["./copy"],
        "Java, copySource": java + ["text"], "boto3, a dict": ["venv/bin/python", "source.py", "dict"],
        "Java, sourceKey": java + ["key"]}
sources = ["b/a%20b", "b/a+b", "b/a b", "b/a?versionId=1"]
print("given:", " | ".join(sources))
for name, command in runs.items():
    seen.clear()
    subprocess.run(command + sources, env=environment, stderr=subprocess.DEVNULL, timeout=60, check=True)
    print(f"{name}:", " | ".join(seen))
PY
python3 run.py > seen.txt
cat > expected.txt <<'TXT'
given: b/a%20b | b/a+b | b/a b | b/a?versionId=1
boto3, a text: b/a%2520b | b/a%2Bb | b/a%20b | b/a?versionId=1
JavaScript: b/a%20b | b/a+b | b/a b | b/a?versionId=1
Go: b/a%20b | b/a+b | b/a b | b/a?versionId=1
Java, copySource: b/a%20b | b/a+b | b/a b | b/a?versionId=1
boto3, a dict: b/a%2520b | b/a%2Bb | b/a%20b | b/a%3FversionId%3D1
Java, sourceKey: b/a%2520b | b/a%2Bb | b/a%20b | b/a%3FversionId%3D1
TXT
cat seen.txt
diff expected.txt seen.txt || { echo "Changed: an SDK no longer sends the source of a copy as recorded."; exit 1; }
echo "As recorded: boto3 alone escapes a text that was given as the source of a copy."
