// SPDX-License-Identifier: Apache-2.0
package io.eventlet.spark;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;

import javax.tools.Diagnostic;
import javax.tools.DiagnosticCollector;
import javax.tools.JavaFileObject;
import javax.tools.SimpleJavaFileObject;
import javax.tools.ToolProvider;

/// The Java of `docs/scaling.md` that needs Spark: its blocks of `java spark`.
@Tag("hub-only") // once is enough
@Timeout(300) // it looks into all jars of Spark
class SparkDocumentTest {
    private static final Path DOCUMENT = Path.of("../docs/scaling.md");
    private static final Pattern BLOCK =
            Pattern.compile(
                    "(?:<!-- given: (?<given>[^\n]*) -->\n)?```java spark\n(?<code>.*?)```",
                    Pattern.DOTALL | Pattern.UNIX_LINES);
    private static final String IMPORTS =
            "import java.io.*; import java.net.*; import java.nio.file.*; import java.time.*;"
                    + " import java.util.*; import io.eventlet.spark.*;"
                    + " import org.apache.spark.sql.*; ";

    @Test
    void javaOfTheDocumentCompiles(@TempDir Path classes) throws IOException {
        var sources = sources(Files.readString(DOCUMENT));

        var errors = compile(sources, classes);

        assertThat(sources).isNotEmpty();
        assertThat(errors).isEmpty();
    }

    private static List<JavaFileObject> sources(String document) {
        var sources = new ArrayList<JavaFileObject>();
        var blocks = BLOCK.matcher(document);
        while (blocks.find()) {
            var given = blocks.group("given");
            sources.add(
                    source(
                            "Block" + (sources.size() + 1),
                            given == null ? "" : given,
                            blocks.group("code")));
        }
        return sources;
    }

    private static JavaFileObject source(String name, String given, String code) {
        var text =
                IMPORTS
                        + "class %s { %s void block() throws Exception { %s }}"
                                .formatted(name, given, code);
        return new SimpleJavaFileObject(
                URI.create("string:///" + name + ".java"), JavaFileObject.Kind.SOURCE) {
            @Override
            public CharSequence getCharContent(boolean ignoreEncodingErrors) {
                return text;
            }
        };
    }

    private static List<String> compile(List<JavaFileObject> sources, Path classes) {
        var found = new DiagnosticCollector<JavaFileObject>();
        var options =
                List.of(
                        "-proc:none",
                        "-d",
                        classes.toString(),
                        "-cp",
                        System.getProperty("java.class.path"));
        var compiler = ToolProvider.getSystemJavaCompiler();
        boolean ignored = compiler.getTask(null, null, found, options, null, sources).call();
        return found.getDiagnostics().stream()
                .filter(diagnostic -> diagnostic.getKind() == Diagnostic.Kind.ERROR)
                .map(Diagnostic::toString)
                .toList();
    }
}
