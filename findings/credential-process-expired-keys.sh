#!/usr/bin/env bash
# A credential_process that hands out expired keys: two SDKs refuse them, and two sign with them.
#
# Packages: botocore 1.44.8 (PyPI), @aws-sdk/client-s3 3.1175.0 (npm), aws-sdk-go-v2/config 1.33.18 (Go),
# software.amazon.awssdk:auth 2.58.0 (Maven). Run on 2026-11-30.
#
# Expected: an error in all four.
#
# Seen: the process answers with an Expiration of 2020, as a helper with a stale cache does. botocore and JavaScript
# refuse the keys. Go and Java hand them to the signer. Of an Expiration that is an empty text, or a time without a zone,
# it is JavaScript alone that takes the keys. null, or no Expiration, is taken by all.
#
# Why it surprises: Go and Java read the time: what is no time is an error in both. They only do not look at whether it
# is over.
# Says otherwise: the AWS SDKs and Tools Reference Guide, "Process credential provider": Expiration is a time in ISO 8601
# after which the keys are no longer valid; keys without it are taken as lasting.
#
# For a user: with Go and Java the first sign of a helper with old keys is the service's "ExpiredToken".
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
export AWS_CONFIG_FILE=$PWD/config AWS_SHARED_CREDENTIALS_FILE=/dev/null
printf '[profile helper]\nregion = us-east-1\ncredential_process = cat %s/keys.json\n' "$PWD" > config
pair='"Version": 1, "AccessKeyId": "AKIDEXAMPLE", "SecretAccessKey": "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY"'
for expiration in '' null '"2099-01-01T00:00:00Z"' '"2020-01-01T00:00:00Z"' '"2099-01-01T00:00:00"' '""'; do
    echo "{$pair${expiration:+, \"Expiration\": $expiration}}" > keys.json
    echo "Expiration ${expiration:-absent}"
    { venv/bin/python read.py helper; node read.mjs helper; ./read helper; java --class-path "lib/*:." Read helper; } \
        2>errors.txt </dev/null | sed 's/ | helper | us-east-1 | AKIDEXAMPLE$/: taken/; s/ | helper | .* | none$/: refused/; s/^/  /'
done > seen.txt
cat > expected.txt <<'TXT'
Expiration absent
  botocore: taken
  JavaScript: taken
  Go: taken
  Java: taken
Expiration null
  botocore: taken
  JavaScript: taken
  Go: taken
  Java: taken
Expiration "2099-01-01T00:00:00Z"
  botocore: taken
  JavaScript: taken
  Go: taken
  Java: taken
Expiration "2020-01-01T00:00:00Z"
  botocore: refused
  JavaScript: refused
  Go: taken
  Java: taken
Expiration "2099-01-01T00:00:00"
  botocore: refused
  JavaScript: taken
  Go: refused
  Java: refused
Expiration ""
  botocore: refused
  JavaScript: taken
  Go: refused
  Java: refused
TXT
cat seen.txt
diff expected.txt seen.txt || { echo "Changed: an SDK no longer judges an Expiration as recorded."; exit 1; }
echo "As recorded: Go and Java sign with the expired keys of a process, and botocore and JavaScript do not."
