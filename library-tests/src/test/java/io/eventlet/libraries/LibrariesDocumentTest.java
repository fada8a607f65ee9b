// SPDX-License-Identifier: Apache-2.0
package io.eventlet.libraries;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

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

/// What the documents on libraries, patching and databases show, compiled with them: the blocks of
/// `java libraries`, which the tests of the library itself could not compile.
@Tag("hub-only") // once is enough
@Timeout(180)
class LibrariesDocumentTest {
    private static final Path DOCUMENTS = Path.of("../docs");
    private static final Pattern BLOCK =
            Pattern.compile(
                    "(?:<!-- given: (?<given>[^\n]*) -->\n)?```java libraries\n(?<code>.*?)```",
                    Pattern.DOTALL | Pattern.UNIX_LINES);
    private static final String IMPORTS =
            "import module java.base; import io.eventlet.*; import io.eventlet.patch.*; import"
                    + " io.eventlet.patch.library.*; import io.eventlet.net.*; import"
                    + " io.eventlet.net.tls.*; import io.eventlet.db.*; import io.eventlet.dns.*;"
                    + " import io.eventlet.http.*; import io.eventlet.http.server.*; import"
                    + " io.eventlet.http.client.*; import io.eventlet.http.websocket.*; import"
                    + " io.eventlet.mirror.crawl.*; import io.eventlet.mirror.frontier.*; import"
                    + " io.eventlet.mirror.place.*; import io.eventlet.mirror.scope.*;"
                    + " import io.eventlet.mirror.postgresql.*; ";

    @ParameterizedTest
    @ValueSource(
            strings = {
                "libraries.md",
                "patching.md",
                "databases.md",
                "threads-of-others.md",
                "dns.md",
                "http.md",
                "files.md",
                "websocket.md",
                "from-eventlet.md",
                "http-client.md",
                "mirror.md",
                "scaling.md"
            })
    void javaOfTheDocumentCompiles(String document, @TempDir Path classes) throws IOException {
        var sources = sources(Files.readString(DOCUMENTS.resolve(document)));

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

    /// A block as statements: a class that it declares must not be public there.
    private static JavaFileObject source(String name, String given, String code) {
        var source =
                "%s class %s { %s void show() throws Exception {\n%s\n}}"
                        .formatted(
                                IMPORTS, name, given, code.replaceFirst("^public class", "class"));
        return new SimpleJavaFileObject(
                URI.create("string:///" + name + ".java"), JavaFileObject.Kind.SOURCE) {
            @Override
            public CharSequence getCharContent(boolean ignoreEncodingErrors) {
                return source;
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
        boolean ignored =
                ToolProvider.getSystemJavaCompiler()
                        .getTask(null, null, found, options, null, sources)
                        .call();
        return found.getDiagnostics().stream()
                .filter(diagnostic -> diagnostic.getKind() == Diagnostic.Kind.ERROR)
                .map(Diagnostic::toString)
                .toList();
    }
}
