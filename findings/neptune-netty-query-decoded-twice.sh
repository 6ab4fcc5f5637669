#!/usr/bin/env bash
# Amazon's signer for Neptune decodes the query once for Apache's client and twice for Netty.
#
# Packages (Maven): com.amazonaws:amazon-neptune-sigv4-signer 4.0.0, with software.amazon.awssdk 2.34.5, Netty 4.1.128 and
# Apache HttpClient 4.5.13, which it brings. Run on 2026-11-30.
#
# Expected, as written down before the run: the signers of one package sign one URL alike, and right.
#
# Seen: NeptuneApacheHttpSigV4Signer and NeptuneRequestMetadataSigV4Signer sign each of the queries right.
# NeptuneNettyHttpSigV4Signer takes the query from java.net.URI already decoded, splits it at `&`, and decodes each part
# again. So `1+1` (%2B) is signed as `1 1`, `a&&b` (%26%26) as two parameters, and `%41` (%2541) as `A`; all three are
# sent as they were given, with a wrong signature. `10%` (%25) is not sent at all: the second decoding finds half of
# an escape. Spaces, letters outside ASCII and `=` are right.
#
# Why it surprises: three classes share the code that splits a query, and two of them hand it the raw text. What
# works for simple queries fails for the operators of SPARQL and openCypher.
# Says otherwise: RFC 3986, section 2.4: split a URI into its parts before decoding, and never decode twice. The SigV4
# documentation ("Create a canonical request") encodes names and values of the parameters that are sent.
#
# For a user: with Netty, send the query in the body of a POST.
set -euo pipefail
for tool in java javac mvn; do command -v "$tool" >/dev/null || { echo "needs $tool"; exit 2; }; done
work=$(mktemp -d); trap 'rm -rf "$work"' EXIT; cd "$work"
cat > pom.xml <<'XML'
<project xmlns="http://maven.apache.org/POM/4.0.0">
  <modelVersion>4.0.0</modelVersion>
  <groupId>finding</groupId>
  <artifactId>finding</artifactId>
  <version>1</version>
  <dependencies>
    <dependency>
      <groupId>com.amazonaws</groupId>
      <artifactId>amazon-neptune-sigv4-signer</artifactId>
      <version>4.0.0</version>
    </dependency>
  </dependencies>
</project>
XML
mvn --quiet --batch-mode org.apache.maven.plugins:maven-dependency-plugin:3.8.1:copy-dependencies \
    -DincludeScope=runtime -DoutputDirectory=lib >/dev/null
cat > Run.java <<'JAVA'
import com.amazonaws.neptune.auth.NeptuneApacheHttpSigV4Signer;
import com.amazonaws.neptune.auth.NeptuneNettyHttpSigV4Signer;
import com.amazonaws.neptune.auth.NeptuneRequestMetadataSigV4Signer;
import com.amazonaws.neptune.auth.RequestMetadata;
import io.netty.handler.codec.http.DefaultFullHttpRequest;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http.HttpVersion;
import java.security.MessageDigest;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.apache.http.client.methods.HttpGet;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.AwsCredentialsProvider;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;

final class Run {
    static final String SECRET = "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY";
    static final String BASE = "http://example.amazonaws.com:8182";

    public static void main(String[] arguments) throws Exception {
        AwsCredentialsProvider keys = StaticCredentialsProvider.create(AwsBasicCredentials.create("AKIDEXAMPLE", SECRET));
        for (String query : new String[] {"a%20b", "%C3%A9", "a%3Db", "1%2B1", "a%26%26b", "%2541", "10%25"}) {
            String target = "/sparql?query=" + query;
            System.out.println("query=" + query);

            HttpGet apache = new HttpGet(BASE + target);
            new NeptuneApacheHttpSigV4Signer("us-east-1", keys).signRequest(apache);
            Map<String, String> headers = new HashMap<>();
            for (var header : apache.getAllHeaders()) {
                headers.put(header.getName(), header.getValue());
            }
            show("Apache", query, headers);

            headers = new HashMap<>();
            RequestMetadata metadata =
                new RequestMetadata(BASE + target, "GET", Optional.empty(), headers, new HashMap<>());
            new NeptuneRequestMetadataSigV4Signer("us-east-1", keys).signRequest(metadata);
            show("RequestMetadata", query, headers);

            DefaultFullHttpRequest netty = new DefaultFullHttpRequest(HttpVersion.HTTP_1_1, HttpMethod.GET, target);
            netty.headers().add("Host", "example.amazonaws.com:8182");
            try {
                new NeptuneNettyHttpSigV4Signer("us-east-1", keys).signRequest(netty);
            } catch (com.amazonaws.neptune.auth.NeptuneSigV4SignerException error) {
                System.out.println("  Netty: " + error.getCause().getClass().getSimpleName());
                continue;
            }
            Map<String, String> sent = new HashMap<>();
            netty.headers().forEach(header -> sent.put(header.getKey(), header.getValue()));
            show("Netty", query, sent);
        }
    }

    /** Whether the signature is the one for this query, computed here. */
    static void show(String name, String query, Map<String, String> given) throws Exception {
        Map<String, String> headers = new HashMap<>();
        given.forEach((header, value) -> headers.put(header.toLowerCase(), value));
        Matcher parts = Pattern.compile("Credential=[^/]+/([^,]+), SignedHeaders=([^,]+), Signature=(\\w+)")
            .matcher(headers.get("authorization"));
        parts.find();
        StringBuilder canonical = new StringBuilder("GET\n/sparql\nquery=" + query + "\n");
        for (String header : parts.group(2).split(";")) {
            canonical.append(header).append(':').append(headers.get(header)).append('\n');
        }
        canonical.append('\n').append(parts.group(2)).append('\n').append(hash(""));
        String text = String.join("\n", "AWS4-HMAC-SHA256", headers.get("x-amz-date"), parts.group(1),
            hash(canonical.toString()));
        byte[] key = ("AWS4" + SECRET).getBytes("UTF-8");
        for (String part : (parts.group(1) + "/" + text).split("/", 5)) {
            Mac mac = Mac.getInstance("HmacSHA256");
            mac.init(new SecretKeySpec(key, "HmacSHA256"));
            key = mac.doFinal(part.getBytes("UTF-8"));
        }
        boolean right = HexFormat.of().formatHex(key).equals(parts.group(3));
        System.out.println("  " + name + ": signature " + (right ? "right" : "wrong"));
    }

    static String hash(String text) throws Exception {
        return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(text.getBytes("UTF-8")));
    }
}
JAVA
java --class-path "lib/*" Run.java > seen.txt 2>errors.txt
cat > expected.txt <<'TXT'
query=a%20b
  Apache: signature right
  RequestMetadata: signature right
  Netty: signature right
query=%C3%A9
  Apache: signature right
  RequestMetadata: signature right
  Netty: signature right
query=a%3Db
  Apache: signature right
  RequestMetadata: signature right
  Netty: signature right
query=1%2B1
  Apache: signature right
  RequestMetadata: signature right
  Netty: signature wrong
query=a%26%26b
  Apache: signature right
  RequestMetadata: signature right
  Netty: signature wrong
query=%2541
  Apache: signature right
  RequestMetadata: signature right
  Netty: signature wrong
query=10%25
  Apache: signature right
  RequestMetadata: signature right
  Netty: IllegalArgumentException
TXT
cat seen.txt
diff expected.txt seen.txt || { echo "Changed: the signers for Neptune no longer sign queries as recorded."; exit 1; }
echo "As recorded: the signer for Netty signs a query that was decoded twice, and the other two sign it right."
