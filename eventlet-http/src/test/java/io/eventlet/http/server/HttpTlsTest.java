// SPDX-License-Identifier: Apache-2.0
package io.eventlet.http.server;

import static org.assertj.core.api.Assertions.assertThat;

import io.eventlet.net.tls.TlsIdentities;
import io.eventlet.testing.junit.NoLeaks;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

import javax.net.ssl.SSLParameters;

/// HTTPS with the clients of others.
@Timeout(60)
@ExtendWith(NoLeaks.class)
class HttpTlsTest {
    @TempDir static Path directory;

    private static String run(String... command) throws IOException {
        var process = new ProcessBuilder(command).redirectErrorStream(true).start();
        process.getOutputStream().close();
        return new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    }

    private record Certificate(Path file, Path key) {
        static Certificate of(String name) throws IOException {
            var file = directory.resolve(name + ".pem");
            var key = directory.resolve(name + ".key");
            run(
                    ("openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes"
                                    + " -days 2 -subj /CN=test -addext subjectAltName=DNS:%s"
                                    + " -keyout %s -out %s")
                            .formatted(name, key, file)
                            .split(" "));
            return new Certificate(file, key);
        }
    }

    private static HttpServer server(TlsIdentities identities, SSLParameters parameters)
            throws IOException {
        return HttpServer.builder(request -> Response.text("for " + request.authority() + "\n"))
                .tls(identities.context(), parameters)
                .start();
    }

    private static String curl(HttpServer server, String name, Path trusted, String... more)
            throws IOException {
        var command =
                new ArrayList<>(
                        List.of(
                                "curl",
                                "-q",
                                "-sS",
                                "--noproxy",
                                "*",
                                "--resolve",
                                "%s:%d:127.0.0.1".formatted(name, server.port()),
                                "--cacert",
                                trusted.toString(),
                                "https://%s:%d/".formatted(name, server.port())));
        command.addAll(List.of(more));
        return run(command.toArray(String[]::new));
    }

    @Test
    void curlGetsTheCertificateOfTheNameItAsksFor() throws IOException {
        var one = Certificate.of("one.example");
        var two = Certificate.of("two.example");
        var identities =
                TlsIdentities.builder()
                        .pem(one.file(), one.key())
                        .pem(two.file(), two.key())
                        .open();

        try (var server = server(identities, new SSLParameters())) {
            assertThat(curl(server, "one.example", one.file())).startsWith("for one.example:");
            assertThat(curl(server, "two.example", two.file())).startsWith("for two.example:");
            assertThat(curl(server, "two.example", one.file())).startsWith("curl: (60)");
        }
    }

    @Test
    void clientNeedsACertificateIfTheServerAsksForOne() throws IOException {
        var own = Certificate.of("own.example");
        var client = Certificate.of("client.example");
        var identities =
                TlsIdentities.builder().pem(own.file(), own.key()).trust(client.file()).open();
        var parameters = new SSLParameters();
        parameters.setNeedClientAuth(true);

        try (var server = server(identities, parameters)) {
            var with =
                    curl(
                            server,
                            "own.example",
                            own.file(),
                            "--cert",
                            client.file().toString(),
                            "--key",
                            client.key().toString());
            var without = curl(server, "own.example", own.file());

            assertThat(with).startsWith("for own.example:");
            assertThat(without).startsWith("curl: (");
        }
    }

    @Test
    void http11IsChosenByAlpn() throws IOException {
        var own = Certificate.of("own.example");
        var identities = TlsIdentities.builder().pem(own.file(), own.key()).open();

        try (var server = server(identities, new SSLParameters())) {
            var said =
                    run(
                            "openssl",
                            "s_client",
                            "-connect",
                            "127.0.0.1:" + server.port(),
                            "-alpn",
                            "h2,http/1.1");

            assertThat(said).contains("ALPN protocol: http/1.1");
        }
    }
}
