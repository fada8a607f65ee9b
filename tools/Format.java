// SPDX-License-Identifier: Apache-2.0
import com.google.googlejavaformat.java.Main;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/// Runs google-java-format over every Java source of the tree, in one JVM.
///
/// `java Format.java check|apply DIRECTORY`. Checking lists the files that are not formatted and
/// ends with 1 when there are any; it never writes. Applying rewrites them.
final class Format {
    private Format() {}

    public static void main(String... args) throws Exception {
        boolean apply =
                switch (args[0]) {
                    case "apply" -> true;
                    case "check" -> false;
                    default ->
                            throw new IllegalArgumentException(
                                    "'" + args[0] + "' (expected apply or check)");
                };
        List<String> command = new ArrayList<>(List.of("--aosp"));
        command.addAll(
                apply ? List.of("--replace") : List.of("--dry-run", "--set-exit-if-changed"));
        command.addAll(sources(Path.of(args[1])));
        var out = new StringWriter();
        var err = new PrintWriter(System.err, true);
        int status =
                new Main(new PrintWriter(out, true), err, System.in)
                        .format(command.toArray(String[]::new));
        if (!out.toString().isBlank()) {
            System.err.println("Not formatted (bin/format mends it):");
            out.toString().lines().sorted().forEach(file -> System.err.println("  " + file));
        }
        System.exit(status);
    }

    private static List<String> sources(Path top) throws IOException {
        try (var files = Files.walk(top)) {
            return files.filter(file -> file.toString().endsWith(".java"))
                    .filter(file -> !isHidden(top.relativize(file)))
                    .map(Path::toString)
                    .toList();
        }
    }

    /// Whether it lies in a build directory or one whose name begins with a dot.
    private static boolean isHidden(Path file) {
        for (Path name : file) {
            if (name.startsWith("target") || name.toString().startsWith(".")) {
                return true;
            }
        }
        return false;
    }
}
