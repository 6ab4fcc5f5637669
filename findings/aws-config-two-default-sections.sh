#!/usr/bin/env bash
# A config file with [default] and [profile default]: three SDKs take the second, and botocore the later one.
#
# Packages: botocore 1.44.8 (PyPI), @aws-sdk/client-s3 3.1175.0 (npm), aws-sdk-go-v2/config 1.33.18 (Go),
# software.amazon.awssdk:auth 2.58.0 (Maven). Run on 2026-11-30.
#
# Expected, as written down before the run: all four take [profile default], wherever it is.
#
# Seen: both sections have a region and a key pair. JavaScript, Go and Java take [profile default] in either order.
# botocore, and so boto3 and the AWS CLI, takes the section that is further down. With [default] at the end, the same
# file makes botocore sign for another region with another key than the other three.
#
# Why it surprises: the two headings are the two documented ways to write one thing, so that one expects a rule, and
# there is one, in three of four. The order of sections counts nowhere else.
# Says otherwise: the AWS SDKs and Tools Reference Guide: one file for all SDKs and tools. Three of them have the same
# precedence.
#
# For a user: "works in the terminal, and not in the service": look for a second default section.
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
import software.amazon.awssdk.auth.credentials.DefaultCredentialsProvider;
import software.amazon.awssdk.regions.providers.DefaultAwsRegionProviderChain;

final class Read {
    public static void main(String[] profiles) {
        for (String profile : profiles) {
            System.out.printf("Java | %s | %s | %s%n", profile, found(() ->
                DefaultAwsRegionProviderChain.builder().profileName(profile).build().getRegion().id()), found(() ->
                DefaultCredentialsProvider.builder().profileName(profile).build().resolveCredentials().accessKeyId()));
        }
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
	"cmp"
	"context"
	"fmt"
	"os"

	"github.com/aws/aws-sdk-go-v2/config"
)

func main() {
	for _, profile := range os.Args[1:] {
		region, key := "", ""
		sdk, err := config.LoadDefaultConfig(context.Background(), config.WithSharedConfigProfile(profile))
		if err == nil {
			region = sdk.Region
			keys, _ := sdk.Credentials.Retrieve(context.Background())
			key = keys.AccessKeyID
		}
		fmt.Printf("Go | %s | %s | %s\n", profile, cmp.Or(region, "none"), cmp.Or(key, "none"))
	}
}
GO
go mod init readers >/dev/null 2>&1
go get github.com/aws/aws-sdk-go-v2/config@v1.33.18 >/dev/null 2>&1
go build -o read .
cat > read.py <<'PY'
import sys
import botocore.session
from botocore.exceptions import ProfileNotFound

for profile in sys.argv[1:]:
    region = key = None
    try:
        session = botocore.session.Session(profile=profile)
        region, keys = session.get_config_variable("region"), session.get_credentials()
        key = keys and keys.access_key
    except ProfileNotFound:
        pass
    print("botocore", profile, region or "none", key or "none", sep=" | ")
PY
cat > read.mjs <<'JS'
import { S3Client } from '@aws-sdk/client-s3';

for (const profile of process.argv.slice(2)) {
  const { config } = new S3Client({ profile });
  const region = await config.region().catch(() => 'none');
  const key = await config.credentials().then((keys) => keys.accessKeyId, () => 'none');
  console.log(`JavaScript | ${profile} | ${region} | ${key}`);
}
JS
unset "${!AWS_@}"
export AWS_EC2_METADATA_DISABLED=true
export AWS_CONFIG_FILE=$PWD/config AWS_SHARED_CREDENTIALS_FILE=/dev/null
default='[default]
region = eu-west-1
aws_access_key_id = AKIDEXAMPLE
aws_secret_access_key = wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY'
profile='[profile default]
region = us-west-2
aws_access_key_id = AKIAIOSFODNN7EXAMPLE
aws_secret_access_key = wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY'
for order in default:profile profile:default; do
    first=${order%:*} second=${order#*:}
    printf '%s\n' "${!first}" "${!second}" > config
    echo "first $(head -1 config), then $(sed -n 5p config)"
    { venv/bin/python read.py default; node read.mjs default; ./read default; java --class-path "lib/*:." Read default; } \
        2>errors.txt | sed 's/^/  /'
done > seen.txt
cat > expected.txt <<'TXT'
first [default], then [profile default]
  botocore | default | us-west-2 | AKIAIOSFODNN7EXAMPLE
  JavaScript | default | us-west-2 | AKIAIOSFODNN7EXAMPLE
  Go | default | us-west-2 | AKIAIOSFODNN7EXAMPLE
  Java | default | us-west-2 | AKIAIOSFODNN7EXAMPLE
first [profile default], then [default]
  botocore | default | eu-west-1 | AKIDEXAMPLE
  JavaScript | default | us-west-2 | AKIAIOSFODNN7EXAMPLE
  Go | default | us-west-2 | AKIAIOSFODNN7EXAMPLE
  Java | default | us-west-2 | AKIAIOSFODNN7EXAMPLE
TXT
cat seen.txt
diff expected.txt seen.txt || { echo "Changed: a reader no longer chooses a default section as recorded."; exit 1; }
echo "As recorded: of two default sections, botocore takes the later one, and three SDKs take [profile default]."
