#!/bin/sh
# Signature Version 4 in POSIX sh with openssl, od, sort and awk: the example of a one-shot adapter.
# The harness starts it once per question. The question is in the environment (and as JSON on stdin,
# which is not read here); the answer is one line of JSON. PROTOCOL.md describes both.
set -eu
export LC_ALL=C # bytes, not characters: for awk, and as the order of sort

answer() { printf '{"seq":%s,"result":"%s","detail":"%s"}\n' "$SIGV4_CONFORMANCE_SEQ" "$@"; exit; }

case $SIGV4_CONFORMANCE_OP in
hello)
    echo '{"op":"hello","protocol":1,"mode":"one-shot","name":"shell-example","version":"1",' \
        '"language":"sh","roles":["sign-header","sign-query"],"profiles":["generic","s3"],' \
        '"features":["absent-host","content-sha256-header","control-in-header",' \
        '"duplicate-headers","empty-credential","empty-header-value","empty-path",' \
        '"empty-scope","invalid-escape","long-expires","non-ascii-header",' \
        '"non-ascii-secret","normalized-single-encoded","obs-fold","odd-header-name",' \
        '"odd-method","padded-header-value","presigned-body","presigned-s3-payload-hash",' \
        '"raw-control","raw-illegal","raw-non-ascii","raw-space","session-token",' \
        '"unnormalized-double-encoded","unsigned-payload","unsigned-session-token"],"clock":"given"}'
    exit ;;
sign) ;;
*) answer unsupported 'only hello and sign' ;;
esac
for field in REGION SERVICE ACCESS_KEY_ID SECRET_ACCESS_KEY METHOD TARGET HEADERS; do
    eval "[ \"\${SIGV4_CONFORMANCE_$field+given}\" ]" ||
        answer unrepresentable "the environment cannot carry $field"
done
placement=$SIGV4_CONFORMANCE_PLACEMENT
time=$SIGV4_CONFORMANCE_TIME
scope=${time%T*}/$SIGV4_CONFORMANCE_REGION/$SIGV4_CONFORMANCE_SERVICE/aws4_request
export target="$SIGV4_CONFORMANCE_TARGET" headers="$SIGV4_CONFORMANCE_HEADERS" # read by awk

# ---- Canonicalisation of $target and $headers ----------------------------------------------------

# encode(text): letters, digits and -._~ as they are, every other byte as %XX.
# encode(text, "anew"): the same, but a %XX in the text stands for the byte that it means.
encode='BEGIN {
    for (i = 0; i < 256; i++) {
        byte = sprintf("%c", i); escape = sprintf("%%%02X", i)
        encoded[byte] = encoded[escape] = byte ~ /[A-Za-z0-9._~-]/ ? byte : escape
    }
}
function encode(text, anew,   out, i, unit) {
    for (i = 1; i <= length(text); i += length(unit)) {
        unit = toupper(substr(text, i, 3))
        if (!anew || unit !~ /^%[0-9A-F][0-9A-F]$/) unit = substr(text, i, 1)
        out = out encoded[unit]
    }
    return out
}'

# Empty segments and dot segments go first. Then "%" is encoded like any other byte: a path that
# came encoded ends up encoded twice. S3 wants neither, but the path as it is on the request line.
canonical_path() {
    awk "$encode"' BEGIN {
        path = ENVIRON["target"]; sub(/\?.*/, "", path)
        if (ENVIRON["SIGV4_CONFORMANCE_NORMALIZE"] == "true") {
            count = split(path, segment, "/"); trailing = path ~ /\/$/; path = ""
            for (i = 1; i <= count; i++) {
                if (segment[i] == "..") sub(/\/[^\/]*$/, "", path)
                else if (segment[i] != "" && segment[i] != ".") path = path "/" segment[i]
            }
            if (trailing) path = path "/"
        }
        if (ENVIRON["SIGV4_CONFORMANCE_DOUBLE_ENCODE"] == "true") {
            path = encode(path); gsub(/%2F/, "/", path)
        }
        print (path == "" ? "/" : path)
    }'
}

# The parameters, encoded anew, sorted by name and then by value. While they are sorted a TAB stands
# between the two: it comes before all that a name can hold, which "=" does not.
canonical_query() {
    awk "$encode"' BEGIN {
        query = ENVIRON["target"]; if (!sub(/^[^?]*\?/, "", query)) exit
        count = split(query, pair, "&")
        for (i = 1; i <= count; i++) {
            if (pair[i] == "") continue
            name = value = pair[i]; sub(/=.*/, "", name); sub(/^[^=]*=?/, "", value)
            print encode(name, "anew") "\t" encode(value, "anew")
        }
    }' | sort | awk '{ sub("\t", "="); printf "%s%s", (NR > 1 ? "&" : ""), $0 }'
}

# A line "name:value" per signed header, sorted by name: names in lower case, white space trimmed
# and each run of it one space, values of one name joined by commas in the order given.
canonical_headers() {
    awk 'BEGIN {
        unsigned = " connection expect transfer-encoding upgrade user-agent x-amzn-trace-id "
        headers = ENVIRON["headers"]; gsub(/\r?\n[ \t]+/, " ", headers) # unfold
        count = split(headers, line, "\n")
        for (i = 1; i <= count; i++) {
            if (!(colon = index(line[i], ":"))) continue
            name = tolower(substr(line[i], 1, colon - 1)); value = substr(line[i], colon + 1)
            gsub(/[ \t\v\f\r]+/, " ", value); gsub(/^ | $/, "", value)
            if (name in values) value = values[name] "," value
            values[name] = value
        }
        for (name in values)
            if (index(unsigned, " " name " ") == 0)
                print name "\t" values[name] # a TAB for the sort, as above
    }' | sort | awk '{ sub("\t", ":"); print }'
}

# ---- Signing -------------------------------------------------------------------------------------

sha256() { set -- $(openssl dgst -sha256 -r "$@"); printf %s "$1"; } # of stdin, in hex
hmac() { printf %s "$2" | sha256 -mac HMAC -macopt "hexkey:$1"; }    # the key in hex, the message

add() { # name, value: to the headers or to the query, wherever the signature goes
    if [ "$placement" = header ]; then
        headers="$headers
$1:$2"
    else
        case $target in *[?\&]) ;; *\?*) target="$target&" ;; *) target="$target?" ;; esac
        case $2 in
        *[!A-Za-z0-9._~-]*)
            target=$target$1=$(text=$2 awk "$encode"' BEGIN { print encode(ENVIRON["text"]) }') ;;
        *) target="$target$1=$2" ;; # the same, without a process
        esac
    fi
}
add_token_if_signed_is() { # "true" before signing, "false" after it
    token=${SIGV4_CONFORMANCE_SESSION_TOKEN-}
    [ -z "$token" ] || [ "$SIGV4_CONFORMANCE_SESSION_TOKEN_SIGNED" != "$1" ] ||
        add X-Amz-Security-Token "$token"
}

case $SIGV4_CONFORMANCE_PAYLOAD in
signed) payload=$(sha256 <"$SIGV4_CONFORMANCE_BODY_FILE") ;;
unsigned) payload=UNSIGNED-PAYLOAD ;;
*) answer unsupported 'only payloads signed and unsigned' ;;
esac
add X-Amz-Date "$time"
add_token_if_signed_is true
if [ "$placement" = header ] && [ "$SIGV4_CONFORMANCE_CONTENT_SHA256_HEADER" = true ]; then
    add X-Amz-Content-Sha256 "$payload"
fi
canonical_headers=$(canonical_headers)
signed_headers=$(printf %s "$canonical_headers" | awk -F: '
    /^(authorization:|x-amz-(date|content-sha256|security-token):.*,)/ { exit 1 }
    { printf "%s%s", separator, $1; separator = ";" }
') || answer unrepresentable 'the request has a header already that signing adds'
if [ "$placement" = query ]; then
    add X-Amz-Algorithm AWS4-HMAC-SHA256
    add X-Amz-Credential "$SIGV4_CONFORMANCE_ACCESS_KEY_ID/$scope"
    add X-Amz-Expires "$SIGV4_CONFORMANCE_EXPIRES"
    add X-Amz-SignedHeaders "$signed_headers"
fi
export canonical_request="$SIGV4_CONFORMANCE_METHOD
$(canonical_path)
$(canonical_query)
${canonical_headers:+$canonical_headers
}
$signed_headers
$payload"
export string_to_sign="AWS4-HMAC-SHA256
$time
$scope
$(printf %s "$canonical_request" | sha256)"

key=$(printf %s "AWS4$SIGV4_CONFORMANCE_SECRET_ACCESS_KEY" | od -An -v -tx1 |
    awk -v ORS= '{ gsub(" ", ""); print }')
for step in "${time%T*}" "$SIGV4_CONFORMANCE_REGION" "$SIGV4_CONFORMANCE_SERVICE" aws4_request; do
    key=$(hmac "$key" "$step")
done
signature=$(hmac "$key" "$string_to_sign")
export key signature

add_token_if_signed_is false
if [ "$placement" = query ]; then
    add X-Amz-Signature "$signature"
else
    add Authorization "AWS4-HMAC-SHA256 Credential=$SIGV4_CONFORMANCE_ACCESS_KEY_ID/$scope,\
 SignedHeaders=$signed_headers, Signature=$signature"
fi

# ---- The answer: what would be sent, and the stages ----------------------------------------------

awk 'BEGIN {
    for (i = 1; i < 32; i++) quoted[sprintf("%c", i)] = sprintf("\\u%04x", i)
    quoted["\""] = "\\\""; quoted["\\"] = "\\\\"
    seq = ENVIRON["SIGV4_CONFORMANCE_SEQ"]
    headers = ENVIRON["headers"]; gsub(/\r?\n[ \t]+/, " ", headers) # unfold
    count = split(headers, line, "\n")
    for (i = 1; i <= count; i++)
        if (colon = index(line[i], ":"))
            list = list (list ? "," : "") "[" json(substr(line[i], 1, colon - 1)) "," \
                json(substr(line[i], colon + 1)) "]"
    text = "{\"seq\":" seq ",\"result\":\"signed\"," \
        "\"request\":{\"method\":" json(ENVIRON["SIGV4_CONFORMANCE_METHOD"]) \
        ",\"target\":" json(ENVIRON["target"]) ",\"headers\":[" list "]}," \
        "\"stages\":{\"canonical_request\":" json(ENVIRON["canonical_request"]) \
        ",\"string_to_sign\":" json(ENVIRON["string_to_sign"]) \
        ",\"signing_key\":" json(ENVIRON["key"]) ",\"signature\":" json(ENVIRON["signature"]) "}}"
    if (utf8(text)) print text
    else print "{\"seq\":" seq ",\"result\":\"unrepresentable\",\"detail\":\"not UTF-8\"}"
}
function json(text,   out, i, byte) {
    for (i = 1; i <= length(text); i++) {
        byte = substr(text, i, 1)
        out = out (byte in quoted ? quoted[byte] : byte)
    }
    return "\"" out "\""
}
function utf8(text,   more) { # other bytes would go as {"base64": "..."}: left out here
    more = "[\200-\277]"
    gsub("[\302-\337]" more "|\340[\240-\277]" more "|\355[\200-\237]" more, ".", text)
    gsub("[\341-\354\356\357]" more more "|\360[\220-\277]" more more, ".", text)
    gsub("[\361-\363]" more more more "|\364[\200-\217]" more more, ".", text)
    return text !~ /[\200-\377]/
}'
