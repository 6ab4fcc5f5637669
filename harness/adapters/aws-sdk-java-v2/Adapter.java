import com.fasterxml.jackson.jr.ob.JSON;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import software.amazon.awssdk.http.ContentStreamProvider;
import software.amazon.awssdk.http.SdkHttpMethod;
import software.amazon.awssdk.http.SdkHttpRequest;
import software.amazon.awssdk.http.auth.aws.signer.AwsV4FamilyHttpSigner.AuthLocation;
import software.amazon.awssdk.http.auth.aws.signer.AwsV4HttpSigner;
import software.amazon.awssdk.identity.spi.AwsCredentialsIdentity;
import software.amazon.awssdk.identity.spi.AwsSessionCredentialsIdentity;
import software.amazon.awssdk.utils.http.SdkHttpUtils;

/**
 * The signer of the AWS SDK for Java, version 2, behind the sigv4-conformance protocol.
 *
 * <p>The signer takes the time as a clock, and the host from the request's URI. An SdkHttpRequest keeps
 * the parameters of the query decoded. Here they are filled in one by one, as the SDK's own clients do:
 * its reader of whole URIs, which is not a part of the signer, cuts a value at its second equals sign.
 * The answer is the request that the SDK hands to its HTTP clients, with the URI that they send.
 */
final class Adapter {
    private static final String DESCRIPTION =
        "/META-INF/maven/software.amazon.awssdk/http-auth-aws/pom.properties";
    private static final Map<String, Object> HELLO = Map.of(
        "op", "hello",
        "protocol", 1,
        "name", "aws-sdk-java-v2",
        "version", version(),
        "language", "Java " + Runtime.version(),
        "roles", List.of("sign-header", "sign-query", "sign-sequence"),
        "profiles", List.of("generic", "s3"),
        "features", List.of("content-sha256-header", "duplicate-headers", "normalized-single-encoded",
            "session-token", "unnormalized-double-encoded", "unsigned-payload"),
        "clock", "given");
    private static final DateTimeFormatter TIME = DateTimeFormatter.ofPattern("yyyyMMdd'T'HHmmss'Z'");
    private static final AwsV4HttpSigner SIGNER = AwsV4HttpSigner.create();

    private static String version() {
        try (InputStream file = AwsV4HttpSigner.class.getResourceAsStream(DESCRIPTION)) {
            Properties description = new Properties();
            description.load(file);
            return description.getProperty("version");
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
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
        } catch (IllegalArgumentException refused) {
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
        Map<String, Object> given = map(question.get("request"));
        AwsCredentialsIdentity identity = identity(question);
        SdkHttpRequest request = request(given);
        byte[] body = data(given.get("body"));
        String region = text(question.get("region"));
        String service = text(question.get("service"));
        boolean isSigned = switch ((String) question.get("payload")) {
            case "signed" -> true;
            case "unsigned" -> false;
            default -> throw new Refusal("unsupported", "payload " + question.get("payload"));
        };
        LocalDateTime time = LocalDateTime.parse((String) question.get("time"), TIME);
        boolean inQuery = question.get("placement").equals("query");
        SdkHttpRequest signed = SIGNER.sign(signing -> {
            signing.identity(identity).request(request)
                .payload(ContentStreamProvider.fromByteArray(body))
                .putProperty(AwsV4HttpSigner.SIGNING_CLOCK,
                    Clock.fixed(time.toInstant(ZoneOffset.UTC), ZoneOffset.UTC))
                .putProperty(AwsV4HttpSigner.REGION_NAME, region)
                .putProperty(AwsV4HttpSigner.SERVICE_SIGNING_NAME, service)
                .putProperty(AwsV4HttpSigner.NORMALIZE_PATH, (Boolean) question.get("normalize"))
                .putProperty(AwsV4HttpSigner.DOUBLE_URL_ENCODE, (Boolean) question.get("double_encode"))
                .putProperty(AwsV4HttpSigner.PAYLOAD_SIGNING_ENABLED, isSigned);
            if (inQuery) {
                Duration life = Duration.ofSeconds(((Number) question.get("expires")).longValue());
                signing.putProperty(AwsV4HttpSigner.AUTH_LOCATION, AuthLocation.QUERY_STRING)
                    .putProperty(AwsV4HttpSigner.EXPIRATION_DURATION, life);
            }
        }).request();
        List<Object> headers = new ArrayList<>();
        signed.forEachHeader((name, values) -> values.forEach(value -> headers.add(List.of(name, value))));
        URI sent = signed.getUri();
        String query = sent.getRawQuery();
        return Map.of("result", "signed", "request", Map.of(
            "method", signed.method().name(),
            "target", query == null ? sent.getRawPath() : sent.getRawPath() + "?" + query,
            "headers", headers));
    }

    private static AwsCredentialsIdentity identity(Map<String, Object> question) throws Refusal {
        Map<String, Object> keys = map(question.get("credentials"));
        String id = text(keys.get("access_key_id"));
        String secret = text(keys.get("secret_access_key"));
        if (keys.get("session_token") == null) {
            return AwsCredentialsIdentity.create(id, secret);
        }
        if (question.get("session_token_signed").equals(false)) {
            throw new Refusal("unsupported", "the session token is always signed");
        }
        return AwsSessionCredentialsIdentity.create(id, secret, text(keys.get("session_token")));
    }

    private static SdkHttpRequest request(Map<String, Object> given) throws Refusal {
        SdkHttpRequest.Builder request = SdkHttpRequest.builder();
        List<String> hosts = new ArrayList<>();
        for (Object header : list(given.get("headers"))) {
            String name = text(list(header).get(0));
            String value = text(list(header).get(1));
            if (name.equalsIgnoreCase("host")) {
                hosts.add(value);
            } else {
                request.appendHeader(name, value);
            }
        }
        if (hosts.size() != 1) {
            throw new Refusal("unrepresentable", "the signer takes one host, from the URI");
        }
        try {
            String host = hosts.get(0);
            URI uri = new URI("https://" + host + text(given.get("target")));
            String port = uri.getPort() == -1 ? "" : ":" + uri.getPort();
            if (!host.equals(uri.getHost() + port)) {
                throw new Refusal("unrepresentable", "an SdkHttpRequest has a host and a number as its port");
            }
            if (uri.getRawFragment() != null) {
                throw new Refusal("unrepresentable", "a URI has its fragment apart from path and query");
            }
            request.method(SdkHttpMethod.valueOf(text(given.get("method"))))
                .protocol(uri.getScheme()).host(uri.getHost()).port(uri.getPort())
                .encodedPath(uri.getRawPath());
            if (uri.getRawQuery() != null && !uri.getRawQuery().isEmpty()) {
                for (String parameter : uri.getRawQuery().split("&", -1)) {
                    String[] parts = parameter.split("=", 2);
                    request.appendRawQueryParameter(SdkHttpUtils.urlDecode(parts[0]),
                        parts.length == 1 ? null : SdkHttpUtils.urlDecode(parts[1]));
                }
            }
            return request.build();
        } catch (URISyntaxException failure) {
            throw new Refusal("unrepresentable", failure.getMessage());
        }
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
            throw new Refusal("unrepresentable", "an SdkHttpRequest takes text, and this is not UTF-8");
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
