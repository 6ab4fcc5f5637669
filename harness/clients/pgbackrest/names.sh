#!/bin/sh
# pgbackrest, object by object: the commands with which it looks after its repository. It speaks TLS only, to a
# server with a name.
. "$1/steps.sh"
export PGBACKREST_REPO1_TYPE=s3 PGBACKREST_REPO1_PATH=/ PGBACKREST_REPO1_S3_BUCKET=bucket \
    PGBACKREST_REPO1_S3_ENDPOINT=localhost PGBACKREST_REPO1_STORAGE_PORT="${AWS_ENDPOINT_URL##*:}" \
    PGBACKREST_REPO1_STORAGE_CA_FILE="$SSL_CERT_FILE" PGBACKREST_REPO1_S3_URI_STYLE=path PGBACKREST_REPO1_S3_REGION=us-east-1 \
    PGBACKREST_REPO1_S3_KEY="$AWS_ACCESS_KEY_ID" PGBACKREST_REPO1_S3_KEY_SECRET="$AWS_SECRET_ACCESS_KEY" \
    PGBACKREST_CONFIG=/dev/null PGBACKREST_LOG_LEVEL_FILE=off PGBACKREST_LOG_LEVEL_CONSOLE=off PGBACKREST_LOCK_PATH="$PWD"
put() { pgbackrest repo-put "$1" < "$2"; }
get() { pgbackrest repo-get "$1" > "$2"; }
answer
