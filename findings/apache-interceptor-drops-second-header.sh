#!/usr/bin/env bash
# aws-request-signing-apache-interceptor: of two headers of one name it sends one, and of two `=` it signs none.
#
# Packages (Maven): io.github.acm19:aws-request-signing-apache-interceptor 3.0.0, with software.amazon.awssdk:auth
# 2.27.17, whose signer it uses; httpclient 4.5.14 and httpclient5 5.5, into which it is put. Run on 2026-12-01.
#
# To be expected: the interceptor adds headers and leaves the rest of the request alone, and what is sent is signed
# right.
#
# Seen: with X-Tag twice, both clients send both without the interceptor, and with it the first alone, signed right. The
# headers are gathered in a map of lists: a list is made for the first header of a name, and is put back unchanged for
# the second. The map then replaces all headers of the request. With `?token=YQ==` the URL is sent as it was given, and
# signed for `?token=YQ`: the SDK's request, which is made of the URL, ends the value at its next equals sign, and the
# interceptor copies headers back, but not the URL.
#
# Why it surprises: nobody looks at a signer for a header that is missing, and nothing is refused. The code has a list
# for each name, and so means to keep all values. The SDK alone treats `==` the other way: it sends the shorter value as
# well, so that its signature is right.
# Says otherwise: RFC 9110, section 5.3: a header whose value is a list may be sent as several lines, which together are
# the value. RFC 3986, appendix A: an equals sign may stand in a query as it is.
#
# For a user: join the values of a header with commas before, and escape each `=` in a value as %3D.
set -euo pipefail
for tool in java javac mvn python3; do command -v "$tool" >/dev/null || { echo "needs $tool"; exit 2; }; done
work=$(mktemp -d); trap 'rm -rf "$work"' EXIT; cd "$work"
{
    echo '<project xmlns="http://maven.apache.org/POM/4.0.0"><modelVersion>4.0.0</modelVersion>'
    echo '<groupId>finding</groupId><artifactId>finding</artifactId><version>1</version><dependencies>'
    for name in io.github.acm19:aws-request-signing-apache-interceptor:3.0.0 software.amazon.awssdk:auth:2.27.17 \
        org.apache.httpcomponents:httpclient:4.5.14 org.apache.httpcomponents.client5:httpclient5:5.5; do
        IFS=: read -r group artifact version <<< "$name"
        echo "<dependency><groupId>$group</groupId><artifactId>$artifact</artifactId>"
        echo "<version>$version</version></dependency>"
    done
    echo '</dependencies></project>'
} > pom.xml
mvn --quiet --batch-mode org.apache.maven.plugins:maven-dependency-plugin:3.8.1:copy-dependencies \
    -DincludeScope=runtime -DoutputDirectory=lib >/dev/null
cat > Send.java <<'JAVA'
import com.sun.net.httpserver.HttpServer;
import io.github.acm19.aws.interceptor.http.AwsRequestSigningApacheInterceptor;
import io.github.acm19.aws.interceptor.http.AwsRequestSigningApacheV5Interceptor;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.Map;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.http.auth.aws.signer.AwsV4HttpSigner;
import software.amazon.awssdk.regions.Region;

final class Send {
    public static void main(String[] arguments) throws Exception {
        HttpServer server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.createContext("/", exchange -> {
            StringBuilder line = new StringBuilder(exchange.getRequestURI().toString());
            exchange.getRequestHeaders().forEach((name, values) ->
                line.append("\t").append(name.toLowerCase()).append(": ").append(String.join(",", values)));
            System.out.println(line);
            exchange.sendResponseHeaders(204, -1);
            exchange.close();
        });
        server.start();
        var keys = StaticCredentialsProvider.create(
            AwsBasicCredentials.create("AKIDEXAMPLE", "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY"));
        var signer = AwsV4HttpSigner.create();
        var four = new AwsRequestSigningApacheInterceptor("es", signer, keys, Region.US_EAST_1);
        var five = new AwsRequestSigningApacheV5Interceptor("es", signer, keys, Region.US_EAST_1);
        for (String target : new String[] {"/items", "/items?token=YQ%3D%3D", "/items?token=YQ=="}) {
            String url = "http://127.0.0.1:" + server.getAddress().getPort() + target;
            for (boolean signs : new boolean[] {false, true}) {
                System.out.print("httpclient 4\t");
                var old = org.apache.http.impl.client.HttpClients.custom();
                if (signs) {
                    old.addInterceptorLast(four);
                }
                var first = new org.apache.http.client.methods.HttpGet(url);
                first.addHeader("X-Tag", "one");
                first.addHeader("X-Tag", "two");
                old.build().execute(first).close();
                System.out.print("httpclient 5\t");
                var current = org.apache.hc.client5.http.impl.classic.HttpClients.custom();
                if (signs) {
                    current.addRequestInterceptorLast(five);
                }
                var second = new org.apache.hc.client5.http.classic.methods.HttpGet(url);
                second.addHeader("X-Tag", "one");
                second.addHeader("X-Tag", "two");
                current.build().execute(second, response -> null);
            }
        }
        System.exit(0);
    }
}
JAVA
javac -Xlint:none -nowarn --class-path "lib/*" Send.java
cat > judge.py <<'PY'
import hashlib, hmac, re, sys


def right(path, query, headers):
    """Whether the signature is the one for this canonical query."""
    scope, names, sent = re.search(r"Credential=[^/]+/([^,]+), SignedHeaders=([^,]+), Signature=(\w+)",
                                   headers["authorization"]).groups()
    lines = "".join(f"{name}:{headers[name]}\n" for name in names.split(";"))
    canonical = "\n".join(["GET", path, query, lines, names, hashlib.sha256(b"").hexdigest()])
    text = "\n".join(["AWS4-HMAC-SHA256", headers["x-amz-date"], scope, hashlib.sha256(canonical.encode()).hexdigest()])
    key = b"AWS4wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY"
    for part in [*scope.split("/"), text]:
        key = hmac.new(key, part.encode(), hashlib.sha256).digest()
    return "x-tag" in names.split(";") and key.hex() == sent


for line in sys.stdin:
    client, target, *fields = line.rstrip("\n").split("\t")
    headers = dict(field.split(": ", 1) for field in fields)
    path, _, query = target.partition("?")
    note = "no signature"
    if "authorization" in headers:
        name, _, value = query.partition("=")
        canonical = name and f"{name}={value.replace('=', '%3D')}"
        queries = {"right": canonical, "for token=YQ": "token=YQ"}
        note = "signature " + ([kind for kind, text in queries.items() if right(path, text, headers)] or ["wrong"])[0]
    print(f"{client}, {target}: x-tag {headers['x-tag']}, {note}")
PY
java --class-path "lib/*:." Send 2>/dev/null | python3 judge.py > seen.txt
cat > expected.txt <<'TXT'
httpclient 4, /items: x-tag one,two, no signature
httpclient 5, /items: x-tag one,two, no signature
httpclient 4, /items: x-tag one, signature right
httpclient 5, /items: x-tag one, signature right
httpclient 4, /items?token=YQ%3D%3D: x-tag one,two, no signature
httpclient 5, /items?token=YQ%3D%3D: x-tag one,two, no signature
httpclient 4, /items?token=YQ%3D%3D: x-tag one, signature right
httpclient 5, /items?token=YQ%3D%3D: x-tag one, signature right
httpclient 4, /items?token=YQ==: x-tag one,two, no signature
httpclient 5, /items?token=YQ==: x-tag one,two, no signature
httpclient 4, /items?token=YQ==: x-tag one, signature for token=YQ
httpclient 5, /items?token=YQ==: x-tag one, signature for token=YQ
TXT
cat seen.txt
diff expected.txt seen.txt || { echo "Changed: the interceptor no longer treats headers and queries as recorded."; exit 1; }
echo "As recorded: a second header of a name is lost, and a second equals sign is sent but not signed."
