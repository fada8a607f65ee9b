// SPDX-License-Identifier: Apache-2.0
package io.eventlet.mirror.crawl;

import static org.assertj.core.api.Assertions.assertThat;

import io.eventlet.http.server.Response;
import io.eventlet.testing.junit.NoLeaks;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import java.util.zip.GZIPOutputStream;

/// Pages that are together larger than the heap that a run has.
@Timeout(300)
@ExtendWith(NoLeaks.class)
class MemoryTest {
    @TempDir
    @SuppressWarnings("NullAway.Init") // JUnit sets it
    private Path root;

    private final TreeServer server =
            new TreeServer(
                    IntStream.range(0, 20)
                            .mapToObj("/d/%02d.html"::formatted)
                            .toArray(String[]::new));

    MemoryTest() throws IOException {}

    @AfterEach
    void closeServer() {
        server.close();
    }

    private void answer(String type, byte[] body) {
        for (int i = 0; i < 20; i++) {
            server.answer(
                    "/d/%02d.html".formatted(i),
                    _ ->
                            Response.of(200)
                                    .header("Content-Type", type)
                                    .body(out -> out.write(body))); // of unknown length
        }
    }

    private static byte[] repeated(String text, int bytes) {
        return text.repeat(bytes / text.length()).getBytes(StandardCharsets.US_ASCII);
    }

    @Test
    void largePagesTakeTurns() throws Exception {
        answer("text/html", repeated("<p>" + "word ".repeat(400), 5 << 20));

        assertThat(run()).isEqualTo("21 1"); // there is no sitemap
    }

    @Test
    void pagesThatAreTooLargeAreFiles() throws Exception {
        answer("text/html", repeated("<p>" + "word ".repeat(400), 16 << 20));

        assertThat(run()).isEqualTo("21 1");
    }

    @Test
    void aStyleSheetMayHaveNothingButReferences() throws Exception {
        var style = Response.of(200).header("Content-Type", "text/css");
        var body = repeated("url(a)", 5 << 20);
        server.answer("/d/00.html", _ -> style.body(body));

        assertThat(run()).isEqualTo("21 2"); // there is no sitemap, and nothing under the name
    }

    @Test
    void aSitemapIsNotUnpackedWithoutEnd() throws Exception {
        var packed = new ByteArrayOutputStream();
        try (var out = new GZIPOutputStream(packed)) {
            out.write("<urlset>".getBytes(StandardCharsets.US_ASCII));
            out.write(repeated("<url><loc>http://a.org/</loc></url>\n", 48 << 20));
        }
        server.answer("/sitemap.xml", _ -> Response.of(200).body(packed.toByteArray()));

        assertThat(run()).isEqualTo("21 1");
    }

    private String run() throws IOException, InterruptedException {
        var log = root.resolve("log");
        var process =
                new ProcessBuilder(command())
                        .redirectErrorStream(true)
                        .redirectOutput(log.toFile())
                        .start();
        try {
            int status = process.waitFor();
            assertThat(status).as(Files.readString(log)).isZero();
            return Files.readAllLines(log).getLast();
        } finally {
            process.destroyForcibly(); // if this test has taken too long
        }
    }

    private List<String> command() {
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(List.of("-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC", "-Xmx96m"));
        command.add("--enable-native-access=ALL-UNNAMED");
        command.addAll(List.of("--add-opens", "java.base/java.lang=ALL-UNNAMED"));
        command.add("-Deventlet.watchdog.millis=0"); // a busy machine has nothing to tell
        command.add("-Deventlet.mode=" + System.getProperty("eventlet.mode", "hub"));
        command.addAll(List.of("-cp", classes(), PagesChild.class.getName()));
        command.addAll(List.of(server.url("/d/").toString(), root.resolve("copy").toString()));
        return command;
    }

    private static String classes() {
        var modules = System.getProperty("jdk.module.path");
        var classes = System.getProperty("java.class.path");
        return modules == null ? classes : modules + System.getProperty("path.separator") + classes;
    }
}
