import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import software.amazon.awssdk.checksums.DefaultChecksumAlgorithm;
import software.amazon.awssdk.checksums.spi.ChecksumAlgorithm;
import software.amazon.awssdk.http.ContentStreamProvider;
import software.amazon.awssdk.http.SdkHttpMethod;
import software.amazon.awssdk.http.SdkHttpRequest;
import software.amazon.awssdk.http.auth.aws.signer.AwsV4FamilyHttpSigner;
import software.amazon.awssdk.http.auth.aws.signer.AwsV4FamilyHttpSigner.AuthLocation;
import software.amazon.awssdk.http.auth.aws.signer.AwsV4HttpSigner;
import software.amazon.awssdk.http.auth.aws.signer.AwsV4aHttpSigner;
import software.amazon.awssdk.http.auth.aws.signer.RegionSet;
import software.amazon.awssdk.http.auth.spi.signer.SignRequest;
import software.amazon.awssdk.http.auth.spi.signer.SignedRequest;
import software.amazon.awssdk.identity.spi.AwsCredentialsIdentity;
import software.amazon.awssdk.identity.spi.AwsSessionCredentialsIdentity;
import software.amazon.awssdk.utils.http.SdkHttpUtils;

/**
 * The signer of the AWS SDK for Java, version 2, behind the sigv4-conformance protocol.
 *
 * <p>The signer takes the time as a clock, and the host from the request's URI. An SdkHttpRequest keeps
 * the parameters of the query decoded. Here they are filled in one by one, as the SDK's own clients do:
 * its reader of whole URIs, which is not a part of the signer, cuts a value at its second equals sign.
 * SigV4A is signed by http-auth-aws-crt, which has aws-c-auth inside. The answer is the request that the SDK hands to its HTTP clients, with the URI that they send.
 */
final class Adapter {
    private static final DateTimeFormatter TIME = DateTimeFormatter.ofPattern("yyyyMMdd'T'HHmmss'Z'");
    private static final AwsV4HttpSigner SIGNER = AwsV4HttpSigner.create();
    private static final AwsV4aHttpSigner V4A_SIGNER = AwsV4aHttpSigner.create();

    public static void main(String[] arguments) throws IOException {
        Conformance.serve(Map.of(
            "name", "aws-sdk-java-v2",
            "version", Conformance.version("software.amazon.awssdk/http-auth-aws"),
            "roles", List.of("sign-header", "sign-query", "sign-sequence", "sign-v4a", "sign-v4a-chunks"),
            "profiles", List.of("generic", "s3"),
            "features", List.of("content-sha256-header", "duplicate-headers", "normalized-single-encoded",
                "session-token", "unnormalized-double-encoded", "unsigned-payload"),
            "clock", "given"),
            Map.of("sign", refusing(Adapter::sign), "sign-sequence", Conformance.sequence(refusing(Adapter::sign)),
                "sign-v4a", refusing(Adapter::signV4a), "sign-v4a-chunks", refusing(Adapter::signV4aChunks)));
    }

    /** What the SDK says when it refuses an input on purpose. */
    private static Conformance.Operation refusing(Conformance.Operation operation) {
        return question -> {
            try {
                return operation.answer(question);
            } catch (IllegalArgumentException refused) {
                throw Conformance.unrepresentable(refused.getMessage());
            }
        };
    }

    private static Map<String, Object> sign(Map<String, Object> question) throws Conformance.Refusal {
        SignRequest.Builder<AwsCredentialsIdentity> signing = signing(question);
        signing.putProperty(AwsV4HttpSigner.REGION_NAME, Conformance.text(question.get("region")));
        return sent(SIGNER.sign(signing.build()).request());
    }

    /** The region is the region set. */
    private static Map<String, Object> signV4a(Map<String, Object> question) throws Conformance.Refusal {
        Map<String, Object> answer = sent(signedV4a(signing(question), question).request());
        answer.put("result", "signed-v4a");
        return answer;
    }

    /** The signer frames the body in chunks of its own size, and its trailer is a checksum of its own. */
    private static Map<String, Object> signV4aChunks(Map<String, Object> question) throws Conformance.Refusal {
        Map<String, Object> start = Conformance.map(question.get("start"));
        Map<String, Object> key = Conformance.map(question.get("key"));
        if (start.get("request") == null || key.get("credentials") == null) {
            throw Conformance.unsupported("it signs a request with credentials");
        }
        Map<String, Object> head = new HashMap<>(Conformance.map(start.get("request")));
        head.put("body", question.get("body"));
        Map<String, Object> asked = new HashMap<>(question);
        asked.putAll(Map.of("request", head, "credentials", key.get("credentials"), "placement", "header",
            "payload", "signed", "normalize", false, "double_encode", false, "session_token_signed", true));
        SignRequest.Builder<AwsCredentialsIdentity> signing = signing(asked);
        signing.putProperty(AwsV4aHttpSigner.CHUNK_ENCODING_ENABLED, true);
        for (Object trailer : Conformance.list(question.get("trailers"))) {
            signing.putProperty(AwsV4aHttpSigner.CHECKSUM_ALGORITHM,
                checksum(Conformance.text(Conformance.list(trailer).get(0))));
        }
        SignedRequest signed = signedV4a(signing, asked);
        Map<String, Object> answer = framed(signed);
        Map<String, Object> sent = sent(signed.request());
        sent.remove("result");
        answer.put("head", sent);
        return answer;
    }

    private static ChecksumAlgorithm checksum(String trailer) throws Conformance.Refusal {
        return switch (trailer) {
            case "x-amz-checksum-crc32" -> DefaultChecksumAlgorithm.CRC32;
            case "x-amz-checksum-sha256" -> DefaultChecksumAlgorithm.SHA256;
            default -> throw Conformance.unsupported("its trailer is a checksum, and never " + trailer);
        };
    }

    /** The signatures are read out of the framed body. */
    private static Map<String, Object> framed(SignedRequest signed) {
        String framed;
        try (InputStream stream = signed.payload().orElseThrow().newStream()) {
            framed = new String(stream.readAllBytes(), StandardCharsets.ISO_8859_1);
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
        List<Object> chunks = new ArrayList<>();
        int at = 0;
        int size;
        do {
            int end = framed.indexOf("\r\n", at);
            String[] parts = framed.substring(at, end).split(";chunk-signature=");
            size = Integer.parseInt(parts[0], 16);
            chunks.add(Map.of("size", size, "signature", parts[1]));
            at = end + 2 + (size == 0 ? 0 : size + 2);
        } while (size > 0);
        Map<String, Object> answer = new HashMap<>(Map.of("result", "signed-v4a-chunks", "chunks", chunks,
            "framed_body", framed));
        for (String line : framed.substring(at).split("\r\n")) {
            if (line.startsWith("x-amz-trailer-signature:")) {
                answer.put("trailer", Map.of("signature", line.substring(line.indexOf(':') + 1)));
            }
        }
        return answer;
    }

    private static SignedRequest signedV4a(SignRequest.Builder<AwsCredentialsIdentity> signing,
            Map<String, Object> question) throws Conformance.Refusal {
        RegionSet regions = RegionSet.create(Conformance.text(question.get("region")));
        signing.putProperty(AwsV4aHttpSigner.REGION_SET, regions);
        return V4A_SIGNER.sign(signing.build());
    }

    /** What both signers take. */
    private static SignRequest.Builder<AwsCredentialsIdentity> signing(Map<String, Object> question)
            throws Conformance.Refusal {
        Map<String, Object> given = Conformance.map(question.get("request"));
        boolean isSigned = switch ((String) question.get("payload")) {
            case "signed" -> true;
            case "unsigned" -> false;
            default -> throw Conformance.unsupported("payload " + question.get("payload"));
        };
        LocalDateTime time = LocalDateTime.parse((String) question.get("time"), TIME);
        SignRequest.Builder<AwsCredentialsIdentity> signing = SignRequest.builder(identity(question));
        signing.request(request(given))
            .payload(ContentStreamProvider.fromByteArray(Conformance.data(given.get("body"))))
            .putProperty(AwsV4FamilyHttpSigner.SIGNING_CLOCK,
                Clock.fixed(time.toInstant(ZoneOffset.UTC), ZoneOffset.UTC))
            .putProperty(AwsV4FamilyHttpSigner.SERVICE_SIGNING_NAME, Conformance.text(question.get("service")))
            .putProperty(AwsV4FamilyHttpSigner.NORMALIZE_PATH, (Boolean) question.get("normalize"))
            .putProperty(AwsV4FamilyHttpSigner.DOUBLE_URL_ENCODE, (Boolean) question.get("double_encode"))
            .putProperty(AwsV4FamilyHttpSigner.PAYLOAD_SIGNING_ENABLED, isSigned);
        if (question.get("placement").equals("query")) {
            Duration life = Duration.ofSeconds(((Number) question.get("expires")).longValue());
            signing.putProperty(AwsV4FamilyHttpSigner.AUTH_LOCATION, AuthLocation.QUERY_STRING)
                .putProperty(AwsV4FamilyHttpSigner.EXPIRATION_DURATION, life);
        }
        return signing;
    }

    private static Map<String, Object> sent(SdkHttpRequest signed) {
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
