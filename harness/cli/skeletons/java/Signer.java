import java.io.IOException;
import java.util.List;
import java.util.Map;

/** my-signer behind the protocol of sigv4-conformance, whose PROTOCOL.md describes every field of a question. */
final class Adapter {
    public static void main(String[] arguments) throws IOException {
        Conformance.serve(Map.of(
            "name", "my-signer",
            "version", "0.1.0",
            "roles", List.of("sign-header"), // and "sign-query", if it presigns URLs
            "profiles", List.of("generic", "s3"),
            "features", List.of()), // what else it can do, such as "session-token"
            Map.of("sign", Adapter::sign));
    }

    private static Map<String, Object> sign(Map<String, Object> question) throws Exception {
        // YOUR SIGNER GOES HERE. For example:
        //
        //     Map<String, Object> request = Conformance.map(question.get("request"));
        //     Map<String, Object> keys = Conformance.map(question.get("credentials"));
        //     if (!question.get("placement").equals("header") || keys.get("session_token") != null) {
        //         throw Conformance.unsupported("it signs in a header, without a session token");
        //     }
        //     String method = Conformance.text(request.get("method"));
        //     String target = Conformance.text(request.get("target"));
        //     List<List<String>> headers = new MySigner(Conformance.text(keys.get("access_key_id")),
        //             Conformance.text(keys.get("secret_access_key")))
        //         .sign(method, target, Conformance.list(request.get("headers")), Conformance.payloadHash(question),
        //             Conformance.text(question.get("region")), Conformance.text(question.get("service")),
        //             (String) question.get("time"));
        //     return Conformance.signed(method, target, headers);
        //
        // "normalize" and "double_encode" say how the path becomes canonical. Throw Conformance.unsupported("why")
        // where your signer has no way to do what is asked, and Conformance.unrepresentable("why") where it cannot
        // hold the request.
        throw Conformance.unsupported("no signer yet");
    }
}
