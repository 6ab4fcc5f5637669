#!/bin/sh
# s3fs, object by object, in a mount that nobody else sees and that ends with this script.
if [ "$2" != mounted ]; then
    exec unshare --user --map-root-user --mount "$0" "$1" mounted
fi
. "$1/steps.sh"
umask 077
printf '%s:%s\n' "$AWS_ACCESS_KEY_ID" "$AWS_SECRET_ACCESS_KEY" > password
mkdir mounted
s3fs bucket mounted -f -o passwd_file=password -o url="$AWS_ENDPOINT_URL" -o use_path_request_style -o endpoint=us-east-1 \
    -o sigv4 -o retries=1 -o max_stat_cache_size=0 < /dev/null &
tries=0
until mountpoint -q mounted; do
    tries=$((tries + 1))
    [ $tries -lt 100 ] || exit 1
    sleep 0.1
done
put() { mkdir -p "$(dirname "mounted/$1")" && cp "$2" "mounted/$1"; }
get() { cp "mounted/$1" "$2"; }
head() { stat "mounted/$1"; }
answer
umount mounted
wait
