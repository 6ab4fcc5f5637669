#!/usr/bin/env bash
# Keys in the environment that end in a newline: Java signs with the right ones, and three SDKs with other ones.
#
# Packages: botocore 1.44.8 (PyPI), @aws-sdk/client-s3 3.1175.0 (npm), aws-sdk-go-v2/config 1.33.18 (Go),
# software.amazon.awssdk:auth 2.58.0 (Maven). Run on 2026-11-30.
#
# Expected, as written down before the run: all four keep the newline.
#
# Seen: AWS_SECRET_ACCESS_KEY ends in a newline, as it does when it was put into a secret store with `echo`. botocore,
# JavaScript and Go sign with the secret and the newline, so that each signature is wrong, and nothing else is. Java
# drops it. A space or a carriage return at the end is the same.
#
# Why it surprises: the same container works in one language and gets 403 in the others, whose key id is right and whose
# secret looks right when printed.
# Says otherwise: the AWS SDKs and Tools Reference Guide has one meaning of the variable for all SDKs, and does not say
# that white space counts, nor that it does not.
#
# For a user: on "SignatureDoesNotMatch", print the length of the secret: it has 40 characters. Write it with
# `printf %s`.
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
unset "${!AWS_@}"
export AWS_EC2_METADATA_DISABLED=true AWS_CONFIG_FILE=/dev/null AWS_SHARED_CREDENTIALS_FILE=/dev/null
export AWS_REGION=us-east-1 AWS_DEFAULT_REGION=us-east-1 AWS_ACCESS_KEY_ID=AKIDEXAMPLE
secret=wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY
for end in '' '\n' '\r\n' ' '; do
    AWS_SECRET_ACCESS_KEY=$(printf "%s$end." "$secret")
    export AWS_SECRET_ACCESS_KEY=${AWS_SECRET_ACCESS_KEY%.}
    echo "secret and '$end'"
    for run in 'venv/bin/python read.py' 'node read.mjs' ./read 'java --class-path lib/*:. Read'; do
        read=$($run 2>>errors.txt; echo .)
        read=${read%.}
        case ${read#*AKIDEXAMPLE | } in
            "$secret") said='the secret' ;;
            "$AWS_SECRET_ACCESS_KEY") said='the secret with its end' ;;
            *) said='none' ;;
        esac
        echo "  ${read%% *}: $said"
    done
done > seen.txt
cat > expected.txt <<'TXT'
secret and ''
  botocore: the secret
  JavaScript: the secret
  Go: the secret
  Java: the secret
secret and '\n'
  botocore: the secret with its end
  JavaScript: the secret with its end
  Go: the secret with its end
  Java: the secret
secret and '\r\n'
  botocore: the secret with its end
  JavaScript: the secret with its end
  Go: the secret with its end
  Java: the secret
secret and ' '
  botocore: the secret with its end
  JavaScript: the secret with its end
  Go: the secret with its end
  Java: the secret
TXT
cat seen.txt
diff expected.txt seen.txt || { echo "Changed: an SDK no longer reads a secret with a newline as recorded."; exit 1; }
echo "As recorded: Java alone drops white space at the end of a secret in the environment."
