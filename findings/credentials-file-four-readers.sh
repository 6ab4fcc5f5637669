#!/usr/bin/env bash
# One shared credentials file, four readers: which key and which secret do they sign with?
#
# Packages: botocore 1.44.8 (PyPI), @aws-sdk/credential-provider-ini 3.973.32 (npm), aws-sdk-go-v2/config 1.33.18 and
# minio-go 7.4.1 (Go).
#
# Seen: one documented key pair in four profiles: plain, with a comment behind each value, in quotes, and with the names
# in capitals, as in the environment. Only the plain one gives all four readers the same pair:
# - botocore (boto3, the AWS CLI) takes the comment into key id and secret, and keeps quotes, and nothing fails until the
#   server answers that the key id is unknown.
# - JavaScript drops comments, keeps quotes, and finds no keys at all under names in capitals.
# - aws-sdk-go-v2 drops comments, removes quotes and takes capitals: it alone has the right pair each time.
# - minio-go does likewise, but under names in capitals it hands out an empty key, without an error.
#
# Why it surprises: the file is shared by all SDKs by design, and three of Amazon's own read it in three ways.
# Says otherwise: the AWS SDKs and Tools Reference Guide, "Using shared config and credentials files to globally configure
# AWS SDKs and tools": one format, INI, that affects every application, process and SDK of the user.
#
# For a user: when one tool's signature is refused and another's is not, with the same file, look at the line before the
# signer. Comments on lines of their own, names in lower case and no quotes are read alike by all.
set -euo pipefail
for tool in python3 node npm go; do command -v "$tool" >/dev/null || { echo "needs $tool"; exit 2; }; done
work=$(mktemp -d); trap 'rm -rf "$work"' EXIT; cd "$work"
python3 -m venv venv
venv/bin/pip install --quiet --disable-pip-version-check botocore==1.44.8
npm init -y >/dev/null && npm install --silent --ignore-scripts --no-audit --no-fund @aws-sdk/credential-provider-ini@3.973.32 >/dev/null 2>&1
key=AKIDEXAMPLE secret=wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY
cat > credentials <<INI
[plain]
aws_access_key_id = $key
aws_secret_access_key = $secret
[comment]
aws_access_key_id = $key # staging
aws_secret_access_key = $secret ; since May
[quotes]
aws_access_key_id = "$key"
aws_secret_access_key = "$secret"
[capitals]
AWS_ACCESS_KEY_ID = $key
AWS_SECRET_ACCESS_KEY = $secret
INI
export AWS_SHARED_CREDENTIALS_FILE=$PWD/credentials AWS_CONFIG_FILE=/dev/null AWS_EC2_METADATA_DISABLED=true
unset AWS_ACCESS_KEY_ID AWS_SECRET_ACCESS_KEY AWS_SESSION_TOKEN AWS_PROFILE AWS_DEFAULT_PROFILE
cat > read.py <<'PY'
import sys, botocore.session
for profile in sys.argv[1:]:
    keys = botocore.session.Session(profile=profile).get_credentials()
    print("botocore", profile, keys.access_key, keys.secret_key, sep=" | ")
PY
cat > read.mjs <<'JS'
import { fromIni } from '@aws-sdk/credential-provider-ini';
for (const profile of process.argv.slice(2)) {
  const keys = await fromIni({ profile })().catch(() => ({ accessKeyId: 'error', secretAccessKey: 'error' }));
  console.log(`JavaScript | ${profile} | ${keys.accessKeyId} | ${keys.secretAccessKey}`);
}
JS
cat > main.go <<'GO'
package main

import (
	"context"
	"fmt"
	"os"

	"github.com/aws/aws-sdk-go-v2/config"
	"github.com/minio/minio-go/v7/pkg/credentials"
)

func main() {
	for _, profile := range os.Args[1:] {
		sdk, _ := config.LoadDefaultConfig(context.Background(), config.WithSharedConfigProfile(profile))
		keys, err := sdk.Credentials.Retrieve(context.Background())
		fmt.Printf("Go | %s | %s | %s, error %v\n", profile, keys.AccessKeyID, keys.SecretAccessKey, err)
		value, err := credentials.NewFileAWSCredentials("", profile).Get()
		fmt.Printf("minio-go | %s | %s | %s, error %v\n", profile, value.AccessKeyID, value.SecretAccessKey, err)
	}
}
GO
go mod init readers 2>/dev/null && go get github.com/aws/aws-sdk-go-v2/config@v1.33.18 github.com/minio/minio-go/v7@v7.4.1 >/dev/null 2>&1
all=(plain comment quotes capitals)
{ venv/bin/python read.py "${all[@]}"; node read.mjs "${all[@]}"; go run . "${all[@]}" | LC_ALL=C sort -s -t' ' -k1,1; } |
    sed "s,$key,KEY,; s,$secret,SECRET,; s/, error <nil>$//; s/|  | $/| none | none/" > all.txt
sed '/| plain | KEY | SECRET$/d' all.txt > seen.txt
cat > expected.txt <<'TXT'
botocore | comment | KEY # staging | SECRET ; since May
botocore | quotes | "KEY" | "SECRET"
botocore | capitals | KEY | SECRET
JavaScript | comment | KEY | SECRET
JavaScript | quotes | "KEY" | "SECRET"
JavaScript | capitals | error | error
Go | comment | KEY | SECRET
Go | quotes | KEY | SECRET
Go | capitals | KEY | SECRET
minio-go | comment | KEY | SECRET
minio-go | quotes | KEY | SECRET
minio-go | capitals | none | none
TXT
cat all.txt
[ "$(grep -c '| plain |' all.txt)" = 4 ] && diff expected.txt seen.txt || { echo "Changed: a reader no longer takes the credentials file as recorded."; exit 1; }
echo "As recorded: of four spellings of one key pair, only the plain one gives all four readers the same pair."
