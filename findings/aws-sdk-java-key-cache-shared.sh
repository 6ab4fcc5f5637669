#!/usr/bin/env bash
# The AWS SDK for Java, version 2, signs for one region and service with the key of another.
#
# Package (Maven): software.amazon.awssdk:http-auth-aws 2.58.0.
#
# Seen: the signer keeps derived keys, and finds them by secret, region and service joined with hyphens. Region
# `us-east-1` with service `s3-outposts` and region `us-east-1-s3` with service `outposts` are one text, so that whichever
# is signed second, on the same day, gets the key of the first. Its scope is right and its signature is wrong. In a process
# of its own, the same request gets the right one.
#
# Why it surprises: one expects a cache to tell apart what the key derivation tells apart. Names with hyphens are the rule
# in both places, and nothing is reported.
# Says otherwise: the vendor's documentation ("Create a signed AWS API request", deriving a signing key) enters region and
# service into the chain one after the other, so that their border counts.
#
# For a user: it needs a region with a name of one's own, as servers compatible with S3 have, and a second service in the
# same process. Then a signature fails, or does not, by the order of the requests.
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
    /** Signs for each scope that is named, and prints what was sent for the last one. */
    public static void main(String[] scopes) {
        String sent = "";
        for (String scope : scopes) {
            String[] names = scope.split("/");
            sent = AwsV4HttpSigner.create().sign(signing -> signing
                .identity(AwsCredentialsIdentity.create(
                    "AKIDEXAMPLE", "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY"))
                .request(SdkHttpRequest.builder().method(SdkHttpMethod.GET)
                    .uri(URI.create("https://example.amazonaws.com/")).build())
                .putProperty(AwsV4HttpSigner.SIGNING_CLOCK,
                    Clock.fixed(Instant.parse("2015-08-30T12:36:00Z"), ZoneOffset.UTC))
                .putProperty(AwsV4HttpSigner.REGION_NAME, names[0])
                .putProperty(AwsV4HttpSigner.SERVICE_SIGNING_NAME, names[1]))
                .request().firstMatchingHeader("Authorization").orElseThrow();
        }
        System.out.println(sent.replaceFirst(".*Credential=[^/]*/(\\S*),.*Signature=", "$1 "));
    }
}
JAVA
run() { java --class-path "lib/*" Run.java "$@" 2>/dev/null; }
second=us-east-1-s3/outposts
alone=$(run $second)
after_another=$(run us-east-1/service $second)
after_its_twin=$(run us-east-1/s3-outposts $second)
printf 'alone:         %s\nafter another: %s\nafter its twin: %s\n' "$alone" "$after_another" "$after_its_twin"
# The right signature, by openssl: the chain of keys, then the string to sign that the SDK's canonical request gives.
hmac() { printf '%s' "$2" | openssl dgst -sha256 -mac HMAC -macopt "hexkey:$1" -r | cut -d' ' -f1; }
empty=$(printf '' | openssl dgst -sha256 -r | cut -d' ' -f1)
headers='host;x-amz-content-sha256;x-amz-date'
canonical=$(printf 'GET\n/\n\nhost:example.amazonaws.com\nx-amz-content-sha256:%s\nx-amz-date:20150830T123600Z\n\n%s\n%s' \
    "$empty" "$headers" "$empty")
scope=20150830/$second/aws4_request
key=$(printf 'AWS4wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY' | od -An -tx1 | tr -d ' \n')
for part in 20150830 us-east-1-s3 outposts aws4_request; do key=$(hmac "$key" "$part"); done
hash=$(printf '%s' "$canonical" | openssl dgst -sha256 -r | cut -d' ' -f1)
right="$scope $(hmac "$key" "$(printf 'AWS4-HMAC-SHA256\n20150830T123600Z\n%s\n%s' "$scope" "$hash")")"
printf 'right:         %s\n' "$right"
[ "$alone" = "$right" ] && [ "$after_another" = "$right" ] && [ "$after_its_twin" != "$right" ] ||
    { echo "Changed: the signature no longer depends on what was signed before as recorded."; exit 1; }
echo "As recorded: after a scope that is the same text when joined with hyphens, the signature is wrong."
