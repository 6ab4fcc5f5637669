#!/usr/bin/env bash
# The AWS SDK for Java, version 2, cuts a parameter of a URI at its second `=`, then signs and sends the rest.
#
# Packages (Maven): software.amazon.awssdk:http-auth-aws 2.58.0 (the signer), with http-client-spi and utils 2.58.0.
#
# Seen: SdkHttpRequest.builder().uri(URI.create("https://host/items?token=YQ==")), signed by AwsV4HttpSigner. The request
# that comes back, and that the SDK's HTTP clients send, asks for `?token=YQ`: the padding is gone. `?filter=name=x` becomes
# `?filter=name`. Nothing is reported, and the signature is right for what is sent. Escaped (`YQ%3D%3D`) it is kept, and so
# it is if the parameter is given by appendRawQueryParameter.
#
# Why it surprises: one expects a URI to be sent as it was given, and if not, a wrong signature. Here a service accepts the
# request and answers another question: the first page again, or all items unfiltered.
# Says otherwise: RFC 3986, section 3.4 and appendix A: `=` needs no escape within a query. The WHATWG URL standard,
# "application/x-www-form-urlencoded parsing", splits a parameter at its first `=` only.
#
# For a user: this is how requests to OpenSearch, API Gateway or Lambda URLs are signed by hand. Escape every `=` within a
# value, or give parameters one by one. The SDK's own service clients do the latter and are not affected.
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
      <groupId>software.amazon.awssdk</groupId>
      <artifactId>http-auth-aws</artifactId>
      <version>2.58.0</version>
    </dependency>
  </dependencies>
</project>
XML
mvn --quiet --batch-mode org.apache.maven.plugins:maven-dependency-plugin:3.8.1:copy-dependencies \
    -DincludeScope=runtime -DoutputDirectory=lib >/dev/null
cat > Run.java <<'JAVA'
import java.net.URI;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import software.amazon.awssdk.http.SdkHttpMethod;
import software.amazon.awssdk.http.SdkHttpRequest;
import software.amazon.awssdk.http.auth.aws.signer.AwsV4HttpSigner;
import software.amazon.awssdk.identity.spi.AwsCredentialsIdentity;

final class Run {
    public static void main(String[] arguments) {
        String base = "https://example.amazonaws.com/items";
        SdkHttpRequest reference = signed(request(base + "?token=YQ"));
        for (String query : new String[] {"token=YQ==", "token=YQ%3D%3D", "filter=name=x"}) {
            SdkHttpRequest sent = signed(request(base + "?" + query));
            boolean same = sent.firstMatchingHeader("Authorization")
                .equals(reference.firstMatchingHeader("Authorization"));
            System.out.println(query + ": sent as " + sent.getUri().getRawQuery()
                + (same ? ", signed as token=YQ is" : ""));
        }
        SdkHttpRequest single = request(base).toBuilder().appendRawQueryParameter("token", "YQ==").build();
        System.out.println("token, YQ== given alone: sent as " + signed(single).getUri().getRawQuery());
    }

    private static SdkHttpRequest request(String uri) {
        return SdkHttpRequest.builder().method(SdkHttpMethod.GET).uri(URI.create(uri)).build();
    }

    private static SdkHttpRequest signed(SdkHttpRequest request) {
        String secret = "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY";
        return AwsV4HttpSigner.create().sign(signing -> signing
            .identity(AwsCredentialsIdentity.create("AKIDEXAMPLE", secret))
            .request(request)
            .putProperty(AwsV4HttpSigner.SIGNING_CLOCK,
                Clock.fixed(Instant.parse("2015-08-30T12:36:00Z"), ZoneOffset.UTC))
            .putProperty(AwsV4HttpSigner.REGION_NAME, "us-east-1")
            .putProperty(AwsV4HttpSigner.SERVICE_SIGNING_NAME, "es")).request();
    }
}
JAVA
java --class-path "lib/*" Run.java > seen.txt 2>/dev/null
cat > expected.txt <<'TXT'
token=YQ==: sent as token=YQ, signed as token=YQ is
token=YQ%3D%3D: sent as token=YQ%3D%3D
filter=name=x: sent as filter=name
token, YQ== given alone: sent as token=YQ%3D%3D
TXT
cat seen.txt
diff expected.txt seen.txt || { echo "Changed: the SDK no longer cuts a parameter as recorded."; exit 1; }
echo "As recorded: a parameter of a URI loses everything from its second equals sign, and the rest is signed and sent."
