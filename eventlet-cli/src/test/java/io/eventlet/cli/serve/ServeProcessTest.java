// SPDX-License-Identifier: Apache-2.0
package io.eventlet.cli.serve;

import static org.assertj.core.api.Assertions.assertThat;

import io.eventlet.cli.testing.Certificates;
import io.eventlet.cli.testing.CommandProcess;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

@Timeout(60)
class ServeProcessTest {
    @TempDir private Path directory;

    @BeforeEach
    void write() throws IOException {
        Files.createDirectory(directory.resolve("sub"));
        Files.writeString(directory.resolve("a.txt"), "hello");
        Files.writeString(directory.resolve("long.txt"), "long ".repeat(1000));
        Files.writeString(directory.resolve(".hidden"), "hidden");
    }

    private CommandProcess serve(String... options) throws IOException {
        var arguments = new ArrayList<>(List.of("serve", directory.toString(), "--port=0"));
        arguments.addAll(List.of(options));
        return CommandProcess.start(arguments.toArray(String[]::new));
    }

    /// The address in a line such as `Serving /site on http://127.0.0.1:8000/ · …`.
    private static URI address(String greeting) {
        return URI.create(greeting.replaceAll(".* on (\\S+) .*", "$1"));
    }

    private static HttpResponse<String> get(URI address, String path, String... fields)
            throws Exception {
        try (var client = HttpClient.newHttpClient()) {
            var request = HttpRequest.newBuilder(address.resolve(path));
            if (fields.length > 0) {
                request.headers(fields);
            }
            return client.send(request.build(), BodyHandlers.ofString());
        }
    }

    @Test
    void servesUntilItIsToldToStop() throws Exception {
        try (var serve = serve()) {
            String greeting = serve.readLine();
            var address = address(greeting);

            var file = get(address, "/a.txt");
            var listing = get(address, "/");
            serve.terminate();

            assertThat(greeting)
                    .startsWith("Serving " + directory + " on http://127.0.0.1:")
                    .contains("1 hub");
            assertThat(file.body()).isEqualTo("hello");
            assertThat(file.headers().firstValue("Cache-Control")).contains("no-cache");
            assertThat(listing.body()).contains("sub/").doesNotContain("hidden");
            assertThat(serve.readLines()).containsExactly("Stopped: 2 connections served");
            assertThat(serve.exitCode()).isZero();
            assertThat(serve.readErrors()).isEmpty();
        }
    }

    @Test
    void optionsAreHeeded() throws Exception {
        try (var serve =
                serve("--no-listing", "--hidden", "--cors", "--spa", "--gzip", "--cache=1h")) {
            var address = address(serve.readLine());

            var hidden = get(address, "/.hidden");
            var zipped = get(address, "/long.txt", "Accept-Encoding", "gzip");

            assertThat(get(address, "/sub/").statusCode()).isEqualTo(403);
            assertThat(hidden.body()).isEqualTo("hidden");
            assertThat(hidden.headers().firstValue("Access-Control-Allow-Origin")).contains("*");
            assertThat(hidden.headers().firstValue("Cache-Control")).contains("max-age=3600");
            assertThat(zipped.headers().firstValue("Content-Encoding")).contains("gzip");
        }
    }

    @Test
    void linksOutOfTheDirectoryAreFollowedIfAsked(@TempDir Path elsewhere) throws Exception {
        Files.writeString(elsewhere.resolve("b.txt"), "elsewhere");
        Files.createSymbolicLink(directory.resolve("link"), elsewhere);
        try (var strict = serve();
                var lenient = serve("--follow-links")) {
            assertThat(get(address(strict.readLine()), "/link/b.txt").statusCode()).isEqualTo(404);
            assertThat(get(address(lenient.readLine()), "/link/b.txt").body())
                    .isEqualTo("elsewhere");
        }
    }

    @Test
    void eachRequestHasALineInTheAccessLog() throws Exception {
        try (var serve = serve("--access-log=common")) {
            get(address(serve.readLine()), "/a.txt");
            serve.terminate();

            assertThat(serve.readLines())
                    .anySatisfy(line ->
                            assertThat(line)
                                    .startsWith("127.0.0.1 - - [")
                                    .endsWith("] \"GET /a.txt HTTP/1.1\" 200 5"));
        }
    }

    @Test
    void servesTls() throws Exception {
        var certificates = Certificates.of("EC");
        try (var serve =
                serve(
                        "--tls-keystore=" + certificates.file(),
                        "--tls-password=" + Certificates.PASSWORD)) {
            var address = address(serve.readLine());
            try (var client = HttpClient.newBuilder().sslContext(certificates.context()).build()) {
                var https = URI.create("https://localhost:" + address.getPort() + "/a.txt");
                var answer =
                        client.send(HttpRequest.newBuilder(https).build(), BodyHandlers.ofString());

                assertThat(address.getScheme()).isEqualTo("https");
                assertThat(answer.body()).isEqualTo("hello");
            }
        }
    }

    @Test
    void aPortThatIsTakenIsSaidInOneLine() throws Exception {
        try (var taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
                var serve = serve("--port=" + taken.getLocalPort())) {
            assertThat(serve.exitCode()).isEqualTo(3);
            assertThat(serve.readErrors())
                    .startsWith("eventlet serve: cannot listen on 127.0.0.1:")
                    .doesNotContain("\n");
        }
    }
}
