#!/usr/bin/env bash
# The signers of the AWS SDKs for Java and Kotlin sign an Authorization header that they then replace.
#
# Packages (Maven): software.amazon.awssdk:http-auth-aws 2.58.0; aws.smithy.kotlin:aws-signing-default-jvm 1.5.20.
#
# Seen: a request that already has an Authorization header, such as one that was signed before, is signed again. Both
# signers list `authorization` in SignedHeaders, hash its old value, and put the new value in its place. The value that
# was signed is not sent, so that no server can compute the signature. Nothing is reported.
#
# Why it surprises: one expects the old header to be left out or refused. A header that holds the signature cannot be
# signed, and every other signer of the vendor that was tried leaves it out or refuses it (botocore, awscrt,
# @smithy/signature-v4, aws-sigv4 for Rust, aws-sdk-go-v2, aws-sigv4 for Ruby, aws-sdk-js).
# Says otherwise: the vendor's documentation ("Create a signed AWS API request") adds the Authorization header after the
# signature was calculated. The SDKs' own clients never meet it: their requests have no such header before signing.
#
# For a user: SignatureDoesNotMatch in a proxy that signs requests again, or in a retry written by hand, means this if
# `authorization` is among the signed headers. Remove the header before signing.
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
    <dependency>
      <groupId>aws.smithy.kotlin</groupId>
      <artifactId>aws-signing-default-jvm</artifactId>
      <version>1.5.20</version>
    </dependency>
  </dependencies>
</project>
XML
mvn --quiet --batch-mode org.apache.maven.plugins:maven-dependency-plugin:3.8.1:copy-dependencies \
    -DincludeScope=runtime -DoutputDirectory=lib >/dev/null
cat > Run.java <<'JAVA'
import aws.smithy.kotlin.runtime.auth.awscredentials.Credentials;
import aws.smithy.kotlin.runtime.auth.awssigning.AwsSigningConfig;
import aws.smithy.kotlin.runtime.auth.awssigning.AwsSigningResult;
import aws.smithy.kotlin.runtime.auth.awssigning.DefaultAwsSignerJVMKt;
import aws.smithy.kotlin.runtime.http.request.HttpRequest;
import aws.smithy.kotlin.runtime.http.request.HttpRequestBuilder;
import aws.smithy.kotlin.runtime.http.request.HttpRequestBuilderKt;
import aws.smithy.kotlin.runtime.net.url.Url;
import aws.smithy.kotlin.runtime.net.url.UrlEncoding;
import java.net.URI;
import java.util.List;
import kotlin.coroutines.EmptyCoroutineContext;
import kotlinx.coroutines.BuildersKt;
import software.amazon.awssdk.http.SdkHttpMethod;
import software.amazon.awssdk.http.SdkHttpRequest;
import software.amazon.awssdk.http.auth.aws.signer.AwsV4HttpSigner;
import software.amazon.awssdk.identity.spi.AwsCredentialsIdentity;

final class Run {
    private static final String URL = "https://example.amazonaws.com/";
    private static final String ID = "AKIDEXAMPLE";
    private static final String SECRET = "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY";

    public static void main(String[] arguments) throws InterruptedException {
        SdkHttpRequest java = SdkHttpRequest.builder().method(SdkHttpMethod.GET).uri(URI.create(URL))
            .putHeader("Authorization", "old").build();
        SdkHttpRequest signed = AwsV4HttpSigner.create().sign(signing -> signing
            .identity(AwsCredentialsIdentity.create(ID, SECRET))
            .request(java)
            .putProperty(AwsV4HttpSigner.REGION_NAME, "us-east-1")
            .putProperty(AwsV4HttpSigner.SERVICE_SIGNING_NAME, "es")).request();
        show("Java", signed.matchingHeaders("Authorization"));

        HttpRequestBuilder builder = new HttpRequestBuilder();
        HttpRequestBuilderKt.url(builder, Url.Companion.parse(URL, UrlEncoding.Companion.getAll()));
        builder.getHeaders().append("Authorization", "old");
        HttpRequest kotlin = builder.build();
        AwsSigningConfig.Builder config = new AwsSigningConfig.Builder();
        config.setCredentials(Credentials.Companion.invoke(ID, SECRET, null, null, null, null));
        config.setRegion("us-east-1");
        config.setService("es");
        AwsSigningResult<HttpRequest> result = BuildersKt.runBlocking(EmptyCoroutineContext.INSTANCE,
            (scope, next) -> DefaultAwsSignerJVMKt.getDefaultAwsSigner().sign(kotlin, config.build(), next));
        show("Kotlin", result.getOutput().getHeaders().getAll("Authorization"));
    }

    private static void show(String who, List<String> sent) {
        String names = sent.get(0).replaceFirst(".*SignedHeaders=([^,]*),.*", "$1");
        System.out.println(who + ": signs " + names + "; sends the old value: " + sent.contains("old"));
    }
}
JAVA
java --class-path "lib/*" Run.java > seen.txt 2>/dev/null
cat > expected.txt <<'TXT'
Java: signs authorization;host;x-amz-content-sha256;x-amz-date; sends the old value: false
Kotlin: signs authorization;host;x-amz-date; sends the old value: false
TXT
cat seen.txt
diff expected.txt seen.txt || { echo "Changed: an Authorization header is no longer signed as recorded."; exit 1; }
echo "As recorded: both signers sign the caller's Authorization header and send another in its place."
