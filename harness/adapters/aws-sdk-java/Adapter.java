import com.amazonaws.DefaultRequest;
import com.amazonaws.SdkClientException;
import com.amazonaws.auth.AWS4Signer;
import com.amazonaws.auth.AWSCredentials;
import com.amazonaws.auth.BasicAWSCredentials;
import com.amazonaws.auth.BasicSessionCredentials;
import com.amazonaws.auth.SdkClock;
import com.amazonaws.http.HttpMethodName;
import com.amazonaws.util.RuntimeHttpUtils;
import com.amazonaws.util.SdkHttpUtils;
import com.amazonaws.util.VersionInfoUtils;
import java.io.ByteArrayInputStream;
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

/**
 * The signer of the AWS SDK for Java, version 1, behind the sigv4-conformance protocol.
 *
 * <p>The signer takes the time as its override and as its clock, the host from the request's URI, and the
 * parameters of the query decoded, one by one. The answer has the target that the SDK's own HTTP client
 * makes of a signed request, and its presigner of a presigned one.
 */
final class Adapter {
    private static final DateTimeFormatter TIME = DateTimeFormatter.ofPattern("yyyyMMdd'T'HHmmss'Z'");

    public static void main(String[] arguments) throws IOException {
        Conformance.serve(Map.of(
            "name", "aws-sdk-java",
            "version", VersionInfoUtils.getVersion(),
            "roles", List.of("sign-header", "sign-query", "sign-sequence"),
            "profiles", List.of("generic", "s3"),
            "features", List.of("content-sha256-header", "session-token"),
            "clock", "given"),
            Map.of("sign", Adapter::sign, "sign-sequence", Conformance.sequence(Adapter::sign)));
    }

    /** As a client makes it, which says by a constructor whether the path is encoded twice. */
    private static final class Signer extends AWS4Signer {
        Signer(boolean isDoubleEncoded, Date time) {
            super(new SdkClock.MockClock(time));
            doubleUrlEncode = isDoubleEncoded;
            setOverrideDate(time);
        }
    }

    private static Map<String, Object> sign(Map<String, Object> question) throws Exception {
        boolean isDoubleEncoded = question.get("double_encode").equals(true);
        if (!question.get("normalize").equals(isDoubleEncoded)) {
            throw Conformance.unsupported("a path is normalised and encoded twice, or neither");
        }
        if (!question.get("payload").equals("signed")) {
            throw Conformance.unsupported("the payload is always signed");
        }
        Date time = Date.from(LocalDateTime.parse((String) question.get("time"), TIME).toInstant(ZoneOffset.UTC));
        AWS4Signer signer = new Signer(isDoubleEncoded, time);
        signer.setRegionName(Conformance.text(question.get("region")));
        signer.setServiceName(Conformance.text(question.get("service")));
        DefaultRequest<?> request = request(Conformance.map(question.get("request")));
        String target;
        if (question.get("placement").equals("query")) {
            long life = ((Number) question.get("expires")).longValue();
            try {
                signer.presignRequest(request, credentials(question), new Date(time.getTime() + life * 1000));
            } catch (SdkClientException refused) {
                throw Conformance.unsupported(refused.getMessage());
            }
            target = RuntimeHttpUtils.convertRequestToUrl(request, true, false).getFile();
        } else {
            if (question.get("content_sha256_header").equals(true)) {
                request.addHeader("x-amz-content-sha256", "required");
            }
            signer.sign(request, credentials(question));
            String query = SdkHttpUtils.encodeParameters(request);
            target = SdkHttpUtils.appendUri("", request.getResourcePath(), true) + (query == null ? "" : "?" + query);
        }
        List<Object> headers = new ArrayList<>();
        request.getHeaders().forEach((name, value) -> headers.add(List.of(name, value)));
        return Conformance.signed(request.getHttpMethod().name(), target, headers);
    }

    private static AWSCredentials credentials(Map<String, Object> question) throws Exception {
        Map<String, Object> keys = Conformance.map(question.get("credentials"));
        String id = Conformance.text(keys.get("access_key_id"));
        String secret = Conformance.text(keys.get("secret_access_key"));
        if (keys.get("session_token") == null) {
            return new BasicAWSCredentials(id, secret);
        }
        if (question.get("session_token_signed").equals(false)) {
            throw Conformance.unsupported("the session token is always signed");
        }
        return new BasicSessionCredentials(id, secret, Conformance.text(keys.get("session_token")));
    }

    private static DefaultRequest<?> request(Map<String, Object> given) throws Exception {
        DefaultRequest<?> request = new DefaultRequest<>("adapter");
        String host = null;
        for (Object header : Conformance.list(given.get("headers"))) {
            String name = Conformance.text(Conformance.list(header).get(0));
            String value = Conformance.text(Conformance.list(header).get(1));
            if (name.equalsIgnoreCase("host")) {
                host = host == null ? value : "";
            } else if (request.getHeaders().containsKey(name)) {
                throw Conformance.unrepresentable("a Request has one value for a header");
            } else {
                request.addHeader(name, value);
            }
        }
        try {
            URI uri = new URI("https://" + host + Conformance.text(given.get("target")));
            String port = uri.getPort() == -1 ? "" : ":" + uri.getPort();
            if (host == null || !host.equals(uri.getHost() + port)) {
                throw Conformance.unrepresentable("a Request has one host and a number as its port, in a URI");
            }
            if (uri.getRawFragment() != null) {
                throw Conformance.unrepresentable("a URI has its fragment apart from path and query");
            }
            request.setHttpMethod(HttpMethodName.valueOf(Conformance.text(given.get("method"))));
            request.setEndpoint(new URI("https://" + host));
            request.setResourcePath(uri.getRawPath());
            if (uri.getRawQuery() != null && !uri.getRawQuery().isEmpty()) {
                for (String parameter : uri.getRawQuery().split("&")) {
                    if (parameter.isEmpty()) {
                        continue;
                    }
                    String[] parts = parameter.split("=", 2);
                    request.addParameter(SdkHttpUtils.urlDecode(parts[0]),
                        parts.length == 1 ? "" : SdkHttpUtils.urlDecode(parts[1]));
                }
            }
        } catch (IllegalArgumentException | URISyntaxException failure) {
            throw Conformance.unrepresentable(failure.getMessage());
        }
        request.setContent(new ByteArrayInputStream(Conformance.data(given.get("body"))));
        return request;
    }
}
