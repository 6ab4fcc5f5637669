#!/usr/bin/env bash
# Environment variables that are set and empty: each of four SDKs trips over other ones.
#
# Packages: botocore 1.44.8 (PyPI), @aws-sdk/client-s3 3.1175.0 (npm), aws-sdk-go-v2/config 1.33.18 (Go),
# software.amazon.awssdk:auth 2.58.0 (Maven). Run on 2026-11-30.
#
# Expected, as written down before the run: an empty variable is as one that is not set, in all four.
#
# Seen: the region is in the config file in the home folder, the keys are in the credentials file. With AWS_PROFILE
# empty, botocore and Java have neither. With AWS_REGION empty, JavaScript has no region; with AWS_DEFAULT_REGION empty,
# which it reads instead, botocore has none. With AWS_CONFIG_FILE or AWS_SHARED_CREDENTIALS_FILE empty, botocore and Java
# do not find that file. Go alone takes all of them as not set.
#
# Why it surprises: an empty key id is taken as not set by all four, so that three SDKs have two rules each.
# Says otherwise: the AWS SDKs and Tools Reference Guide has one table of variables for all SDKs, with the places of the
# files that count if none is given.
#
# For a user: a CI system or a compose file that passes variables on makes empty ones (AWS_PROFILE: ${AWS_PROFILE}).
# Unset them, or give them a value.
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
export AWS_EC2_METADATA_DISABLED=true HOME=$PWD/home
mkdir -p home/.aws
cat > home/.aws/config <<'INI'
[default]
region = eu-west-1
INI
cat > home/.aws/credentials <<'INI'
[default]
aws_access_key_id = AKIDEXAMPLE
aws_secret_access_key = wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY
INI
for name in none AWS_PROFILE AWS_REGION AWS_DEFAULT_REGION AWS_CONFIG_FILE AWS_SHARED_CREDENTIALS_FILE AWS_ACCESS_KEY_ID; do
    echo "empty: $name"
    for run in 'venv/bin/python read.py' 'node read.mjs' ./read 'java --class-path lib/*:. Read'; do
        if [ $name = none ]; then $run; else env "$name=" $run; fi 2>>errors.txt |
            sed -E 's/^([^|]*) \| (.*) \| AKIDEXAMPLE \|.*/\1: region \2, keys found/; s/^([^|]*) \| (.*) \| none$/\1: region \2, no keys/; s/^/  /'
        echo
    done
done > seen.txt
cat > expected.txt <<'TXT'
empty: none
  botocore: region eu-west-1, keys found
  JavaScript: region eu-west-1, keys found
  Go: region eu-west-1, keys found
  Java: region eu-west-1, keys found
empty: AWS_PROFILE
  botocore: region none, no keys
  JavaScript: region eu-west-1, keys found
  Go: region eu-west-1, keys found
  Java: region none, no keys
empty: AWS_REGION
  botocore: region eu-west-1, keys found
  JavaScript: region none, keys found
  Go: region eu-west-1, keys found
  Java: region eu-west-1, keys found
empty: AWS_DEFAULT_REGION
  botocore: region none, keys found
  JavaScript: region eu-west-1, keys found
  Go: region eu-west-1, keys found
  Java: region eu-west-1, keys found
empty: AWS_CONFIG_FILE
  botocore: region none, keys found
  JavaScript: region eu-west-1, keys found
  Go: region eu-west-1, keys found
  Java: region none, keys found
empty: AWS_SHARED_CREDENTIALS_FILE
  botocore: region eu-west-1, no keys
  JavaScript: region eu-west-1, keys found
  Go: region eu-west-1, keys found
  Java: region eu-west-1, no keys
empty: AWS_ACCESS_KEY_ID
  botocore: region eu-west-1, keys found
  JavaScript: region eu-west-1, keys found
  Go: region eu-west-1, keys found
  Java: region eu-west-1, keys found
TXT
cat seen.txt
diff expected.txt seen.txt || { echo "Changed: an SDK no longer takes an empty variable as recorded."; exit 1; }
echo "As recorded: an empty variable is not the same as none in botocore, Java and JavaScript, each for other variables."
