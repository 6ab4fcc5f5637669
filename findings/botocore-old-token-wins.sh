#!/usr/bin/env bash
# An AWS_SECURITY_TOKEN of long ago: boto3 signs with it, though AWS_SESSION_TOKEN is set, and three SDKs do not.
#
# Packages: botocore 1.44.8 (PyPI), @aws-sdk/client-s3 3.1175.0 (npm), aws-sdk-go-v2/config 1.33.18 (Go),
# software.amazon.awssdk:auth 2.58.0 (Maven). Run on 2026-11-30.
#
# Expected, as written down before the run: the old name is read by none of the four, or where it is read, the new one
# wins.
#
# Seen: with both variables set, botocore, and so boto3 and the AWS CLI, takes the token of AWS_SECURITY_TOKEN, and the
# key pair of the new names. In the credentials file, aws_security_token likewise wins over aws_session_token, in either
# order of the lines. The other three never read the old name. The old names of the pair, AWS_ACCESS_KEY and
# AWS_SECRET_KEY, are read by Go alone, and there the new names win.
#
# Why it surprises: two SDKs keep one old name each, and of the two rules for old and new, one is the other way round. The
# three parts of one set of keys then come from two sets, and the program next to it, in another language, works.
# Says otherwise: the AWS SDKs and Tools Reference Guide, "AWS access keys": AWS_SESSION_TOKEN and aws_session_token, for
# all SDKs. The guide of boto3, "Credentials", keeps AWS_SECURITY_TOKEN for backwards compatibility.
#
# For a user: "InvalidToken" or "ExpiredToken" right after new keys were put in place, and in Python alone: look for both
# names. Helpers for logins, such as aws-adfs, have written both for the sake of the first boto.
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
import software.amazon.awssdk.auth.credentials.AwsCredentials;
import software.amazon.awssdk.auth.credentials.AwsSessionCredentials;
import software.amazon.awssdk.auth.credentials.DefaultCredentialsProvider;

final class Read {
    public static void main(String[] arguments) {
        try {
            AwsCredentials read = DefaultCredentialsProvider.builder().build().resolveCredentials();
            String token = read instanceof AwsSessionCredentials session ? session.sessionToken() : "no token";
            System.out.println("Java: " + read.accessKeyId() + ", " + token);
        } catch (RuntimeException error) {
            System.out.println("Java: no keys");
        }
    }
}
JAVA
javac --class-path "lib/*" Read.java
cat > main.go <<'GO'
package main

import (
	"cmp"
	"context"
	"fmt"

	"github.com/aws/aws-sdk-go-v2/config"
)

func main() {
	sdk, err := config.LoadDefaultConfig(context.Background())
	if err != nil {
		panic(err)
	}
	keys, err := sdk.Credentials.Retrieve(context.Background())
	if err != nil {
		fmt.Println("Go: no keys")
		return
	}
	fmt.Printf("Go: %s, %s\n", keys.AccessKeyID, cmp.Or(keys.SessionToken, "no token"))
}
GO
go mod init readers >/dev/null 2>&1
go get github.com/aws/aws-sdk-go-v2/config@v1.33.18 >/dev/null 2>&1
go build -o read .
cat > read.py <<'PY'
import botocore.session

keys = botocore.session.Session().get_credentials()
print("botocore:", f"{keys.access_key}, {keys.token or 'no token'}" if keys else "no keys")
PY
cat > read.mjs <<'JS'
import { S3Client } from '@aws-sdk/client-s3';

const keys = await new S3Client({}).config.credentials().catch(() => undefined);
console.log('JavaScript:', keys ? `${keys.accessKeyId}, ${keys.sessionToken ?? 'no token'}` : 'no keys');
JS
unset "${!AWS_@}"
export AWS_EC2_METADATA_DISABLED=true AWS_CONFIG_FILE=/dev/null AWS_SHARED_CREDENTIALS_FILE=$PWD/keys AWS_REGION=us-east-1
secret=wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY
new="AWS_ACCESS_KEY_ID=AKIDEXAMPLE AWS_SECRET_ACCESS_KEY=$secret"
old="AWS_ACCESS_KEY=AKIAIOSFODNN7EXAMPLE AWS_SECRET_KEY=wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY"
all() {
    for run in 'venv/bin/python read.py' 'node read.mjs' ./read 'java --class-path lib/*:. Read'; do
        echo "  $(env $1 $run 2>>errors.txt)"
    done
}
{
    : > keys
    echo 'variables: the pair, AWS_SECURITY_TOKEN'
    all "$new AWS_SECURITY_TOKEN=old"
    echo 'variables: the pair, both tokens'
    all "$new AWS_SECURITY_TOKEN=old AWS_SESSION_TOKEN=new"
    echo 'variables: the pair under its old names'
    all "$old"
    echo 'variables: a pair under each of the names'
    all "$new $old"
    for lines in 'aws_security_token = old\naws_session_token = new' 'aws_session_token = new\naws_security_token = old'; do
        printf "[default]\naws_access_key_id = AKIDEXAMPLE\naws_secret_access_key = $secret\n$lines\n" > keys
        echo "file: ${lines/'\n'/, }"
        all ''
    done
} > seen.txt
cat > expected.txt <<'TXT'
variables: the pair, AWS_SECURITY_TOKEN
  botocore: AKIDEXAMPLE, old
  JavaScript: AKIDEXAMPLE, no token
  Go: AKIDEXAMPLE, no token
  Java: AKIDEXAMPLE, no token
variables: the pair, both tokens
  botocore: AKIDEXAMPLE, old
  JavaScript: AKIDEXAMPLE, new
  Go: AKIDEXAMPLE, new
  Java: AKIDEXAMPLE, new
variables: the pair under its old names
  botocore: no keys
  JavaScript: no keys
  Go: AKIAIOSFODNN7EXAMPLE, no token
  Java: no keys
variables: a pair under each of the names
  botocore: AKIDEXAMPLE, no token
  JavaScript: AKIDEXAMPLE, no token
  Go: AKIDEXAMPLE, no token
  Java: AKIDEXAMPLE, no token
file: aws_security_token = old, aws_session_token = new
  botocore: AKIDEXAMPLE, old
  JavaScript: AKIDEXAMPLE, new
  Go: AKIDEXAMPLE, new
  Java: AKIDEXAMPLE, new
file: aws_session_token = new, aws_security_token = old
  botocore: AKIDEXAMPLE, old
  JavaScript: AKIDEXAMPLE, new
  Go: AKIDEXAMPLE, new
  Java: AKIDEXAMPLE, new
TXT
cat seen.txt
diff expected.txt seen.txt || { echo "Changed: an SDK no longer reads the old names as recorded."; exit 1; }
echo "As recorded: botocore takes the token under its old name, and Go alone the pair under its old names."
