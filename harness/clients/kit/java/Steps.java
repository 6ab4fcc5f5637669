import java.io.BufferedReader;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;

/** Does what the lines of standard input say, and answers each: `ok`, or `failed`, a tab and why. */
final class Steps {
    /** What a line asks for. */
    interface Operation {
        void call(List<String> words) throws Exception;
    }

    /** Calls the operation that a line names with the other words of the line, which tabs separate. */
    static void answer(Map<String, Operation> operations) throws IOException {
        PrintStream answers = new PrintStream(new FileOutputStream(FileDescriptor.out), true, StandardCharsets.UTF_8);
        // What a library prints is not an answer.
        System.setOut(System.err);
        BufferedReader lines = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
        for (String line = lines.readLine(); line != null; line = lines.readLine()) {
            List<String> words = List.of(line.split("\t"));
            String said = "ok";
            try {
                operations.get(words.get(0)).call(words.subList(1, words.size()));
            } catch (Exception error) {
                said = "failed\t" + error.toString().replaceAll("\\s+", " ");
            }
            answers.println(said);
        }
    }
}
