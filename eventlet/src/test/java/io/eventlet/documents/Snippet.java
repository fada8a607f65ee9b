// SPDX-License-Identifier: Apache-2.0
package io.eventlet.documents;

import java.net.URI;
import java.util.List;
import java.util.stream.Collectors;

import javax.tools.JavaFileObject;
import javax.tools.SimpleJavaFileObject;

/// A block of Java in a document: a program with a `main`, or some statements.
///
/// @param document where it is
/// @param line the number of its first line there
/// @param given members that the statements use
/// @param code its lines
record Snippet(String document, int line, String given, List<String> code) {
    private static final List<String> PACKAGES =
            List.of(
                    "",
                    "dag.",
                    "diagnosis.",
                    "hub.",
                    "limit.",
                    "net.",
                    "net.server.",
                    "net.tls.",
                    "offload.",
                    "poll.",
                    "process.",
                    "queue.",
                    "resource.",
                    "testing.",
                    "testing.junit.");
    private static final String IMPORTS =
            "import module java.base; import static java.nio.charset.StandardCharsets.*; "
                    + PACKAGES.stream()
                            .map(name -> "import io.eventlet." + name + "*; ")
                            .collect(Collectors.joining())
                    + "import org.junit.jupiter.api.Test; "
                    + "import org.junit.jupiter.api.extension.ExtendWith; ";

    boolean isProgram() {
        return code.stream().anyMatch(line -> line.startsWith("void main("));
    }

    String text() {
        return String.join("\n", code);
    }

    /// As source whose line numbers are those of the document.
    JavaFileObject source() {
        String name = document.replaceAll("\\W", "_") + "_" + line; // so that an error tells where
        String before =
                isProgram()
                        ? ""
                        : IMPORTS
                                + "class "
                                + name
                                + " { "
                                + given
                                + " void snippet() throws Exception {";
        String source = before + "\n".repeat(line - 1) + text() + (isProgram() ? "" : "\n}}");
        return new SimpleJavaFileObject(
                URI.create("string:///" + name + ".java"), JavaFileObject.Kind.SOURCE) {
            @Override
            public CharSequence getCharContent(boolean ignoreEncodingErrors) {
                return source;
            }
        };
    }
}
