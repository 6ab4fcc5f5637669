#!/usr/bin/env bash
# A token file that ends with a newline: JavaScript asks for container credentials without any token.
#
# Packages: botocore 1.44.8 (PyPI), @aws-sdk/client-s3 3.1175.0 (npm), aws-sdk-go-v2/config 1.33.18 (Go),
# software.amazon.awssdk:auth 2.58.0 (Maven). Run on 2026-11-30.
#
# Expected, as written down before the run: the newline at the end of the file is dropped by all four.
#
# Seen: AWS_CONTAINER_CREDENTIALS_FULL_URI is a server on this machine, and AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE is a
# file. Without a newline at its end all four send its text as Authorization. With one (`echo token > file`), botocore,
# Go and Java ask for nothing and have no credentials. JavaScript asks, without the header. In the environment
# (AWS_CONTAINER_AUTHORIZATION_TOKEN) the newline is an error in botocore, JavaScript and Go, and Java drops it.
#
# Why it surprises: a server that requires the token answers JavaScript with 401, which points to the server or to the
# token, and not to a header that was never sent. One that does not require it hands out keys to JavaScript alone.
# Says otherwise: the AWS SDKs and Tools Reference Guide, "Container credential provider": the file has the token, and the
# SDK sends it in the Authorization header.
#
# For a user: write the file with `printf %s`.
set -euo pipefail
for tool in python3 node npm go java javac mvn; do command -v "$tool" >/dev/null || { echo "needs $tool"; exit 2; }; done
work=$(mktemp -d); trap 'rm -rf "$work"' EXIT; cd "$work"
python3 -m venv venv
venv/bin/pip install --quiet --disable-pip-version-check botocore==1.44.8
npm init -y >/dev/null
npm install --silent --ignore-scripts --no-audit --no-fund @aws-sdk/client-s3@3.1175.0 >/dev/null 2>&1
cat > pom.xml <<'XML'
<project xmlns="http://maven.apache.org/POM/4.0.0">
  <modelVersion>4.0.0</modelVersion>
  <groupId>finding</groupId>
  <artifactId>finding</artifactId>
  <version>1</version>
  <dependencies>
    <dependency>
      <groupId>software.amazon.awssdk</groupId>
      <artifactId>auth</artifactId>
      <version>2.58.0</version>
    </dependency>
  </dependencies>
</project>
XML
mvn --quiet --batch-mode org.apache.maven.plugins:maven-dependency-plugin:3.8.1:copy-dependencies \
    -DincludeScope=runtime -DoutputDirectory=lib >/dev/null
cat > Read.java <<'JAVA'
import java.util.function.Supplier;
import software.amazon.awssdk.auth.credentials.AwsCredentials;
import software.amazon.awssdk.auth.credentials.DefaultCredentialsProvider;
import software.amazon.awssdk.regions.providers.DefaultAwsRegionProviderChain;

final class Read {
    public static void main(String[] arguments) {
        String region = found(() -> DefaultAwsRegionProviderChain.builder().build().getRegion().id());
        String keys = found(() -> {
            AwsCredentials read = DefaultCredentialsProvider.builder().build().resolveCredentials();
            return read.accessKeyId() + " | " + read.secretAccessKey();
        });
        System.out.print("Java | " + region + " | " + keys);
    }

    private static String found(Supplier<String> value) {
        try {
            return value.get();
        } catch (RuntimeException error) {
            return "none";
        }
    }
}
JAVA
javac --class-path "lib/*" Read.java
cat > main.go <<'GO'
package main

import (
	"context"
	"fmt"

	"github.com/aws/aws-sdk-go-v2/config"
)

func main() {
	region, found := "none", "none"
	if sdk, err := config.LoadDefaultConfig(context.Background()); err == nil {
		if sdk.Region != "" {
			region = sdk.Region
		}
		if keys, err := sdk.Credentials.Retrieve(context.Background()); err == nil {
			found = keys.AccessKeyID + " | " + keys.SecretAccessKey
		}
	}
	fmt.Print("Go | ", region, " | ", found)
}
GO
go mod init readers >/dev/null 2>&1
go get github.com/aws/aws-sdk-go-v2/config@v1.33.18 >/dev/null 2>&1
go build -o read .
cat > read.py <<'PY'
import botocore.session


def found(value):
    try:
        return value() or "none"
    except Exception:
        return "none"


session = botocore.session.Session()
region = found(lambda: session.get_config_variable("region"))
keys = found(session.get_credentials)
print("botocore", region, keys if keys == "none" else f"{keys.access_key} | {keys.secret_key}", sep=" | ", end="")
PY
cat > read.mjs <<'JS'
import { S3Client } from '@aws-sdk/client-s3';

const { config } = new S3Client({});
const region = await config.region().catch(() => 'none');
const found = await config.credentials().then((keys) => `${keys.accessKeyId} | ${keys.secretAccessKey}`, () => 'none');
process.stdout.write(`JavaScript | ${region} | ${found}`);
JS
cat > run.py <<'PY'
import http.server, json, os, subprocess, threading

RUNS = {"botocore": ["venv/bin/python", "read.py"], "JavaScript": ["node", "read.mjs"], "Go": ["./read"],
        "Java": ["java", "--class-path", "lib/*:.", "Read"]}
PAIR = {"AccessKeyId": "AKIDEXAMPLE", "SecretAccessKey": "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY"}
sent = []


class Provider(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        sent.append(self.headers.get("Authorization"))
        body = json.dumps(PAIR | {"Token": "EXAMPLE", "Expiration": "2099-01-01T00:00:00Z"}).encode()
        self.send_response(200)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_):
        pass


server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Provider)
threading.Thread(target=server.serve_forever, daemon=True).start()
environment = {name: value for name, value in os.environ.items() if not name.startswith("AWS_")}
environment |= {"AWS_CONTAINER_CREDENTIALS_FULL_URI": f"http://127.0.0.1:{server.server_port}/keys", "HOME": os.getcwd(),
                "AWS_REGION": "us-east-1", "AWS_DEFAULT_REGION": "us-east-1", "AWS_EC2_METADATA_DISABLED": "true"}
for token in ["token", "token\n"]:
    with open("token.txt", "w") as file:
        file.write(token)
    for name, value in {"AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE": os.path.abspath("token.txt"),
                        "AWS_CONTAINER_AUTHORIZATION_TOKEN": token}.items():
        print(f"{token!r} in {name}")
        for sdk, command in RUNS.items():
            sent.clear()
            read = subprocess.run(command, env=environment | {name: value}, capture_output=True, text=True, timeout=60)
            keys = "keys" if "AKIDEXAMPLE" in read.stdout else "no keys"
            asked = "nothing asked" if not sent else f"Authorization {sent[0]!r}" if sent[0] else "no Authorization"
            print(f"  {sdk}: {asked}, {keys}")
PY
venv/bin/python run.py > seen.txt
cat > expected.txt <<'TXT'
'token' in AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE
  botocore: Authorization 'token', keys
  JavaScript: Authorization 'token', keys
  Go: Authorization 'token', keys
  Java: Authorization 'token', keys
'token' in AWS_CONTAINER_AUTHORIZATION_TOKEN
  botocore: Authorization 'token', keys
  JavaScript: Authorization 'token', keys
  Go: Authorization 'token', keys
  Java: Authorization 'token', keys
'token\n' in AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE
  botocore: nothing asked, no keys
  JavaScript: no Authorization, keys
  Go: nothing asked, no keys
  Java: nothing asked, no keys
'token\n' in AWS_CONTAINER_AUTHORIZATION_TOKEN
  botocore: nothing asked, no keys
  JavaScript: nothing asked, no keys
  Go: nothing asked, no keys
  Java: Authorization 'token', keys
TXT
cat seen.txt
diff expected.txt seen.txt || { echo "Changed: an SDK no longer reads a token with a newline as recorded."; exit 1; }
echo "As recorded: with a newline at the end of the token file, JavaScript asks without a token."
