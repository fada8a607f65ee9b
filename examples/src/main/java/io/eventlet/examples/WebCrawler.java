// SPDX-License-Identifier: Apache-2.0
package io.eventlet.examples;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import io.eventlet.Eventlet;
import io.eventlet.GreenPool;
import io.eventlet.Imap;
import io.eventlet.TaskFailed;

import java.io.IOException;
import java.net.Socket;
import java.net.URI;
import java.net.URL;
import java.time.Duration;
import java.util.List;

import javax.net.ssl.SSLContext;

/// The client pattern: fetches many URLs at once, and has the bodies in the order of the URLs.
///
///     examples/run WebCrawler https://example.org/ https://example.com/
///
/// At most 1000 are fetched at once, the size of the pool, and no more bodies than that are held,
/// however many URLs there are. After Eventlet's `webcrawler.py`.
final class WebCrawler {
    private static final Duration PATIENCE = Duration.ofSeconds(10);

    static void main(String... urls) {
        if (urls.length == 0) {
            System.err.println("Usage: examples/run WebCrawler URL ...");
            System.exit(2);
        }
        var pool = new GreenPool();
        try (Imap<String> bodies = pool.imap(WebCrawler::fetch, List.of(urls))) {
            for (String url : urls) {
                try {
                    IO.println(url + ": got body of " + bodies.next().length());
                } catch (TaskFailed e) { // this one; the others come all the same
                    IO.println(url + ": " + e.getCause());
                }
            }
        }
    }

    private static String fetch(String url) throws Exception {
        return Eventlet.withTimeout(PATIENCE, () -> get(URI.create(url).toURL()));
    }

    /// Gets a body by HTTP/1.0: asks, and reads until the server closes. A `char` is a byte of it.
    private static String get(URL url) throws Exception {
        int port = url.getPort() > 0 ? url.getPort() : url.getDefaultPort();
        try (var plain = Eventlet.connect(url.getHost(), port);
                Socket socket = url.getProtocol().equals("https") ? secure(plain, url) : plain) {
            String file = url.getFile().isEmpty() ? "/" : url.getFile();
            String request = "GET " + file + " HTTP/1.0\r\nHost: " + url.getAuthority();
            socket.getOutputStream().write((request + "\r\n\r\n").getBytes(ISO_8859_1));
            String response = new String(socket.getInputStream().readAllBytes(), ISO_8859_1);
            String[] parts = response.split("\r\n\r\n", 2);
            if (parts.length < 2 || !response.startsWith("200", "HTTP/1.x ".length())) {
                throw new IOException(response.lines().findFirst().orElse("no answer"));
            }
            return parts[1];
        }
    }

    private static Socket secure(Socket plain, URL url) throws Exception {
        return Eventlet.wrapSsl(plain, SSLContext.getDefault(), url.getHost());
    }
}
