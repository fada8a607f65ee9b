// SPDX-License-Identifier: Apache-2.0
package io.eventlet.documents;

import static org.assertj.core.api.Assertions.assertThat;

import io.eventlet.ChildJvm;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

import javax.tools.Diagnostic;
import javax.tools.DiagnosticCollector;
import javax.tools.JavaFileObject;
import javax.tools.ToolProvider;

/// What the documents show.
@Timeout(60)
class DocumentationTest {
    private static final Pattern BUILT = Pattern.compile("/(pom\\.xml|module-info\\.java)$");
    private static final Pattern FENCED =
            Pattern.compile("(?s)```(?:xml|Java)\\n(.*?)\\n *```"); // in Java that is no class

    @Test
    void javaInDocumentsCompiles(@TempDir Path classes) throws IOException {
        var sources =
                Document.all().stream().flatMap(d -> d.snippets().stream()).map(Snippet::source);

        var errors = compile(sources.toList(), classes);

        assertThat(errors)
                .as("what a fragment uses is declared before it: <!-- given: Path file; -->")
                .isEmpty();
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

    @Test
    void linksInDocumentsLeadSomewhere() throws IOException {
        var broken = Document.all().stream().flatMap(d -> d.brokenLinks().stream());

        assertThat(broken).isEmpty();
    }

    @Test
    void snippetsForBuildsAreThoseThatConsumersBuild() throws IOException {
        var consumers = Document.ROOT.resolve("consumers");
        var built = new StringBuilder();
        try (var files = Files.walk(consumers)) {
            for (var file : files.filter(f -> BUILT.matcher(f.toString()).find()).toList()) {
                built.append(unindented(Files.readString(file)));
            }
        }

        var snippets =
                FENCED.matcher(String.join("\n", Document.of("docs/dependency.md").lines()))
                        .results()
                        .map(snippet -> unindented(snippet.group(1)))
                        .toList();

        assertThat(snippets).hasSizeGreaterThan(3).allMatch(built.toString()::contains);
    }

    private static String unindented(String text) {
        return text.lines().map(String::strip).collect(Collectors.joining("\n", "", "\n"));
    }

    @Test
    void programOfTheReadmeRuns(@TempDir Path directory) throws IOException, InterruptedException {
        var program = Document.of("README.md").snippets().getFirst();
        var file = Files.writeString(directory.resolve("Readme.java"), program.text());

        var process =
                new ProcessBuilder(command(file))
                        .redirectError(ProcessBuilder.Redirect.DISCARD)
                        .start();
        var lines = process.inputReader().readAllLines();

        assertThat(process.waitFor()).isZero();
        assertThat(lines)
                .containsExactlyElementsOf(
                        IntStream.range(0, 1000).mapToObj(i -> "I AM CLIENT " + i).toList());
    }

    /// A JVM like this one, which runs a source file.
    private static List<String> command(Path source) {
        var command = new ArrayList<String>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(ChildJvm.QUICK);
        for (String option : ManagementFactory.getRuntimeMXBean().getInputArguments()) {
            if (option.startsWith("--") || option.startsWith("-Deventlet.")) {
                command.add(option);
            }
        }
        command.addAll(List.of("-cp", System.getProperty("java.class.path"), source.toString()));
        return command;
    }
}
