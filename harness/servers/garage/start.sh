# garage with one node, one key and one bucket; all of these are made after its start.
set -eu
program=$1 configuration=$2 access_key_id=$3 secret_access_key=$4 bucket=$5
export GARAGE_ALLOW_WORLD_READABLE_SECRETS=true

garage() {
    "$program" -c "$configuration" "$@"
}

"$program" -c "$configuration" server &
until garage status; do
    sleep 0.1
done
garage layout assign -z here -c 1G "$(garage node id -q | cut -d @ -f 1)"
garage layout apply --version 1
garage key import --yes -n vectors "$access_key_id" "$secret_access_key"
garage bucket create "$bucket"
garage bucket allow --read --write --owner --key vectors "$bucket"
wait
