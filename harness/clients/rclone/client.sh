#!/bin/sh
# rclone: objects, a stream, listing, a check of the hashes.
set -eu
cd "$(mktemp -d)"
export RCLONE_CONFIG=/dev/null
remote=":s3,provider=Other,env_auth,region=us-east-1,endpoint='$AWS_ENDPOINT_URL':bucket"
# Some versions take the set of certificates below for those of a proxy, and end.
unset AWS_CA_BUNDLE
mkdir tree
echo hello > "tree/a b(c)+é"
rclone mkdir "$remote"
rclone copy tree "$remote/dir"
rclone check tree "$remote/dir"
echo hello | rclone rcat "$remote/stream"
test "$(rclone cat "$remote/stream")" = hello
rclone lsf -R "$remote" | grep -q 'a b'
rclone delete "$remote/dir"
rm -r "$PWD"
