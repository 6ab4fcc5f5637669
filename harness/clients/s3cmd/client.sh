#!/bin/sh
# s3cmd: objects, listing, copying.
set -eu
environment=$1
host=${AWS_ENDPOINT_URL#*://}
case $AWS_ENDPOINT_URL in
    https:*) scheme=--ssl ;;
    *) scheme=--no-ssl ;;
esac
s3cmd() {
    "$environment/bin/s3cmd" --config /dev/null $scheme ${AWS_CA_BUNDLE:+--ca-certs "$AWS_CA_BUNDLE"} --host "$host" --host-bucket "$host" \
        --region us-east-1 "$@"
}
cd "$(mktemp -d)"
echo hello > file
s3cmd mb s3://bucket
s3cmd put file "s3://bucket/a b(c)+é"
s3cmd get "s3://bucket/a b(c)+é" out
cmp file out
s3cmd ls s3://bucket | grep -q 'a b'
s3cmd cp "s3://bucket/a b(c)+é" s3://bucket/copy
s3cmd info s3://bucket/copy > shown
s3cmd del s3://bucket/copy
rm -r "$PWD"
