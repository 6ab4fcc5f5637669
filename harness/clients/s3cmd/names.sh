#!/bin/sh
# s3cmd, object by object.
. "$1/steps.sh"
s3cmd() {
    "$environment/bin/s3cmd" --config /dev/null --no-ssl --no-progress --host "${AWS_ENDPOINT_URL#*://}" \
        --host-bucket "${AWS_ENDPOINT_URL#*://}" --region us-east-1 --max-retries 1 "$@"
}
environment=$2
put() { s3cmd put "$2" "s3://bucket/$1"; }
head() { s3cmd info "s3://bucket/$1"; }
get() { s3cmd get --force "s3://bucket/$1" "$2"; }
list() { s3cmd ls "s3://bucket/$1"; }
answer
