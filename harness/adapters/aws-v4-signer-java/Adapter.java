import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import uk.co.lucasweb.aws.v4.signer.HttpRequest;
import uk.co.lucasweb.aws.v4.signer.Signer;
import uk.co.lucasweb.aws.v4.signer.credentials.AwsCredentials;

/**
 * aws-v4-signer-java behind the sigv4-conformance protocol.
 *
 * <p>The signer takes method, target, headers and the payload's hash, and returns the value of the
 * Authorization header. All other headers are the caller's, the date among them. The name of the service
 * decides how the path becomes canonical.
 */
final class Adapter {
    public static void main(String[] arguments) throws IOException {
        Conformance.serve(Map.of(
            "name", "aws-v4-signer-java",
            "version", Conformance.version("uk.co.lucasweb/aws-v4-signer-java"),
            "roles", List.of("sign-header", "sign-sequence"),
            "profiles", List.of("generic", "s3"),
            "features", List.of("absent-host", "content-sha256-header", "control-in-header",
                "control-in-secret", "duplicate-headers", "empty-credential", "empty-header-value",
                "empty-path", "empty-scope", "invalid-escape", "non-ascii-header", "non-ascii-secret",
                "obs-fold", "odd-header-name", "odd-method", "padded-header-value", "raw-control",
                "raw-illegal", "raw-non-ascii", "raw-space", "session-token", "unsigned-payload",
                "unsigned-session-token"),
            "clock", "given"),
            Map.of("sign", Adapter::sign, "sign-sequence", Conformance.sequence(Adapter::sign)));
    }

    private static Map<String, Object> sign(Map<String, Object> question) throws Exception {
        String service = Conformance.text(question.get("service"));
        boolean isS3 = service.equals("s3");
        if (question.get("placement").equals("query")) {
            throw Conformance.unsupported("the signature is always in a header");
        }
        if (question.get("normalize").equals(isS3) || question.get("double_encode").equals(isS3)) {
            throw Conformance.unsupported("the path is canonical as S3 has it for the service s3, and for no other");
        }
        String hash = Conformance.payloadHash(question);
        Map<String, Object> given = Conformance.map(question.get("request"));
        List<List<String>> headers = new ArrayList<>();
        for (Object header : Conformance.list(given.get("headers"))) {
            headers.add(List.of(Conformance.text(Conformance.list(header).get(0)),
                Conformance.text(Conformance.list(header).get(1))));
        }
        if (headers.stream().anyMatch(header -> header.get(0).equalsIgnoreCase("x-amz-date"))) {
            throw Conformance.unrepresentable("the time is the caller's header x-amz-date");
        }
        headers.add(List.of("X-Amz-Date", (String) question.get("time")));
        if (question.get("content_sha256_header").equals(true)) {
            headers.add(List.of("X-Amz-Content-Sha256", hash));
        }
        Map<String, Object> keys = Conformance.map(question.get("credentials"));
        Object token = keys.get("session_token");
        boolean tokenLast = question.get("session_token_signed").equals(false);
        if (token != null && !tokenLast) {
            headers.add(List.of("X-Amz-Security-Token", Conformance.text(token)));
        }
        String method = Conformance.text(given.get("method"));
        String target = Conformance.text(given.get("target"));
        Signer.Builder signer = Signer.builder()
            .awsCredentials(new AwsCredentials(Conformance.text(keys.get("access_key_id")),
                Conformance.text(keys.get("secret_access_key"))))
            .region(Conformance.text(question.get("region")));
        headers.forEach(header -> signer.header(header.get(0), header.get(1)));
        String authorization = signer.build(new HttpRequest(method, target), service, hash).getSignature();
        headers.removeIf(header -> header.get(0).equalsIgnoreCase("authorization"));
        headers.add(List.of("Authorization", authorization));
        if (token != null && tokenLast) {
            headers.add(List.of("X-Amz-Security-Token", Conformance.text(token)));
        }
        return Conformance.signed(method, target, headers);
    }
}
