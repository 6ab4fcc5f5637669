#!/bin/sh
# curl --aws-sigv4, object by object. The names are escaped where a URL cannot have them as they are, as users do.
. "$1/steps.sh"
request() {
    curl --silent --show-error --fail --globoff --path-as-is --user "$AWS_ACCESS_KEY_ID:$AWS_SECRET_ACCESS_KEY" \
        --aws-sigv4 aws:amz:us-east-1:s3 "$@"
}
url() {
    printf '%s/bucket/%s' "$AWS_ENDPOINT_URL" "$(printf %s "$1" | sed 's/%/%25/g; s/ /%20/g; s/é/%C3%A9/g')"
}
put() { request --upload-file "$2" "$(url "$1")"; }
head() { request --head "$(url "$1")"; }
get() { request --output "$2" "$(url "$1")"; }
list() { request "$(url '')?list-type=2&prefix=$(url "$1" | sed 's,.*/bucket/,,')"; }
answer
