// SPDX-License-Identifier: Apache-2.0
package io.eventlet.libraries;

import io.eventlet.http.client.ClientRequest;
import io.eventlet.http.client.ClientResponse;
import io.eventlet.http.client.HttpClient;
import io.eventlet.http.client.RequestBody;
import io.eventlet.libraries.servers.Certificate;
import io.eventlet.libraries.servers.EchoServer;
import io.eventlet.libraries.servers.WebNginx;
import io.eventlet.libraries.storm.Library;
import io.eventlet.net.OnCancellation;
import io.eventlet.net.tls.GreenSslSocketFactory;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.security.GeneralSecurityException;

/// The client of `eventlet-http`, which asks an nginx: by keep-alive, in chunks, packed, for a
/// range of a file, by a redirect, with a body that is streamed; over TLS or not.
record OwnHttpClient(EchoServer echo, WebNginx nginx, HttpClient client)
        implements Library, AutoCloseable {
    static final int POOLED = 8; // connections to each port

    private static final int LARGE = 100_000;

    static OwnHttpClient open() throws IOException, GeneralSecurityException {
        var echo = EchoServer.start();
        var certificate = Certificate.make();
        var tls = GreenSslSocketFactory.of(certificate.context());
        return new OwnHttpClient(
                echo,
                WebNginx.start(echo.port(), certificate),
                HttpClient.builder()
                        .connectionsPerHost(POOLED)
                        .tls(tls.onCancellation(OnCancellation.KEEP_OPEN))
                        .build());
    }

    private String url(long question, String path) {
        return question % 3 == 0
                ? "https://127.0.0.1:%d%s".formatted(nginx.server().port(), path)
                : "http://127.0.0.1:%d%s".formatted(nginx.plainPort(), path);
    }

    @Override
    public long ask(long question, long millis) throws IOException {
        var end = "/" + question + "/" + millis;
        return switch ((int) (question % 7)) {
            case 0 -> number(ClientRequest.get(url(question, "/zip" + end)).decoding(true));
            case 1 -> range(question);
            case 2 -> number(ClientRequest.get(url(question, "/moved" + end)));
            case 3 ->
                    number(
                            ClientRequest.put(url(question, "/upload" + end))
                                    .body(
                                            RequestBody.once(
                                                    new ByteArrayInputStream(new byte[LARGE]))));
            case 4 ->
                    number(
                            ClientRequest.put(url(question, "/echo" + end))
                                    .body(new byte[20_000])
                                    .expectContinue());
            default -> number(ClientRequest.get(url(question, "/echo" + end)));
        };
    }

    private long number(ClientRequest request) throws IOException {
        try (var response = client.send(request)) {
            return Long.parseLong(text(response, 200));
        }
    }

    /// What stands at one place of the file.
    private long range(long question) throws IOException {
        long number = question % WebNginx.NUMBERS;
        long from = number * WebNginx.DIGITS;
        var request =
                ClientRequest.get(url(question, "/numbers"))
                        .header("Range", "bytes=%d-%d".formatted(from, from + WebNginx.DIGITS - 1));
        try (var response = client.send(request)) {
            return question - number + Long.parseLong(text(response, 206));
        }
    }

    private static String text(ClientResponse response, int status) throws IOException {
        if (response.status() != status) {
            throw new IOException("%s: %s".formatted(response, response.text()));
        }
        return response.text();
    }

    @Override
    public void close() {
        client.close();
        nginx.close();
        echo.close();
    }
}
