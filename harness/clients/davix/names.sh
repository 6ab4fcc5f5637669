#!/bin/sh
# davix, object by object. Names are written into URLs as they are, as users do.
. "$1/steps.sh"
with() {
    program=$1
    shift
    "davix-$program" --s3accesskey "$AWS_ACCESS_KEY_ID" --s3secretkey "$AWS_SECRET_ACCESS_KEY" --s3region us-east-1 \
        --s3alternate --retry 0 "$@"
}
url() { printf 's3://%s/bucket/%s' "${AWS_ENDPOINT_URL#*://}" "$1"; }
put() { with put "$2" "$(url "$1")"; }
get() { with get "$(url "$1")" "$2"; }
answer
