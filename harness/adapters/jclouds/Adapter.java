import java.io.IOException;
import java.net.URI;
import java.net.URISyntaxException;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.Date;
import java.util.List;
import java.util.Map;
import org.jclouds.aws.domain.SessionCredentials;
import org.jclouds.domain.Credentials;
import org.jclouds.encryption.internal.JCECrypto;
import org.jclouds.http.HttpRequest;
import org.jclouds.http.internal.SignatureWire;
import org.jclouds.io.Payload;
import org.jclouds.io.Payloads;
import org.jclouds.s3.filters.Aws4SignerBase.ServiceAndRegion;
import org.jclouds.s3.filters.Aws4SignerForAuthorizationHeader;
import org.jclouds.s3.filters.Aws4SignerForQueryString;

/**
 * The signers of Apache jclouds behind the sigv4-conformance protocol.
 *
 * <p>They are what jclouds injects into its clients: with the time, the region and the credentials as
 * suppliers, and the host from the request's URI. They sign in methods for their own package and for
 * heirs, which is why the adapter inherits from them.
 */
final class Adapter {
    private static final DateTimeFormatter TIME = DateTimeFormatter.ofPattern("yyyyMMdd'T'HHmmss'Z'");

    public static void main(String[] arguments) throws IOException {
        Conformance.serve(Map.of(
            "name", "jclouds",
            "version", Conformance.jarVersion(Aws4SignerForAuthorizationHeader.class),
            "roles", List.of("sign-header", "sign-query", "sign-sequence"),
            "profiles", List.of("s3"),
            "features", List.of("content-sha256-header", "duplicate-headers", "session-token"),
            "clock", "given"),
            Map.of("sign", Adapter::sign, "sign-sequence", Conformance.sequence(Adapter::sign)));
    }

    private record Setting(Date date, String region, String service, Credentials credentials)
        implements ServiceAndRegion {
        @Override
        public String region(String host) {
            return region;
        }
    }

    private static final class InHeader extends Aws4SignerForAuthorizationHeader {
        InHeader(Setting setting) throws Exception {
            super(new SignatureWire(), true, "amz", setting::credentials, setting::date, setting, new JCECrypto());
        }

        @Override
        public HttpRequest sign(HttpRequest request) {
            return super.sign(request);
        }
    }

    private static final class InQuery extends Aws4SignerForQueryString {
        InQuery(Setting setting) throws Exception {
            super(new SignatureWire(), true, "amz", setting::credentials, setting::date, setting, new JCECrypto());
        }

        @Override
        public HttpRequest sign(HttpRequest request, long seconds) {
            return super.sign(request, seconds);
        }
    }

    private static Map<String, Object> sign(Map<String, Object> question) throws Exception {
        if (question.get("normalize").equals(true) || question.get("double_encode").equals(true)) {
            throw Conformance.unsupported("the path is always canonical as S3 has it");
        }
        boolean inQuery = question.get("placement").equals("query");
        if (question.get("payload").equals("signed") == inQuery) {
            throw Conformance.unsupported("the body is always signed in a header, and never in a URL");
        }
        LocalDateTime time = LocalDateTime.parse((String) question.get("time"), TIME);
        Setting setting = new Setting(Date.from(time.toInstant(ZoneOffset.UTC)),
            Conformance.text(question.get("region")), Conformance.text(question.get("service")),
            credentials(question));
        HttpRequest request = request(Conformance.map(question.get("request")));
        HttpRequest signed = inQuery
            ? new InQuery(setting).sign(request, ((Number) question.get("expires")).longValue())
            : new InHeader(setting).sign(request);
        List<Object> headers = new ArrayList<>();
        signed.getHeaders().entries().forEach(header ->
            headers.add(List.of(header.getKey(), header.getValue())));
        URI sent = signed.getEndpoint();
        if (inQuery) {
            headers.add(List.of("Host", sent.getAuthority()));
        }
        String query = sent.getRawQuery();
        return Conformance.signed(signed.getMethod(),
            query == null ? sent.getRawPath() : sent.getRawPath() + "?" + query, headers);
    }

    private static Credentials credentials(Map<String, Object> question) throws Exception {
        Map<String, Object> keys = Conformance.map(question.get("credentials"));
        String id = Conformance.text(keys.get("access_key_id"));
        String secret = Conformance.text(keys.get("secret_access_key"));
        if (keys.get("session_token") == null) {
            return new Credentials(id, secret);
        }
        if (question.get("session_token_signed").equals(false)) {
            throw Conformance.unsupported("the session token is always signed");
        }
        return SessionCredentials.builder().accessKeyId(id).secretAccessKey(secret)
            .sessionToken(Conformance.text(keys.get("session_token"))).build();
    }

    private static HttpRequest request(Map<String, Object> given) throws Exception {
        List<String> hosts = new ArrayList<>();
        List<List<String>> headers = new ArrayList<>();
        for (Object header : Conformance.list(given.get("headers"))) {
            String name = Conformance.text(Conformance.list(header).get(0));
            String value = Conformance.text(Conformance.list(header).get(1));
            if (name.equalsIgnoreCase("host")) {
                hosts.add(value);
            } else {
                headers.add(List.of(name, value));
            }
        }
        if (hosts.size() != 1) {
            throw Conformance.unrepresentable("the signer takes one host, from the URI");
        }
        String target = Conformance.text(given.get("target"));
        try {
            URI uri = new URI("https://" + hosts.get(0) + target);
            String port = uri.getPort() == -1 ? "" : ":" + uri.getPort();
            if (!hosts.get(0).equals(uri.getHost() + port) || uri.getRawFragment() != null) {
                throw Conformance.unrepresentable("a URI has a host, a number as its port, a path and a query");
            }
            HttpRequest.Builder<?> request =
                HttpRequest.builder().method(Conformance.text(given.get("method"))).endpoint(uri);
            headers.forEach(header -> request.addHeader(header.get(0), header.get(1)));
            String contentType = headers.stream().filter(header -> header.get(0).equalsIgnoreCase("content-type"))
                .map(header -> header.get(1)).findFirst().orElse(null);
            byte[] body = Conformance.data(given.get("body"));
            if (body.length > 0) {
                Payload payload = Payloads.newByteArrayPayload(body);
                payload.getContentMetadata().setContentLength((long) body.length);
                payload.getContentMetadata().setContentType(contentType);
                request.payload(payload);
            }
            return request.build();
        } catch (URISyntaxException failure) {
            throw Conformance.unrepresentable(failure.getMessage());
        }
    }
}
