// SPDX-License-Identifier: Apache-2.0
package io.eventlet.mirror.crawl;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/// Runs where the JDK takes no letters beyond ASCII in names of files: in the locale "C", which a
/// container has unless somebody sets another.
@Timeout(60)
class LocaleTest {
    @TempDir
    @SuppressWarnings("NullAway.Init") // JUnit sets it
    private Path root;

    @Test
    void whatHasAsciiNamesIsCopied() throws Exception {
        var log = root.resolve("log").toFile();
        try (var server = new TreeServer("/pub/a.txt")) {
            var command =
                    List.of(
                            Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                            "-XX:TieredStopAtLevel=1",
                            "-Deventlet.mode=portable",
                            "-cp",
                            System.getProperty("java.class.path"),
                            MirrorChild.class.getName(),
                            server.url("/pub/").toString(),
                            root.resolve("copy").toString(),
                            "1");
            var builder = new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(log);
            builder.environment().put("LC_ALL", "C");
            var process = builder.start();
            try {
                int status = process.waitFor();
                assertThat(status).as(Files.readString(log.toPath())).isZero();
            } finally {
                process.destroyForcibly(); // if this test has taken too long
            }

            assertThat(root.resolve("copy/pub/a.txt")).hasContent("content of /pub/a.txt");
        }
    }
}
