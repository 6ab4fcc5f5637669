#!/usr/bin/env bash
# A number sign in the name of a profile: the SDK for Go signs for the profile above with the keys of the one below.
#
# Packages: awscli 1.46.3 and its botocore (PyPI), @aws-sdk/client-s3 3.1175.0 (npm), aws-sdk-go-v2/config 1.33.18
# (Go), software.amazon.awssdk:auth 2.58.0 (Maven). Run on 2026-11-30.
#
# Expected: a reader that does not take such a name skips that profile, and others are
# unharmed.
#
# Seen: `aws configure set --profile` writes a profile dev and then one named prod#2, each with its region and key pair.
# The AWS CLI (botocore below) reads both. Go has no profile prod#2, and for dev it has the region and the keys of prod#2:
# the number sign begins a comment, so that the heading has no bracket at its end and is skipped, and the lines below it
# are added to the profile above, of which the last line for a name counts. Java finds neither profile. JavaScript has
# the keys of both, and no region for the second. `prod;2` does the same.
#
# Why it surprises: the profile that is asked for has a plain name, is found, and everything is signed right, for another
# account. There is no error.
# Says otherwise: the AWS SDKs and Tools Reference Guide, "Using shared config and credentials files to globally
# configure AWS SDKs and tools": a section begins with its name in brackets and goes on to the next one.
#
# For a user: no `#` and no `;` in the name of a profile, though the AWS CLI writes it and reads it.
set -euo pipefail
for tool in python3 node npm go java javac mvn; do command -v "$tool" >/dev/null || { echo "needs $tool"; exit 2; }; done
work=$(mktemp -d); trap 'rm -rf "$work"' EXIT; cd "$work"
python3 -m venv venv
venv/bin/pip install --quiet --disable-pip-version-check awscli==1.46.3
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
import awscli.botocore.session as botocore_session
from awscli.botocore.exceptions import ProfileNotFound

for profile in sys.argv[1:]:
    region = key = None
    try:
        session = botocore_session.Session(profile=profile)
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
export AWS_CONFIG_FILE=$PWD/config AWS_SHARED_CREDENTIALS_FILE=$PWD/credentials
for odd in prod prod#2 'prod;2'; do
    rm -f config credentials
    while read -r profile region key secret; do
        venv/bin/aws configure set --profile "$profile" region "$region"
        venv/bin/aws configure set --profile "$profile" aws_access_key_id "$key"
        venv/bin/aws configure set --profile "$profile" aws_secret_access_key "$secret"
    done <<TXT
dev eu-west-1 AKIDEXAMPLE wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY
$odd us-east-1 AKIAIOSFODNN7EXAMPLE wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY
TXT
    echo "dev and $odd"
    {
        venv/bin/python read.py dev "$odd"
        node read.mjs dev "$odd"
        ./read dev "$odd"
        java --class-path "lib/*:." Read dev "$odd"
    } 2>errors.txt | sed 's/^/  /'
done > seen.txt
cat > expected.txt <<'TXT'
dev and prod
  botocore | dev | eu-west-1 | AKIDEXAMPLE
  botocore | prod | us-east-1 | AKIAIOSFODNN7EXAMPLE
  JavaScript | dev | eu-west-1 | AKIDEXAMPLE
  JavaScript | prod | us-east-1 | AKIAIOSFODNN7EXAMPLE
  Go | dev | eu-west-1 | AKIDEXAMPLE
  Go | prod | us-east-1 | AKIAIOSFODNN7EXAMPLE
  Java | dev | eu-west-1 | AKIDEXAMPLE
  Java | prod | us-east-1 | AKIAIOSFODNN7EXAMPLE
dev and prod#2
  botocore | dev | eu-west-1 | AKIDEXAMPLE
  botocore | prod#2 | us-east-1 | AKIAIOSFODNN7EXAMPLE
  JavaScript | dev | eu-west-1 | AKIDEXAMPLE
  JavaScript | prod#2 | none | AKIAIOSFODNN7EXAMPLE
  Go | dev | us-east-1 | AKIAIOSFODNN7EXAMPLE
  Go | prod#2 | none | none
  Java | dev | none | none
  Java | prod#2 | none | none
dev and prod;2
  botocore | dev | eu-west-1 | AKIDEXAMPLE
  botocore | prod;2 | us-east-1 | AKIAIOSFODNN7EXAMPLE
  JavaScript | dev | eu-west-1 | AKIDEXAMPLE
  JavaScript | prod;2 | none | AKIAIOSFODNN7EXAMPLE
  Go | dev | us-east-1 | AKIAIOSFODNN7EXAMPLE
  Go | prod;2 | none | none
  Java | dev | none | none
  Java | prod;2 | none | none
TXT
cat seen.txt
diff expected.txt seen.txt || { echo "Changed: a reader no longer takes such a profile as recorded."; exit 1; }
echo "As recorded: below a heading with a number sign, Go reads on into the profile above, and Java reads nothing."
