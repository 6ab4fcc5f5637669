#!/bin/sh
# The AWS CLI: objects, streams, listing, a presigned URL.
set -eu
environment=$1
aws() { "$environment/bin/aws" "$@"; }
cd "$(mktemp -d)"
aws s3 mb s3://bucket
echo hello > file
aws s3 cp file "s3://bucket/a b(c)+é"
aws s3 cp - s3://bucket/stream < file
test "$(aws s3 cp s3://bucket/stream -)" = hello
aws s3 ls s3://bucket/ | grep -q stream
aws s3 sync . s3://bucket/dir/
aws s3api get-object --bucket bucket --key "a b(c)+é" --range bytes=0-1 out > shown
test "$(cat out)" = he
aws s3 rm --recursive s3://bucket/dir/
rm -r "$PWD"
