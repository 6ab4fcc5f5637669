#!/usr/bin/env bash
# Two AWS SDKs set the clock of their signatures by any answer, and their presigned URLs by the machine.
#
# Packages: boto3 1.44.8 (PyPI); @aws-sdk/client-s3 3.1175.0 and @aws-sdk/s3-request-presigner 3.1169.0 (npm);
# aws-sdk-go-v2/service/s3 1.114.10 and config 1.33.18 (Go); software.amazon.awssdk:s3 2.58.0 (Maven). Run on 2026-11-30.
#
# Expected, as written down before the run: only an answer that refuses a request for its time moves the clock, and if
# it moves, then for requests and presigned URLs of a client alike.
#
# Seen: a server answers a GET with 200 and a Date of three hours ago. boto3 and Java sign the next request with the
# time of the machine. JavaScript and Go sign it three hours back, after a 404 as well, and also where the difference
# is four minutes, which no service minds. A URL that the same client presigns then has the time of the machine again.
# With an Age header of three hours, as a cache sends it, neither moves.
#
# Why it surprises: nothing has failed, and there is no message. On a machine whose clock is wrong, requests work from
# the second on, and presigned URLs of the same client never do. A proxy that replays recorded answers, or one server
# of several with a slow clock, moves the signatures of a machine whose clock is right.
# Says otherwise: RFC 9110, section 6.6.1: Date is when the message was originated, which need not be now. The clock of
# one client is one thing; here requests and presigned URLs have two.
#
# For a user: "RequestTimeTooSkewed" on a machine with a right clock: look at the Date of the answer before. Send Age
# with what is replayed.
set -euo pipefail
for tool in python3 node npm go java mvn; do command -v "$tool" >/dev/null || { echo "needs $tool"; exit 2; }; done
work=$(mktemp -d); trap 'rm -rf "$work"' EXIT; cd "$work"
python3 -m venv venv
venv/bin/pip install --quiet --disable-pip-version-check boto3==1.44.8 botocore==1.44.8
npm init -y >/dev/null
npm install --silent --ignore-scripts --no-audit --no-fund @aws-sdk/client-s3@3.1175.0 \
    @aws-sdk/s3-request-presigner@3.1169.0 >/dev/null 2>&1
cat > main.go <<'GO'
package main

import (
	"context"
	"net/http"
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
	for _, key := range []string{"first", "second"} {
		if answer, err := client.GetObject(ctx, &s3.GetObjectInput{Bucket: aws.String("b"), Key: &key}); err == nil {
			answer.Body.Close()
		}
	}
	input := &s3.GetObjectInput{Bucket: aws.String("b"), Key: aws.String("presigned")}
	signed, err := s3.NewPresignClient(client).PresignGetObject(ctx, input)
	if err != nil {
		panic(err)
	}
	http.Get(signed.URL)
}
GO
go mod init clock >/dev/null 2>&1
go get github.com/aws/aws-sdk-go-v2/config@v1.33.18 github.com/aws/aws-sdk-go-v2/service/s3@v1.114.10 >/dev/null 2>&1
go build -o clock .
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
      <exclusions>
        <exclusion><groupId>software.amazon.awssdk</groupId><artifactId>netty-nio-client</artifactId></exclusion>
        <exclusion><groupId>software.amazon.awssdk</groupId><artifactId>apache-client</artifactId></exclusion>
      </exclusions>
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
cat > Clock.java <<'JAVA'
import java.net.URI;
import java.net.URL;
import java.time.Duration;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.S3Configuration;
import software.amazon.awssdk.services.s3.presigner.S3Presigner;

final class Clock {
    public static void main(String[] arguments) throws Exception {
        URI endpoint = URI.create(System.getenv("ENDPOINT"));
        S3Client client = S3Client.builder().endpointOverride(endpoint).forcePathStyle(true)
            .overrideConfiguration(all -> all.retryStrategy(retries -> retries.maxAttempts(1))).build();
        for (String key : new String[] {"first", "second"}) {
            try {
                client.getObjectAsBytes(get -> get.bucket("b").key(key));
            } catch (Exception refused) {
                // An answer of 404: only the time of the next request counts.
            }
        }
        URL signed = S3Presigner.builder().endpointOverride(endpoint)
            .serviceConfiguration(S3Configuration.builder().pathStyleAccessEnabled(true).build()).build()
            .presignGetObject(url -> url.signatureDuration(Duration.ofMinutes(5))
                .getObjectRequest(get -> get.bucket("b").key("presigned"))).url();
        try {
            signed.openStream().readAllBytes();
        } catch (java.io.IOException refused) {
            // As above.
        }
    }
}
JAVA
javac --class-path "lib/*" Clock.java
cat > get.py <<'PY'
import os, urllib.error, urllib.request
import boto3
from botocore.config import Config
from botocore.exceptions import ClientError

settings = Config(signature_version="s3v4", retries={"max_attempts": 0})
client = boto3.client("s3", endpoint_url=os.environ["ENDPOINT"], config=settings)
for key in ("first", "second"):
    try:
        client.get_object(Bucket="b", Key=key)
    except ClientError:
        pass
try:
    urllib.request.urlopen(client.generate_presigned_url("get_object", Params={"Bucket": "b", "Key": "presigned"}))
except urllib.error.HTTPError:
    pass
PY
cat > get.mjs <<'JS'
import { S3Client, GetObjectCommand } from '@aws-sdk/client-s3';
import { getSignedUrl } from '@aws-sdk/s3-request-presigner';

const client = new S3Client({ endpoint: process.env.ENDPOINT, forcePathStyle: true, maxAttempts: 1 });
for (const Key of ['first', 'second']) {
  await client.send(new GetObjectCommand({ Bucket: 'b', Key })).then((r) => r.Body.transformToString()).catch(() => {});
}
await fetch(await getSignedUrl(client, new GetObjectCommand({ Bucket: 'b', Key: 'presigned' })));
JS
cat > run.py <<'PY'
import datetime, email.utils, http.server, os, subprocess, threading
from urllib.parse import parse_qs, urlsplit

RUNS = {"boto3": ["venv/bin/python", "get.py"], "JavaScript": ["node", "get.mjs"], "Go": ["./clock"],
        "Java": ["java", "--class-path", "lib/*:.", "Clock"]}
signed = {}


class Answer(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def do_GET(self):
        url, now = urlsplit(self.path), datetime.datetime.now(datetime.timezone.utc)
        text = self.headers.get("x-amz-date") or parse_qs(url.query)["X-Amz-Date"][0]
        time = datetime.datetime.strptime(text, "%Y%m%dT%H%M%SZ").replace(tzinfo=datetime.timezone.utc)
        signed[url.path.removeprefix("/b/")] = round((time - now).total_seconds() / 60)
        self.send_response_only(status)
        date = now - datetime.timedelta(minutes=minutes)
        self.send_header("Date", email.utils.format_datetime(date, usegmt=True))
        if age:
            self.send_header("Age", str(60 * minutes))
        self.send_header("Content-Length", "2")
        self.end_headers()
        self.wfile.write(b"ok")

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
environment |= {"AWS_ACCESS_KEY_ID": "AKIDEXAMPLE", "AWS_SECRET_ACCESS_KEY": "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY",
                "AWS_REGION": "us-east-1", "AWS_DEFAULT_REGION": "us-east-1", "AWS_CONFIG_FILE": "/dev/null",
                "AWS_SHARED_CREDENTIALS_FILE": "/dev/null", "ENDPOINT": f"http://127.0.0.1:{server.server_port}"}
for status, minutes, age in [(200, 180, False), (404, 180, False), (200, 4, False), (200, 180, True)]:
    print(f"{status}, Date {minutes} minutes ago{', Age ' + str(60 * minutes) if age else ''}")
    for name, command in RUNS.items():
        signed.clear()
        subprocess.run(command, env=environment, stderr=subprocess.DEVNULL, timeout=60, check=True)
        print(f"  {name}: " + ", ".join(f"{key} {signed[key]}" for key in ("first", "second", "presigned")))
PY
venv/bin/python run.py > seen.txt
cat > expected.txt <<'TXT'
200, Date 180 minutes ago
  boto3: first 0, second 0, presigned 0
  JavaScript: first 0, second -180, presigned 0
  Go: first 0, second -180, presigned 0
  Java: first 0, second 0, presigned 0
404, Date 180 minutes ago
  boto3: first 0, second 0, presigned 0
  JavaScript: first 0, second -180, presigned 0
  Go: first 0, second -180, presigned 0
  Java: first 0, second 0, presigned 0
200, Date 4 minutes ago
  boto3: first 0, second 0, presigned 0
  JavaScript: first 0, second -4, presigned 0
  Go: first 0, second -4, presigned 0
  Java: first 0, second 0, presigned 0
200, Date 180 minutes ago, Age 10800
  boto3: first 0, second 0, presigned 0
  JavaScript: first 0, second 0, presigned 0
  Go: first 0, second 0, presigned 0
  Java: first 0, second 0, presigned 0
TXT
cat seen.txt
diff expected.txt seen.txt || { echo "Changed: an SDK no longer takes the time of its signatures as recorded."; exit 1; }
echo "As recorded: JavaScript and Go sign with the clock of the last answer, and presign with that of the machine."
