// SPDX-License-Identifier: Apache-2.0
package io.eventlet.mirror.crawl;

import static org.assertj.core.api.Assertions.assertThat;

import io.eventlet.http.client.HttpUrl;
import io.eventlet.http.server.HttpServer;
import io.eventlet.http.server.Request;
import io.eventlet.http.server.Response;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;

/// A whole run over a hundred thousand files, in a process with little heap.
@Tag("stress")
@Timeout(1800)
class ManyFilesTest {
    private static final Pattern COLLECTION = Pattern.compile("Pause.* (\\d+)M->(\\d+)M");
    private static final int DIRECTORIES = 10;
    private static final int FILES = 10_000; // in each

    @TempDir
    @SuppressWarnings("NullAway.Init") // JUnit sets it
    private Path root;

    private static Response answer(Request request) {
        var target = request.target();
        if (target.equals("/")) {
            return listing(target, DIRECTORIES, "d%d/");
        }
        return target.endsWith("/")
                ? listing(target, FILES, "file-%05d.txt")
                : Response.of(200)
                        .header("Content-Type", "text/plain")
                        .header("ETag", "\"1\"")
                        .body(("content of " + target).getBytes(StandardCharsets.UTF_8));
    }

    private static Response listing(String directory, int count, String form) {
        var page = new StringBuilder("<title>Index of " + directory + "</title><pre>");
        for (int i = 0; i < count; i++) {
            var name = form.formatted(i);
            page.append("<a href=\"%s\">%s</a>\n".formatted(name, name));
        }
        return Response.html(page.toString());
    }

    @Test
    void aHundredThousandFilesNeedLittleHeap() throws Exception {
        var log = root.resolve("log");
        try (var server =
                HttpServer.builder(ManyFilesTest::answer)
                        .address(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0))
                        .start()) {
            var process =
                    new ProcessBuilder(
                                    command(HttpUrl.of("http://127.0.0.1:" + server.port() + "/")))
                            .redirectErrorStream(true)
                            .redirectOutput(log.toFile())
                            .start();

            int status = process.waitFor();

            IO.println(heap(Files.readString(log)));
            assertThat(status).isZero();
        }
        assertThat(files()).isEqualTo((long) DIRECTORIES * FILES);
    }

    /// What the heap had at most before and behind collections, as the JVM logs them.
    private static String heap(String log) {
        int before = 0;
        int behind = 0;
        var collections = COLLECTION.matcher(log);
        while (collections.find()) {
            before = Math.max(before, Integer.parseInt(collections.group(1)));
            behind = Math.max(behind, Integer.parseInt(collections.group(2)));
        }
        return "heap: at most %d MB, %d MB without garbage".formatted(before, behind);
    }

    private long files() throws IOException {
        try (var files = Files.walk(root.resolve("copy"))) {
            return files.filter(file -> file.toString().endsWith(".txt")).count();
        }
    }

    private List<String> command(HttpUrl url) {
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(List.of("-Xmx64m", "-XX:+UseSerialGC", "-Xlog:gc"));
        command.add("--enable-native-access=ALL-UNNAMED");
        command.addAll(List.of("--add-opens", "java.base/java.lang=ALL-UNNAMED"));
        command.add("-Deventlet.mode=" + System.getProperty("eventlet.mode", "hub"));
        command.addAll(List.of("-cp", classes(), MirrorChild.class.getName()));
        command.addAll(List.of(url.toString(), root.resolve("copy").toString(), "1"));
        return command;
    }

    private static String classes() {
        var modules = System.getProperty("jdk.module.path");
        var classes = System.getProperty("java.class.path");
        return modules == null ? classes : modules + System.getProperty("path.separator") + classes;
    }
}
