import java.io.IOException;
import java.net.URI;
import java.net.URISyntaxException;
import java.time.Clock;
import java.time.Duration;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
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
    private static final DateTimeFormatter TIME = DateTimeFormatter.ofPattern("yyyyMMdd'T'HHmmss'Z'");
    private static final AwsV4HttpSigner SIGNER = AwsV4HttpSigner.create();

    public static void main(String[] arguments) throws IOException {
        Conformance.serve(Map.of(
            "name", "aws-sdk-java-v2",
            "version", Conformance.version("software.amazon.awssdk/http-auth-aws"),
            "roles", List.of("sign-header", "sign-query", "sign-sequence"),
            "profiles", List.of("generic", "s3"),
            "features", List.of("content-sha256-header", "duplicate-headers", "normalized-single-encoded",
                "session-token", "unnormalized-double-encoded", "unsigned-payload"),
            "clock", "given"),
            Map.of("sign", Adapter::answer, "sign-sequence", Conformance.sequence(Adapter::answer)));
    }

    private static Map<String, Object> answer(Map<String, Object> question) throws Conformance.Refusal {
        try {
            return sign(question);
        } catch (IllegalArgumentException refused) {
            throw Conformance.unrepresentable(refused.getMessage());
        }
    }

    private static Map<String, Object> sign(Map<String, Object> question) throws Conformance.Refusal {
        Map<String, Object> given = Conformance.map(question.get("request"));
        AwsCredentialsIdentity identity = identity(question);
        SdkHttpRequest request = request(given);
        byte[] body = Conformance.data(given.get("body"));
        String region = Conformance.text(question.get("region"));
        String service = Conformance.text(question.get("service"));
        boolean isSigned = switch ((String) question.get("payload")) {
            case "signed" -> true;
            case "unsigned" -> false;
            default -> throw Conformance.unsupported("payload " + question.get("payload"));
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
        String target = query == null ? sent.getRawPath() : sent.getRawPath() + "?" + query;
        return Conformance.signed(signed.method().name(), target, headers);
    }

    private static AwsCredentialsIdentity identity(Map<String, Object> question) throws Conformance.Refusal {
        Map<String, Object> keys = Conformance.map(question.get("credentials"));
        String id = Conformance.text(keys.get("access_key_id"));
        String secret = Conformance.text(keys.get("secret_access_key"));
        if (keys.get("session_token") == null) {
            return AwsCredentialsIdentity.create(id, secret);
        }
        if (question.get("session_token_signed").equals(false)) {
            throw Conformance.unsupported("the session token is always signed");
        }
        return AwsSessionCredentialsIdentity.create(id, secret, Conformance.text(keys.get("session_token")));
    }

    private static SdkHttpRequest request(Map<String, Object> given) throws Conformance.Refusal {
        SdkHttpRequest.Builder request = SdkHttpRequest.builder();
        List<String> hosts = new ArrayList<>();
        for (Object header : Conformance.list(given.get("headers"))) {
            String name = Conformance.text(Conformance.list(header).get(0));
            String value = Conformance.text(Conformance.list(header).get(1));
            if (name.equalsIgnoreCase("host")) {
                hosts.add(value);
            } else {
                request.appendHeader(name, value);
            }
        }
        if (hosts.size() != 1) {
            throw Conformance.unrepresentable("the signer takes one host, from the URI");
        }
        try {
            String host = hosts.get(0);
            URI uri = new URI("https://" + host + Conformance.text(given.get("target")));
            String port = uri.getPort() == -1 ? "" : ":" + uri.getPort();
            if (!host.equals(uri.getHost() + port)) {
                throw Conformance.unrepresentable("an SdkHttpRequest has a host and a number as its port");
            }
            if (uri.getRawFragment() != null) {
                throw Conformance.unrepresentable("a URI has its fragment apart from path and query");
            }
            request.method(SdkHttpMethod.valueOf(Conformance.text(given.get("method"))))
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
            throw Conformance.unrepresentable(failure.getMessage());
        }
    }
}
