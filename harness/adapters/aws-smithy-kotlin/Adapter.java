import aws.smithy.kotlin.runtime.auth.awscredentials.Credentials;
import aws.smithy.kotlin.runtime.auth.awssigning.AwsSignatureType;
import aws.smithy.kotlin.runtime.auth.awssigning.AwsSignedBodyHeader;
import aws.smithy.kotlin.runtime.auth.awssigning.AwsSigningAlgorithm;
import aws.smithy.kotlin.runtime.auth.awssigning.AwsSigningConfig;
import aws.smithy.kotlin.runtime.auth.awssigning.AwsSigningResult;
import aws.smithy.kotlin.runtime.auth.awssigning.DefaultAwsSignerJVMKt;
import aws.smithy.kotlin.runtime.auth.awssigning.HashSpecification;
import aws.smithy.kotlin.runtime.http.HttpBody;
import aws.smithy.kotlin.runtime.http.HttpMethod;
import aws.smithy.kotlin.runtime.http.request.HttpRequest;
import aws.smithy.kotlin.runtime.http.request.HttpRequestBuilder;
import aws.smithy.kotlin.runtime.http.request.HttpRequestBuilderKt;
import aws.smithy.kotlin.runtime.net.url.Url;
import aws.smithy.kotlin.runtime.net.url.UrlEncoding;
import aws.smithy.kotlin.runtime.time.Instant;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import kotlin.coroutines.EmptyCoroutineContext;
import kotlin.time.Duration;
import kotlin.time.DurationKt;
import kotlin.time.DurationUnit;
import kotlinx.coroutines.BuildersKt;

/**
 * The signer of the AWS SDK for Kotlin behind the sigv4-conformance protocol.
 *
 * <p>The signer takes the time as an option. The target is parsed by the SDK's own Url, and the answer
 * is the request that the SDK hands to its HTTP engines, with the target that they send.
 */
final class Adapter {
    /** For the Url only: the Host header is given. */
    private static final String BASE_URL = "https://example.amazonaws.com";

    public static void main(String[] arguments) throws IOException {
        Conformance.serve(Map.of(
            "name", "aws-smithy-kotlin",
            "version", Conformance.jarVersion(DefaultAwsSignerJVMKt.class),
            "roles", List.of("sign-header", "sign-query", "sign-sequence", "sign-v4a"),
            "profiles", List.of("generic", "s3"),
            "features", List.of("content-sha256-header", "duplicate-headers", "normalized-single-encoded",
                "session-token", "unnormalized-double-encoded", "unsigned-payload", "unsigned-session-token"),
            "clock", "given"),
            Map.of("sign", Adapter::answer, "sign-sequence", Conformance.sequence(Adapter::answer),
                "sign-v4a", Adapter::answerV4a));
    }

    private static Map<String, Object> answer(Map<String, Object> question) throws Conformance.Refusal {
        return answer(question, AwsSigningAlgorithm.SIGV4);
    }

    /** The region is the region set. */
    private static Map<String, Object> answerV4a(Map<String, Object> question) throws Conformance.Refusal {
        Map<String, Object> answer = answer(question, AwsSigningAlgorithm.SIGV4_ASYMMETRIC);
        answer.put("result", "signed-v4a");
        return answer;
    }

    private static Map<String, Object> answer(Map<String, Object> question, AwsSigningAlgorithm algorithm)
            throws Conformance.Refusal {
        try {
            return sign(question, algorithm);
        } catch (IllegalArgumentException | IllegalStateException refused) {
            // What Kotlin's `require` and `check` throw.
            throw Conformance.unrepresentable(refused.getMessage());
        }
    }

    private static Map<String, Object> sign(Map<String, Object> question, AwsSigningAlgorithm algorithm)
            throws Conformance.Refusal {
        HttpRequest request = request(Conformance.map(question.get("request")));
        AwsSigningConfig config = config(question, algorithm);
        AwsSigningResult<HttpRequest> result;
        try {
            result = BuildersKt.runBlocking(EmptyCoroutineContext.INSTANCE,
                (scope, next) -> DefaultAwsSignerJVMKt.getDefaultAwsSigner().sign(request, config, next));
        } catch (InterruptedException failure) {
            throw new RuntimeException(failure);
        }
        HttpRequest signed = result.getOutput();
        List<Object> headers = new ArrayList<>();
        for (Map.Entry<String, List<String>> header : signed.getHeaders().entries()) {
            header.getValue().forEach(value -> headers.add(List.of(header.getKey(), value)));
        }
        Map<String, Object> answer = Conformance.signed(
            signed.getMethod().name(), signed.getUrl().getRequestRelativePath(), headers);
        answer.put("stages", Map.of("signature", new String(result.getSignature(), StandardCharsets.UTF_8)));
        return answer;
    }

    private static AwsSigningConfig config(Map<String, Object> question, AwsSigningAlgorithm algorithm)
            throws Conformance.Refusal {
        Map<String, Object> keys = Conformance.map(question.get("credentials"));
        Object token = keys.get("session_token");
        AwsSigningConfig.Builder config = new AwsSigningConfig.Builder();
        config.setAlgorithm(algorithm);
        config.setCredentials(Credentials.Companion.invoke(Conformance.text(keys.get("access_key_id")),
            Conformance.text(keys.get("secret_access_key")), token == null ? null : Conformance.text(token), null, null, null));
        config.setOmitSessionToken(question.get("session_token_signed").equals(false));
        config.setRegion(Conformance.text(question.get("region")));
        config.setService(Conformance.text(question.get("service")));
        config.setSigningDate(Instant.Companion.fromIso8601((String) question.get("time")));
        config.setNormalizeUriPath((Boolean) question.get("normalize"));
        config.setUseDoubleUriEncode((Boolean) question.get("double_encode"));
        config.setHashSpecification(switch ((String) question.get("payload")) {
            case "signed" -> HashSpecification.CalculateFromPayload.INSTANCE;
            case "unsigned" -> HashSpecification.UnsignedPayload.INSTANCE;
            default -> throw Conformance.unsupported("payload " + question.get("payload"));
        });
        if (question.get("placement").equals("query")) {
            config.setSignatureType(AwsSignatureType.HTTP_REQUEST_VIA_QUERY_PARAMS);
            setLife(config, ((Number) question.get("expires")).longValue());
        } else if (question.get("content_sha256_header").equals(true)) {
            config.setSignedBodyHeader(AwsSignedBodyHeader.X_AMZ_CONTENT_SHA256);
        }
        return config.build();
    }

    /** Kotlin gives functions with a value class names that Java source cannot hold. */
    private static void setLife(AwsSigningConfig.Builder config, long seconds) {
        try {
            Object life = Duration.class.getMethod("box-impl", long.class)
                .invoke(null, DurationKt.toDuration(seconds, DurationUnit.SECONDS));
            config.getClass().getMethod("setExpiresAfter-BwNAW2A", Duration.class).invoke(config, life);
        } catch (ReflectiveOperationException failure) {
            throw new RuntimeException(failure);
        }
    }

    private static HttpRequest request(Map<String, Object> given) throws Conformance.Refusal {
        HttpRequestBuilder request = new HttpRequestBuilder();
        boolean hasHost = false;
        for (Object header : Conformance.list(given.get("headers"))) {
            String name = Conformance.text(Conformance.list(header).get(0));
            String value = Conformance.text(Conformance.list(header).get(1));
            request.getHeaders().append(name, value);
            hasHost |= name.equalsIgnoreCase("host");
        }
        if (!hasHost) {
            throw Conformance.unrepresentable("a missing Host header is taken from the Url");
        }
        String target = Conformance.text(given.get("target"));
        Url url = Url.Companion.parse(BASE_URL + target, UrlEncoding.Companion.getAll());
        if (url.getFragment() != null) {
            throw Conformance.unrepresentable("a Url has its fragment apart from path and query");
        }
        HttpRequestBuilderKt.url(request, url);
        request.setMethod(HttpMethod.valueOf(Conformance.text(given.get("method"))));
        request.setBody(HttpBody.Companion.fromBytes(Conformance.data(given.get("body"))));
        return request.build();
    }
}
