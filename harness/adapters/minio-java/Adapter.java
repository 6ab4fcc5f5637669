import io.minio.Signer;
import io.minio.Utils;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import okhttp3.HttpUrl;
import okhttp3.Request;
import okhttp3.RequestBody;
import okhttp3.internal.http.HttpMethod;

/**
 * The signer of the MinIO client for Java behind the sigv4-conformance protocol.
 *
 * <p>The signer takes the time from the header x-amz-date, and the payload's hash as text. The client adds
 * the session token, as a header or as a parameter, and so does the adapter. A target that OkHttp's URL
 * would spell otherwise never reaches the signer.
 */
final class Adapter {
    /** For the URL only: the Host header is given. */
    private static final String BASE_URL = "https://example.amazonaws.com";
    private static final String TOKEN = "X-Amz-Security-Token";

    public static void main(String[] arguments) throws IOException {
        Conformance.serve(Map.of(
            "name", "minio-java",
            "version", Conformance.jarVersion(Signer.class),
            "roles", List.of("sign-header", "sign-query", "sign-sequence"),
            "profiles", List.of("s3"),
            "features", List.of("content-sha256-header", "duplicate-headers", "session-token",
                "unsigned-payload", "unsigned-session-token"),
            "clock", "given"),
            Map.of("sign", Adapter::answer, "sign-sequence", Conformance.sequence(Adapter::answer)));
    }

    private static Map<String, Object> answer(Map<String, Object> question) throws Exception {
        try {
            return sign(question);
        } catch (ArithmeticException | IllegalArgumentException refused) {
            throw Conformance.unrepresentable(refused.getMessage());
        }
    }

    private static Map<String, Object> sign(Map<String, Object> question) throws Exception {
        if (question.get("normalize").equals(true) || question.get("double_encode").equals(true)) {
            throw Conformance.unsupported("the path is always canonical as S3 has it");
        }
        boolean inQuery = question.get("placement").equals("query");
        String service = Conformance.text(question.get("service"));
        if (!service.equals("s3") && (inQuery || !service.equals("sts"))) {
            throw Conformance.unsupported("the service is s3, or sts in a header");
        }
        Map<String, Object> keys = Conformance.map(question.get("credentials"));
        String id = Conformance.text(keys.get("access_key_id"));
        String secret = Conformance.text(keys.get("secret_access_key"));
        Object token = keys.get("session_token");
        boolean tokenLast = question.get("session_token_signed").equals(false);
        String region = Conformance.text(question.get("region"));
        String hash = Conformance.payloadHash(question);
        Request.Builder request = request(question);
        if (token != null && !tokenLast) {
            addToken(request, Conformance.text(token), inQuery);
        }
        if (!inQuery && question.get("content_sha256_header").equals(true)) {
            request.header("x-amz-content-sha256", hash);
        }
        Request timed = request.header("x-amz-date", (String) question.get("time")).build();
        Request.Builder signed;
        if (inQuery) {
            if (!hash.equals("UNSIGNED-PAYLOAD")) {
                throw Conformance.unsupported("URLs are presigned without a body");
            }
            int life = Math.toIntExact(((Number) question.get("expires")).longValue());
            signed = timed.newBuilder().removeHeader("x-amz-date")
                .url(Signer.presignV4(timed, region, id, secret, life));
        } else if (service.equals("s3")) {
            signed = Signer.signV4S3(timed, region, id, secret, hash).newBuilder();
        } else {
            signed = Signer.signV4Sts(timed, region, id, secret, hash).newBuilder();
        }
        if (token != null && tokenLast) {
            addToken(signed, Conformance.text(token), inQuery);
        }
        Request sent = signed.build();
        List<Object> headers = new ArrayList<>();
        sent.headers().forEach(header -> headers.add(List.of(header.getFirst(), header.getSecond())));
        return Conformance.signed(sent.method(), target(sent.url()), headers);
    }

    private static void addToken(Request.Builder request, String token, boolean inQuery) {
        if (inQuery) {
            HttpUrl url = request.build().url();
            request.url(url.newBuilder().addEncodedQueryParameter(TOKEN, Utils.encode(token)).build());
        } else {
            request.header(TOKEN, token);
        }
    }

    private static Request.Builder request(Map<String, Object> question) throws Exception {
        Map<String, Object> given = Conformance.map(question.get("request"));
        String target = Conformance.text(given.get("target"));
        HttpUrl url = HttpUrl.get(BASE_URL + target);
        if (!target(url).equals(target)) {
            throw Conformance.unrepresentable("OkHttp makes of this target " + target(url));
        }
        String method = Conformance.text(given.get("method"));
        byte[] body = Conformance.data(given.get("body"));
        boolean hasBody = body.length > 0 || HttpMethod.requiresRequestBody(method);
        Request.Builder request =
            new Request.Builder().url(url).method(method, hasBody ? RequestBody.create(body) : null);
        for (Object header : Conformance.list(given.get("headers"))) {
            request.addHeader(Conformance.text(Conformance.list(header).get(0)),
                Conformance.text(Conformance.list(header).get(1)));
        }
        if (request.build().headers("host").size() != 1) {
            throw Conformance.unrepresentable("a missing Host header is taken from the URL");
        }
        return request;
    }

    private static String target(HttpUrl url) {
        String query = url.encodedQuery();
        return query == null ? url.encodedPath() : url.encodedPath() + "?" + query;
    }
}
