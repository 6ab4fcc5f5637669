import com.fasterxml.jackson.jr.ob.JSON;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Properties;

/**
 * What the adapters in Java share: the protocol of harness/PROTOCOL.md. It needs jackson-jr-objects,
 * which the adapter's pom.xml names; set-up compiles this file with the adapter:
 *
 * <pre>{@code
 * public static void main(String[] arguments) throws IOException {
 *     Conformance.serve(Map.of("name", "my-signer", "version", "1.0", "roles", List.of("sign-header")),
 *         Map.of("sign", Adapter::sign, "sign-sequence", Conformance.sequence(Adapter::sign)));
 * }
 *
 * private static Map<String, Object> sign(Map<String, Object> question) throws Exception {
 *     String method = Conformance.text(Conformance.map(question.get("request")).get("method"));
 *     // Return Conformance.signed(method, target, headers), or throw Conformance.unsupported("why").
 * }
 * }</pre>
 */
final class Conformance {
    /** Answers a question. */
    interface Operation {
        Map<String, Object> answer(Map<String, Object> question) throws Exception;
    }

    /** A result other than that of success, and why. */
    static final class Refusal extends Exception {
        private static final long serialVersionUID = 1;
        final String result;

        private Refusal(String result, String detail) {
            super(detail);
            this.result = result;
        }
    }

    private Conformance() {}

    /** The refusal of what the subject lacks. */
    static Refusal unsupported(String detail) {
        return new Refusal("unsupported", detail);
    }

    /** The refusal of what the subject's interface cannot hold. */
    static Refusal unrepresentable(String detail) {
        return new Refusal("unrepresentable", detail);
    }

    /** Greets with {@code hello}, and answers questions until the input ends. */
    static void serve(Map<String, ?> hello, Map<String, Operation> operations) throws IOException {
        Map<String, Object> greeting = new LinkedHashMap<>(hello);
        greeting.putAll(Map.of("op", "hello", "protocol", 1, "language", "Java " + Runtime.version()));
        BufferedReader questions =
            new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
        PrintStream answers = new PrintStream(System.out, true, StandardCharsets.UTF_8);
        System.setOut(System.err); // what a library prints does not belong to the protocol
        for (String line = questions.readLine(); line != null; line = questions.readLine()) {
            Map<String, Object> question = JSON.std.mapFrom(line);
            boolean isHello = question.get("op").equals("hello");
            answers.println(JSON.std.asString(isHello ? greeting : answer(question, operations)));
        }
    }

    private static Map<String, Object> answer(Map<String, Object> question, Map<String, Operation> operations) {
        Map<String, Object> answer = new LinkedHashMap<>();
        try {
            Operation operation = operations.get(question.get("op"));
            if (operation == null) {
                throw unsupported("no operation " + question.get("op"));
            }
            answer.putAll(operation.answer(question));
        } catch (Refusal refusal) {
            answer.put("result", refusal.result);
            answer.put("detail", refusal.getMessage());
        } catch (Exception | StackOverflowError failure) {
            answer.put("result", "error");
            answer.put("detail", failure.toString());
        }
        answer.put("seq", question.get("seq"));
        return answer;
    }

    /** The operation {@code sign-sequence} of what makes one call. */
    static Operation sequence(Operation sign) {
        return question -> {
            List<Object> calls = new ArrayList<>();
            for (Object call : list(question.get("calls"))) {
                calls.add(sign.answer(map(call)));
            }
            return Map.of("result", "signed-sequence", "calls", calls);
        };
    }

    /** The answer for a signed request; {@code headers} are lists of name and value. */
    static Map<String, Object> signed(String method, String target, List<?> headers) {
        Map<String, Object> request = Map.of("method", method, "target", target, "headers", headers);
        return new LinkedHashMap<>(Map.of("result", "signed", "request", request));
    }

    /** Bytes of the protocol: a string, or an object with base64. */
    static byte[] data(Object value) {
        return value instanceof String text
            ? text.getBytes(StandardCharsets.UTF_8)
            : Base64.getDecoder().decode((String) map(value).get("base64"));
    }

    /** Bytes as text, for an interface that takes text. */
    static String text(Object value) throws Refusal {
        try {
            return StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(data(value))).toString();
        } catch (CharacterCodingException failure) {
            throw unrepresentable("the interface takes text, and this is not UTF-8");
        }
    }

    /** The SHA-256 of the question's body, or the marker that stands for it. */
    static String payloadHash(Map<String, Object> question) throws Refusal, NoSuchAlgorithmException {
        return switch ((String) question.get("payload")) {
            case "signed" -> HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256")
                .digest(data(map(question.get("request")).get("body"))));
            case "unsigned" -> "UNSIGNED-PAYLOAD";
            default -> throw unsupported("payload " + question.get("payload"));
        };
    }

    /** The version that Maven wrote into the jar of a package, such as {@code org.example/my-signer}. */
    static String version(String name) throws IOException {
        String file = "/META-INF/maven/" + name + "/pom.properties";
        try (InputStream description = Conformance.class.getResourceAsStream(file)) {
            Properties properties = new Properties();
            properties.load(description);
            return properties.getProperty("version");
        }
    }

    /** The version in the name of the jar of a class, for a package that says it nowhere else. */
    static String jarVersion(Class<?> type) {
        String jar = type.getProtectionDomain().getCodeSource().getLocation().getPath();
        return jar.replaceFirst(".*-([0-9][^/]*)\\.jar", "$1");
    }

    @SuppressWarnings("unchecked")
    static Map<String, Object> map(Object value) {
        return (Map<String, Object>) value;
    }

    static List<?> list(Object value) {
        return (List<?>) value;
    }
}
