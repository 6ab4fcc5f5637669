import java.io.IOException;
import java.util.List;
import java.util.Map;

/** my-verifier behind the protocol of sigv4-conformance, whose PROTOCOL.md describes every field of a question. */
final class Adapter {
    public static void main(String[] arguments) throws IOException {
        Conformance.serve(Map.of(
            "name", "my-verifier",
            "version", "0.1.0",
            "roles", List.of("verify"),
            "profiles", List.of("generic", "s3"),
            "features", List.of()), // what else it can do, such as "session-token"
            Map.of("verify", Adapter::verify));
    }

    private static Map<String, Object> verify(Map<String, Object> question) throws Exception {
        // YOUR VERIFIER GOES HERE. For example:
        //
        //     Map<String, Object> request = Conformance.map(question.get("request"));
        //     try {
        //         MyVerifier.verify(Conformance.text(request.get("method")), Conformance.text(request.get("target")),
        //             Conformance.list(request.get("headers")), Conformance.data(request.get("body")),
        //             Conformance.list(question.get("keys")), Conformance.text(question.get("region")),
        //             Conformance.text(question.get("service")), (String) question.get("time"));
        //     } catch (MyVerifier.Refusal refusal) {
        //         return Map.of("result", "reject", "detail", refusal.getMessage());
        //     }
        //     return Map.of("result", "accept");
        //
        // Throw Conformance.unsupported("why") where your verifier has no way to do what is asked (chunks, forms,
        // SigV4A, derived keys), and Conformance.unrepresentable("why") where it cannot hold the request.
        throw Conformance.unsupported("no verifier yet");
    }
}
