#!/usr/bin/env bash
# On a redirect of S3, the SDK for Go reads on without a signature, and three SDKs stop.
#
# Packages: boto3 1.44.8 (PyPI), @aws-sdk/client-s3 3.1175.0 (npm), aws-sdk-go-v2/service/s3 1.114.10 and config 1.33.18
# (Go), software.amazon.awssdk:s3 2.58.0 (Maven). Run on 2026-11-30.
#
# Expected, as written down before the run: all four sign again for the new address, or all four report the redirect.
#
# Seen: the server answers 307 TemporaryRedirect, as S3 does for a new bucket of another region. boto3, JavaScript and
# Java report that. Go asks again with a GET, and not with a PUT of a body. To another name it sends the second request with
# neither signature nor session token, but with x-amz-date and x-amz-content-sha256; the same name on another port gets
# the old signature, which is for another Host, and no token. 308 is like 307; 301 and 302 are reported by Go, too. What
# the second request returns is the answer of the call, without a word of the redirect.
#
# Why it surprises: a signature is for one host, so that one expects a new one, or the error. Here a read becomes an
# anonymous one: public objects are read, private ones are refused to a key that may read them, and a PUT through the same
# client names another cause, TemporaryRedirect.
# Says otherwise: the S3 User Guide, "Request routing": a temporary redirect is for the request to be sent again to the
# endpoint that it names. The S3 API reference, "Authenticating Requests": what has no signature is an anonymous request.
#
# For a user: "AccessDenied" in the first hours of a bucket, and from Go alone: give the client the region of the bucket.
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
	"errors"
	"fmt"
	"os"
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/config"
	"github.com/aws/aws-sdk-go-v2/service/s3"
	"github.com/aws/smithy-go"
)

func main() {
	ctx, bucket, key := context.Background(), aws.String("b"), aws.String("key")
	settings, _ := config.LoadDefaultConfig(ctx)
	client := s3.NewFromConfig(settings, func(options *s3.Options) {
		options.UsePathStyle, options.RetryMaxAttempts = true, 1
		options.BaseEndpoint = aws.String(os.Getenv("ENDPOINT"))
	})
	var err error
	if os.Args[1] == "GET" {
		_, err = client.GetObject(ctx, &s3.GetObjectInput{Bucket: bucket, Key: key})
	} else {
		_, err = client.PutObject(ctx, &s3.PutObjectInput{Bucket: bucket, Key: key, Body: strings.NewReader("text")})
	}
	var answer smithy.APIError
	if errors.As(err, &answer) {
		fmt.Print(answer.ErrorCode())
	} else if err == nil {
		fmt.Print("no error")
	}
}
GO
go mod init redirect >/dev/null 2>&1
go get github.com/aws/aws-sdk-go-v2/config@v1.33.18 github.com/aws/aws-sdk-go-v2/service/s3@v1.114.10 >/dev/null 2>&1
go build -o redirect .
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
    <dependency>
      <groupId>software.amazon.awssdk</groupId>
      <artifactId>url-connection-client</artifactId>
      <version>2.58.0</version>
    </dependency>
  </dependencies>
</project>
XML
mvn --quiet --batch-mode org.apache.maven.plugins:maven-dependency-plugin:3.8.1:copy-dependencies \
    -DincludeScope=runtime -DoutputDirectory=lib >/dev/null
cat > Redirect.java <<'JAVA'
import java.net.URI;
import software.amazon.awssdk.core.sync.RequestBody;
import software.amazon.awssdk.http.SdkHttpClient;
import software.amazon.awssdk.http.apache5.Apache5HttpClient;
import software.amazon.awssdk.http.urlconnection.UrlConnectionHttpClient;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.model.S3Exception;

final class Redirect {
    public static void main(String[] arguments) {
        SdkHttpClient[] clients = {Apache5HttpClient.create(), UrlConnectionHttpClient.create()};
        StringBuilder said = new StringBuilder();
        for (SdkHttpClient http : clients) {
            S3Client client = S3Client.builder().httpClient(http).forcePathStyle(true)
                .endpointOverride(URI.create(System.getenv("ENDPOINT")))
                .overrideConfiguration(all -> all.retryStrategy(retries -> retries.maxAttempts(1))).build();
            String text = "no error";
            try {
                if (arguments[0].equals("GET")) {
                    client.getObjectAsBytes(get -> get.bucket("b").key("key"));
                } else {
                    client.putObject(put -> put.bucket("b").key("key"), RequestBody.fromString("text"));
                }
            } catch (S3Exception error) {
                text = error.awsErrorDetails().errorCode();
            }
            said.append(said.indexOf(text) < 0 ? text : "");
        }
        System.out.print(said);
    }
}
JAVA
javac --class-path "lib/*" Redirect.java
cat > redirect.py <<'PY'
import os, sys
import boto3
from botocore.config import Config
from botocore.exceptions import ClientError

settings = Config(signature_version="s3v4", retries={"max_attempts": 0})
client = boto3.client("s3", endpoint_url=os.environ["ENDPOINT"], config=settings)
try:
    if sys.argv[1] == "GET":
        client.get_object(Bucket="b", Key="key")
    else:
        client.put_object(Bucket="b", Key="key", Body=b"text")
    print("no error", end="")
except ClientError as error:
    print(error.response["Error"]["Code"], end="")
PY
cat > redirect.mjs <<'JS'
import { S3Client, GetObjectCommand, PutObjectCommand } from '@aws-sdk/client-s3';

const client = new S3Client({ endpoint: process.env.ENDPOINT, forcePathStyle: true, maxAttempts: 1 });
const object = { Bucket: 'b', Key: 'key' };
const command = process.argv[2] === 'GET' ? new GetObjectCommand(object) : new PutObjectCommand({ ...object, Body: 'text' });
process.stdout.write(await client.send(command).then(() => 'no error', (error) => error.name));
JS
cat > run.py <<'PY'
import http.server, os, subprocess, threading

RUNS = {"boto3": ["venv/bin/python", "redirect.py"], "JavaScript": ["node", "redirect.mjs"], "Go": ["./redirect"],
        "Java": ["java", "--class-path", "lib/*:.", "Redirect"]}
asked, again = [], []


class Answer(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def do_GET(self):
        self.rfile.read(int(self.headers.get("Content-Length", 0)))
        first = self.server is servers[0]
        (asked if first else again).append(self.headers)
        code = "TemporaryRedirect"
        body = f"<Error><Code>{code}</Code><Message>Elsewhere.</Message></Error>".encode() if first else b"text"
        self.send_response_only(status if first else 200)
        if first:
            self.send_header("Location", f"http://{name}:{servers[1].server_port}{self.path}")
            self.send_header("Content-Type", "application/xml")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)
    do_PUT = do_GET

    def log_message(self, *_):
        pass

    def handle(self):
        try:
            super().handle()
        except ConnectionError:
            pass


def second():
    """What the second request carries of the first."""
    if not again:
        return ""
    names = {"Authorization": "the signature", "X-Amz-Security-Token": "the token", "X-Amz-Date": "x-amz-date",
             "X-Amz-Content-Sha256": "x-amz-content-sha256"}
    kept = [text for header, text in names.items() if header in again[0]]
    if "Authorization" in again[0]:
        same = again[0]["Authorization"] == asked[0]["Authorization"]
        kept[0] = "the old signature" if same else "a new signature"
    return ", having asked again with " + ", ".join(kept)


servers = [http.server.ThreadingHTTPServer(("127.0.0.1", 0), Answer) for _ in range(2)]
for server in servers:
    threading.Thread(target=server.serve_forever, daemon=True).start()
environment = {name: value for name, value in os.environ.items() if not name.startswith("AWS_")}
environment |= {"AWS_ACCESS_KEY_ID": "AKIDEXAMPLE", "AWS_SECRET_ACCESS_KEY": "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY",
                "AWS_SESSION_TOKEN": "token", "AWS_REGION": "us-east-1", "AWS_DEFAULT_REGION": "us-east-1",
                "AWS_CONFIG_FILE": "/dev/null", "AWS_SHARED_CREDENTIALS_FILE": "/dev/null",
                "ENDPOINT": f"http://127.0.0.1:{servers[0].server_port}"}
cases = [("GET", 307, "localhost"), ("GET", 307, "127.0.0.1"), ("PUT", 307, "localhost"), ("GET", 308, "localhost"),
         ("GET", 301, "localhost"), ("GET", 302, "localhost")]
for method, status, name in cases:
    print(f"{method}, {status} to {'another' if name == 'localhost' else 'the same'} name")
    for sdk, command in RUNS.items():
        asked.clear()
        again.clear()
        run = subprocess.run(command + [method], env=environment, capture_output=True, text=True, timeout=60, check=True)
        print(f"  {sdk}: {run.stdout}{second()}")
PY
python3 run.py > seen.txt
cat > expected.txt <<'TXT'
GET, 307 to another name
  boto3: TemporaryRedirect
  JavaScript: TemporaryRedirect
  Go: no error, having asked again with x-amz-date, x-amz-content-sha256
  Java: TemporaryRedirect
GET, 307 to the same name
  boto3: TemporaryRedirect
  JavaScript: TemporaryRedirect
  Go: no error, having asked again with the old signature, x-amz-date, x-amz-content-sha256
  Java: TemporaryRedirect
PUT, 307 to another name
  boto3: TemporaryRedirect
  JavaScript: TemporaryRedirect
  Go: TemporaryRedirect
  Java: TemporaryRedirect
GET, 308 to another name
  boto3: TemporaryRedirect
  JavaScript: TemporaryRedirect
  Go: no error, having asked again with x-amz-date, x-amz-content-sha256
  Java: TemporaryRedirect
GET, 301 to another name
  boto3: TemporaryRedirect
  JavaScript: TemporaryRedirect
  Go: TemporaryRedirect
  Java: TemporaryRedirect
GET, 302 to another name
  boto3: TemporaryRedirect
  JavaScript: TemporaryRedirect
  Go: TemporaryRedirect
  Java: TemporaryRedirect
TXT
cat seen.txt
diff expected.txt seen.txt || { echo "Changed: an SDK no longer treats redirects as recorded."; exit 1; }
echo "As recorded: on 307 and 308, Go alone asks again, with a GET, and signs nothing for the new address."
