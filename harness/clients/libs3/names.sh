#!/bin/sh
# The program `s3` of libs3, object by object.
. "$1/steps.sh"
export S3_ACCESS_KEY_ID="$AWS_ACCESS_KEY_ID" S3_SECRET_ACCESS_KEY="$AWS_SECRET_ACCESS_KEY"
export S3_HOSTNAME="${AWS_ENDPOINT_URL#*://}"
put() { s3 -u -r 0 put "bucket/$1" filename="$2"; }
head() { s3 -u -r 0 head "bucket/$1"; }
get() { s3 -u -r 0 get "bucket/$1" filename="$2"; }
list() { s3 -u -r 0 list bucket prefix="$1"; }
answer
