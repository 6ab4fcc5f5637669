import aws.smithy.kotlin.runtime.auth.awscredentials.Credentials;
import aws.smithy.kotlin.runtime.auth.awssigning.AwsSignatureType;
import aws.smithy.kotlin.runtime.auth.awssigning.AwsSignedBodyHeader;
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
import com.fasterxml.jackson.jr.ob.JSON;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.LinkedHashMap;
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
    private static final Map<String, Object> HELLO = Map.of(
        "op", "hello",
        "protocol", 1,
        "name", "aws-smithy-kotlin",
        "version", version(),
        "language", "Java " + Runtime.version(),
        "roles", List.of("sign-header", "sign-query", "sign-sequence"),
        "profiles", List.of("generic", "s3"),
        "features", List.of("content-sha256-header", "duplicate-headers", "normalized-single-encoded",
            "session-token", "unnormalized-double-encoded", "unsigned-payload", "unsigned-session-token"),
        "clock", "given");

    /** For the Url only: the Host header is given. */
    private static final String BASE_URL = "https://example.amazonaws.com";

    /** The jar says it in its name only. */
    private static String version() {
        String jar = DefaultAwsSignerJVMKt.class.getProtectionDomain().getCodeSource().getLocation().getPath();
        return jar.replaceFirst(".*-jvm-(.*)\\.jar", "$1");
    }

    /** A result other than {@code signed}, and why. */
    private static final class Refusal extends Exception {
        private static final long serialVersionUID = 1;
        final String result;

        Refusal(String result, String detail) {
            super(detail);
            this.result = result;
        }
    }

    public static void main(String[] arguments) throws IOException {
        BufferedReader questions =
            new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
        PrintStream answers = new PrintStream(System.out, true, StandardCharsets.UTF_8);
        for (String line = questions.readLine(); line != null; line = questions.readLine()) {
            answers.println(JSON.std.asString(answer(JSON.std.mapFrom(line))));
        }
    }

    private static Map<String, Object> answer(Map<String, Object> question) {
        if (question.get("op").equals("hello")) {
            return HELLO;
        }
        Map<String, Object> answer = new LinkedHashMap<>();
        try {
            switch ((String) question.get("op")) {
                case "sign" -> answer.putAll(sign(question));
                case "sign-sequence" -> answer.putAll(signSequence(question));
                default -> throw new Refusal("unsupported", "no operation " + question.get("op"));
            }
        } catch (Refusal refusal) {
            answer.put("result", refusal.result);
            answer.put("detail", refusal.getMessage());
        } catch (IllegalArgumentException | IllegalStateException refused) {
            // What Kotlin's `require` and `check` throw.
            answer.put("result", "unrepresentable");
            answer.put("detail", refused.getMessage());
        } catch (RuntimeException failure) {
            answer.put("result", "error");
            answer.put("detail", failure.toString());
        }
        answer.put("seq", question.get("seq"));
        return answer;
    }

    private static Map<String, Object> signSequence(Map<String, Object> question) throws Refusal {
        List<Object> calls = new ArrayList<>();
        for (Object call : list(question.get("calls"))) {
            calls.add(sign(map(call)));
        }
        return Map.of("result", "signed-sequence", "calls", calls);
    }

    private static Map<String, Object> sign(Map<String, Object> question) throws Refusal {
        HttpRequest request = request(map(question.get("request")));
        AwsSigningConfig config = config(question);
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
        return Map.of(
            "result", "signed",
            "request", Map.of(
                "method", signed.getMethod().name(),
                "target", signed.getUrl().getRequestRelativePath(),
                "headers", headers),
            "stages", Map.of("signature", new String(result.getSignature(), StandardCharsets.UTF_8)));
    }

    private static AwsSigningConfig config(Map<String, Object> question) throws Refusal {
        Map<String, Object> keys = map(question.get("credentials"));
        Object token = keys.get("session_token");
        AwsSigningConfig.Builder config = new AwsSigningConfig.Builder();
        config.setCredentials(Credentials.Companion.invoke(text(keys.get("access_key_id")),
            text(keys.get("secret_access_key")), token == null ? null : text(token), null, null, null));
        config.setOmitSessionToken(question.get("session_token_signed").equals(false));
        config.setRegion(text(question.get("region")));
        config.setService(text(question.get("service")));
        config.setSigningDate(Instant.Companion.fromIso8601((String) question.get("time")));
        config.setNormalizeUriPath((Boolean) question.get("normalize"));
        config.setUseDoubleUriEncode((Boolean) question.get("double_encode"));
        config.setHashSpecification(switch ((String) question.get("payload")) {
            case "signed" -> HashSpecification.CalculateFromPayload.INSTANCE;
            case "unsigned" -> HashSpecification.UnsignedPayload.INSTANCE;
            default -> throw new Refusal("unsupported", "payload " + question.get("payload"));
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

    private static HttpRequest request(Map<String, Object> given) throws Refusal {
        HttpRequestBuilder request = new HttpRequestBuilder();
        boolean hasHost = false;
        for (Object header : list(given.get("headers"))) {
            String name = text(list(header).get(0));
            String value = text(list(header).get(1));
            request.getHeaders().append(name, value);
            hasHost |= name.equalsIgnoreCase("host");
        }
        if (!hasHost) {
            throw new Refusal("unrepresentable", "a missing Host header is taken from the Url");
        }
        String target = text(given.get("target"));
        Url url = Url.Companion.parse(BASE_URL + target, UrlEncoding.Companion.getAll());
        if (url.getFragment() != null) {
            throw new Refusal("unrepresentable", "a Url has its fragment apart from path and query");
        }
        HttpRequestBuilderKt.url(request, url);
        request.setMethod(HttpMethod.valueOf(text(given.get("method"))));
        request.setBody(HttpBody.Companion.fromBytes(data(given.get("body"))));
        return request.build();
    }

    /** Bytes of the protocol: a string, or an object with base64. */
    private static byte[] data(Object value) {
        return value instanceof String text
            ? text.getBytes(StandardCharsets.UTF_8)
            : Base64.getDecoder().decode((String) map(value).get("base64"));
    }

    private static String text(Object value) throws Refusal {
        try {
            return StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(data(value))).toString();
        } catch (CharacterCodingException failure) {
            throw new Refusal("unrepresentable", "an HttpRequest takes text, and this is not UTF-8");
        }
    }

    @SuppressWarnings("unchecked")
    private static Map<String, Object> map(Object value) {
        return (Map<String, Object>) value;
    }

    private static List<?> list(Object value) {
        return (List<?>) value;
    }
}
