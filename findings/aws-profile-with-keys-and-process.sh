#!/usr/bin/env bash
# A profile with keys and a credential_process: which of the two signs depends on the SDK, and in botocore on the file.
#
# Packages: botocore 1.44.8 (PyPI), @aws-sdk/client-s3 3.1175.0 (npm), aws-sdk-go-v2/config 1.33.18 (Go),
# software.amazon.awssdk:auth 2.58.0 (Maven). Run on 2026-11-30.
#
# Expected: keys win over a process in all four, in whichever file either is.
#
# Seen: the keys of the profile are one documented pair, and its process hands out the other. JavaScript and Go sign with
# the keys, always. Java signs with those of the process, always. botocore (boto3, the AWS CLI) signs with the keys if
# they are in the credentials file, and with those of the process if they are in the config file.
#
# Why it surprises: one profile is two identities, and each SDK is sure. The official SDKs are two against one against
# "it depends on where you wrote it", which is no rule that a user would look for.
# Says otherwise: the AWS SDKs and Tools Reference Guide: the files configure all SDKs and tools of a user alike.
#
# For a user: this is what is left when keys were replaced by a process, or for a test the other way round. Remove the
# line that is not meant.
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

for profile in sys.argv[1:]:
    region = key = None
    try:
        session = botocore.session.Session(profile=profile)
        region, keys = session.get_config_variable("region"), session.get_credentials()
        key = keys and keys.access_key
    except Exception:
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
cat > keys.json <<'JSON'
{"Version": 1, "AccessKeyId": "AKIDEXAMPLE", "SecretAccessKey": "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY"}
JSON
keys='aws_access_key_id = AKIAIOSFODNN7EXAMPLE
aws_secret_access_key = wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY'
process="credential_process = cat $PWD/keys.json"
for keys_in in credentials config; do
    for process_in in credentials config; do
        printf '[profile both]\nregion = us-east-1\n' > config
        echo '[both]' > credentials
        echo "$keys" >> $keys_in
        echo "$process" >> $process_in
        echo "keys in $keys_in, process in $process_in"
        { venv/bin/python read.py both; node read.mjs both; ./read both; java --class-path "lib/*:." Read both; } \
            2>errors.txt </dev/null |
            sed 's/ | both | us-east-1 | AKIDEXAMPLE$/: process/; s/ | both | us-east-1 | AKIAIOSFODNN7EXAMPLE$/: keys/; s/^/  /'
    done
done > seen.txt
cat > expected.txt <<'TXT'
keys in credentials, process in credentials
  botocore: keys
  JavaScript: keys
  Go: keys
  Java: process
keys in credentials, process in config
  botocore: keys
  JavaScript: keys
  Go: keys
  Java: process
keys in config, process in credentials
  botocore: process
  JavaScript: keys
  Go: keys
  Java: process
keys in config, process in config
  botocore: process
  JavaScript: keys
  Go: keys
  Java: process
TXT
cat seen.txt
diff expected.txt seen.txt || { echo "Changed: an SDK no longer chooses between keys and process as recorded."; exit 1; }
echo "As recorded: JavaScript and Go take the keys, Java the process, and botocore what the file decides."
