#!/bin/sh
# rclone, object by object.
. "$1/steps.sh"
export RCLONE_CONFIG=/dev/null
unset AWS_CA_BUNDLE
remote=":s3,provider=Other,env_auth,region=us-east-1,endpoint='$AWS_ENDPOINT_URL':bucket"
put() { rclone --retries 1 --low-level-retries 1 copyto "$2" "$remote/$1"; }
get() { rclone --retries 1 --low-level-retries 1 copyto "$remote/$1" "$2"; }
answer
