#!/usr/bin/env bash
# opensearch-java: of two parameters in the options, the transport that signs glues the second to the first.
#
# Packages (Maven): org.opensearch.client:opensearch-java 3.9.0, with software.amazon.awssdk:http-auth-aws 2.58.0, whose
# signer it uses, jackson-databind 2.21.2 and httpclient5 5.6. Run on 2026-12-01.
#
# To be expected: parameters of the options are added to the query, and signed, by each transport.
#
# Seen: with setParameter("filter_path", "count") in its options, AwsSdk2Transport sends `filter_path=count`. With
# setParameter("error_trace", "true") as well, it sends `filter_path=count%3Ferror_trace`; with a third, one of the
# three is gone without a trace. The signature is right for what is sent. The transport writes a question mark, and not
# an ampersand, in front of each further parameter, in the order of a hash map, and the SDK, which is given that text as
# a URI, keeps of a value what is in front of its next equals sign. ApacheHttpClient5Transport, which does not sign,
# sends no parameter of its options at all. Parameters of the request itself, such as routing, are right in both.
#
# Why it surprises: one parameter works, and a second one breaks the first. The signature is right, so that no 403 says
# so: the service is asked to filter by the name `count?error_trace`. The other transport does not show what was meant.
# Says otherwise: TransportOptions of the package has setParameter(name, value), for any number, and queryParameters()
# is a map. RFC 3986, section 3.4: the first question mark begins the query, and a further one is data.
#
# For a user: give the options of AwsSdk2Transport one parameter at most.
set -euo pipefail
for tool in java javac mvn python3; do command -v "$tool" >/dev/null || { echo "needs $tool"; exit 2; }; done
work=$(mktemp -d); trap 'rm -rf "$work"' EXIT; cd "$work"
{
    echo '<project xmlns="http://maven.apache.org/POM/4.0.0"><modelVersion>4.0.0</modelVersion>'
    echo '<groupId>finding</groupId><artifactId>finding</artifactId><version>1</version><dependencies>'
    for name in org.opensearch.client:opensearch-java:3.9.0 software.amazon.awssdk:auth:2.58.0 \
        software.amazon.awssdk:http-auth-aws:2.58.0 software.amazon.awssdk:regions:2.58.0 \
        software.amazon.awssdk:sdk-core:2.58.0 com.fasterxml.jackson.core:jackson-databind:2.21.2 \
        org.apache.httpcomponents.client5:httpclient5:5.6; do
        IFS=: read -r group artifact version <<< "$name"
        echo "<dependency><groupId>$group</groupId><artifactId>$artifact</artifactId><version>$version</version></dependency>"
    done
    echo '</dependencies></project>'
} > pom.xml
mvn --quiet --batch-mode org.apache.maven.plugins:maven-dependency-plugin:3.8.1:copy-dependencies \
    -DincludeScope=runtime -DoutputDirectory=lib >/dev/null
cat > Query.java <<'JAVA'
import com.sun.net.httpserver.HttpServer;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.Map;
import org.apache.hc.core5.http.HttpHost;
import org.opensearch.client.opensearch.OpenSearchClient;
import org.opensearch.client.transport.OpenSearchTransport;
import org.opensearch.client.transport.aws.AwsSdk2Transport;
import org.opensearch.client.transport.aws.AwsSdk2TransportOptions;
import org.opensearch.client.transport.httpclient5.ApacheHttpClient5Options;
import org.opensearch.client.transport.httpclient5.ApacheHttpClient5TransportBuilder;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.http.ExecutableHttpRequest;
import software.amazon.awssdk.http.HttpExecuteRequest;
import software.amazon.awssdk.http.SdkHttpClient;
import software.amazon.awssdk.http.SdkHttpRequest;
import software.amazon.awssdk.regions.Region;

final class Query {
    static final class Capture implements SdkHttpClient {
        @Override
        public ExecutableHttpRequest prepareRequest(HttpExecuteRequest execute) {
            SdkHttpRequest request = execute.httpRequest();
            StringBuilder line = new StringBuilder("signed\t" + request.method() + "\t" + request.getUri().getRawPath() + "\t"
                + request.getUri().getRawQuery());
            request.forEachHeader((name, values) -> line.append("\t").append(name).append(": ").append(values.get(0)));
            System.out.println(line);
            throw new IllegalStateException("not sent");
        }

        @Override
        public void close() {
        }
    }

    public static void main(String[] arguments) throws Exception {
        HttpServer server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.createContext("/", exchange -> {
            System.out.println("plain\t" + exchange.getRequestMethod() + "\t" + exchange.getRequestURI().getRawPath() + "\t"
                + exchange.getRequestURI().getRawQuery());
            exchange.sendResponseHeaders(404, -1);
            exchange.close();
        });
        server.start();
        Map<String, String> values = Map.of("filter_path", "count", "error_trace", "true", "human", "true");
        var keys = AwsBasicCredentials.create("AKIDEXAMPLE", "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY");
        String[][] tries = {{}, {"filter_path"}, {"filter_path", "error_trace"}, {"filter_path", "error_trace", "human"}};
        for (String[] names : tries) {
            var signing = AwsSdk2TransportOptions.builder().setCredentials(StaticCredentialsProvider.create(keys));
            var plain = ApacheHttpClient5Options.DEFAULT.toBuilder();
            for (String name : names) {
                signing.setParameter(name, values.get(name));
                plain.setParameter(name, values.get(name));
            }
            HttpHost host = new HttpHost("http", "127.0.0.1", server.getAddress().getPort());
            OpenSearchTransport[] transports = {
                new AwsSdk2Transport(new Capture(), "example.us-east-1.es.amazonaws.com", "es", Region.US_EAST_1, signing.build()),
                ApacheHttpClient5TransportBuilder.builder(host).setOptions(plain.build()).build()};
            for (OpenSearchTransport transport : transports) {
                System.out.println("given\t" + String.join(" ", names));
                try {
                    new OpenSearchClient(transport).count(count -> count.index("items").routing("r"));
                } catch (Exception error) {
                    // There is no answer to read.
                }
            }
        }
        System.exit(0);
    }
}
JAVA
javac -Xlint:none -nowarn --class-path "lib/*" Query.java
cat > judge.py <<'PY'
import hashlib, hmac, re, sys

given = ""
for line in sys.stdin:
    kind, *fields = line.rstrip("\n").split("\t")
    if kind == "given":
        given = fields[0] or "nothing"
        continue
    method, path, query, *lines = fields
    note = ""
    if kind == "signed":
        headers = {name.lower(): value for name, value in (field.split(": ", 1) for field in lines)}
        scope, names, sent = re.search(r"Credential=[^/]+/([^,]+), SignedHeaders=([^,]+), Signature=(\w+)",
                                       headers["authorization"]).groups()
        canonical = "\n".join([method, path, "&".join(sorted(query.split("&"))),
                               *(name + ":" + headers[name] for name in names.split(";")), "", names,
                               headers["x-amz-content-sha256"]])
        text = "\n".join(["AWS4-HMAC-SHA256", headers["x-amz-date"], scope, hashlib.sha256(canonical.encode()).hexdigest()])
        key = b"AWS4wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY"
        for part in [*scope.split("/"), text]:
            key = hmac.new(key, part.encode(), hashlib.sha256).digest()
        note = ", signature " + ("right" if key.hex() == sent else "wrong")
    transport = {"signed": "AwsSdk2Transport", "plain": "ApacheHttpClient5Transport"}[kind]
    print(f"{transport}, given {given}: {query}{note}")
PY
java --class-path "lib/*:." Query 2>/dev/null | python3 judge.py > seen.txt
cat > expected.txt <<'TXT'
AwsSdk2Transport, given nothing: routing=r, signature right
ApacheHttpClient5Transport, given nothing: routing=r
AwsSdk2Transport, given filter_path: routing=r&filter_path=count, signature right
ApacheHttpClient5Transport, given filter_path: routing=r
AwsSdk2Transport, given filter_path error_trace: routing=r&filter_path=count%3Ferror_trace, signature right
ApacheHttpClient5Transport, given filter_path error_trace: routing=r
AwsSdk2Transport, given filter_path error_trace human: routing=r&error_trace=true%3Fhuman, signature right
ApacheHttpClient5Transport, given filter_path error_trace human: routing=r
TXT
cat seen.txt
diff expected.txt seen.txt || { echo "Changed: opensearch-java no longer sends parameters of the options as recorded."; exit 1; }
echo "As recorded: a second parameter of the options becomes part of the first, and a third is lost."
