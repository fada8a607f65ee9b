// SPDX-License-Identifier: Apache-2.0
package io.eventlet.examples;

import static org.assertj.core.api.Assertions.assertThat;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.eventlet.Eventlet;
import io.eventlet.http.server.HttpServer;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

import java.io.File;
import java.io.IOException;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

import javax.tools.ToolProvider;

/// Each example is one file, and needs nothing but the library and its module for HTTP.
@Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class SingleFileTest {
    private static final Path SOURCES = Path.of("src/main/java/io/eventlet/examples");

    static List<Path> examples() throws IOException {
        try (var files = Files.list(SOURCES)) {
            return files.filter(file -> !file.endsWith("package-info.java")).sorted().toList();
        }
    }

    private static String library() throws Exception {
        return pathOf(Eventlet.class) + File.pathSeparator + pathOf(HttpServer.class);
    }

    private static Path pathOf(Class<?> type) throws Exception {
        return Path.of(type.getProtectionDomain().getCodeSource().getLocation().toURI());
    }

    @Tag("portable-only") // the same in both modes
    @ParameterizedTest
    @MethodSource("examples")
    void compilesWithNothingButTheLibrary(Path example, @TempDir Path classes) throws Exception {
        var compiler = ToolProvider.getSystemJavaCompiler();
        var messages = new StringWriter();
        try (var files = compiler.getStandardFileManager(null, null, UTF_8)) {
            var options = List.of("-cp", library(), "-sourcepath", "", "-d", classes.toString());

            boolean compiled =
                    compiler.getTask(
                                    messages,
                                    files,
                                    null,
                                    options,
                                    null,
                                    files.getJavaFileObjects(example))
                            .call();

            assertThat(compiled).as(messages.toString()).isTrue();
            assertThat(messages.toString()).isEmpty();
        }
    }

    @Tag("portable-only") // the same in both modes
    @ParameterizedTest
    @MethodSource("examples")
    void saysHowToRunIt(Path example) throws Exception {
        String name = example.getFileName().toString().replace(".java", "");

        assertThat(Files.readString(example)).contains("///     examples/run " + name + " ");
    }

    @Tag("portable-only") // the same in both modes
    @ParameterizedTest
    @ValueSource(strings = {"localhost:8000", "https://localhost/", "http:///page"})
    void crawlersSayWhatTheyCanCrawl(String start) throws Exception {
        for (String crawler : List.of("RecursiveCrawler", "ProducerConsumerCrawler")) {
            assertThat(misuse(crawler, start))
                    .contains(start + " is not like http://localhost:8000/");
        }
    }

    @Tag("portable-only") // the same in both modes
    @Test
    void webCrawlerSaysThatItNeedsUrls() throws Exception {
        assertThat(misuse("WebCrawler")).contains("Usage: examples/run WebCrawler URL ...");
    }

    /// What an example says to a command line that it does not understand, and ends with 2.
    private static String misuse(String example, String... arguments) throws Exception {
        var command = new ArrayList<String>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(List.of("-cp", System.getProperty("java.class.path")));
        command.add("io.eventlet.examples." + example);
        command.addAll(List.of(arguments));
        var java = new ProcessBuilder(command).redirectErrorStream(true).start();
        String said = new String(java.getInputStream().readAllBytes(), UTF_8);
        assertThat(java.waitFor()).isEqualTo(2);
        return said;
    }

    @Test
    void runsFromItsSource() throws Exception {
        try (var site = LocalSite.of(Map.of("/", "page"))) {
            var command = new ArrayList<String>();
            command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
            if ("hub".equals(System.getProperty("eventlet.mode"))) {
                command.add("--add-opens=java.base/java.lang=ALL-UNNAMED");
                command.add("--enable-native-access=ALL-UNNAMED");
            }
            command.addAll(List.of("-cp", library(), SOURCES + "/WebCrawler.java"));
            command.add(site.at("/").toString());

            var java =
                    new ProcessBuilder(command)
                            .redirectError(ProcessBuilder.Redirect.DISCARD)
                            .start();
            String printed = new String(java.getInputStream().readAllBytes(), UTF_8);

            assertThat(printed).isEqualTo(site.at("/") + ": got body of 4\n");
            assertThat(java.waitFor()).isZero();
        }
    }
}
