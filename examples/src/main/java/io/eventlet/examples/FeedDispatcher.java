// SPDX-License-Identifier: Apache-2.0
package io.eventlet.examples;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;

import static javax.xml.stream.XMLStreamConstants.START_ELEMENT;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;

import io.eventlet.Eventlet;
import io.eventlet.GreenPile;
import io.eventlet.GreenPool;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.URI;
import java.net.URL;
import java.time.Duration;

import javax.net.ssl.SSLContext;
import javax.xml.stream.XMLInputFactory;
import javax.xml.stream.XMLStreamException;

/// The dispatch pattern: a server that is a client of many others. Takes a list of feeds, one URL
/// a line, and answers with their titles, a line each in the same order.
///
///     examples/run FeedDispatcher 8080
///     curl --data-binary @urls.txt http://localhost:8080/
///
/// A pile collects what one request wants; one pool for all requests limits how many feeds are
/// fetched at once, whoever asks for them. After Eventlet's `feedscraper.py`.
final class FeedDispatcher {
    private static final GreenPool FETCHES = new GreenPool(200);
    private static final Duration PATIENCE = Duration.ofSeconds(10);
    private static final int MAX_BYTES = 1 << 20; // of a request, of a feed

    static void main(String... args) throws IOException {
        var server = start(args.length > 0 ? Integer.parseInt(args[0]) : 8080);
        IO.println("feeds on port " + server.getAddress().getPort());
    }

    static HttpServer start(int port) throws IOException {
        var address = new InetSocketAddress(InetAddress.getLoopbackAddress(), port);
        var server = HttpServer.create(address, 0, "/", FeedDispatcher::answer);
        server.setExecutor(new GreenPool());
        server.start();
        return server;
    }

    private static void answer(HttpExchange exchange) throws IOException {
        try (exchange) {
            byte[] urls = exchange.getRequestBody().readNBytes(MAX_BYTES + 1);
            if (urls.length > MAX_BYTES) {
                exchange.sendResponseHeaders(413, -1); // too large
                return;
            }
            var titles = new GreenPile<String>(FETCHES);
            new String(urls, UTF_8)
                    .lines()
                    .filter(url -> !url.isBlank())
                    .forEach(url -> titles.spawn(() -> title(url.strip())));
            byte[] text = String.join("\n", titles).getBytes(UTF_8);
            exchange.sendResponseHeaders(200, text.length);
            exchange.getResponseBody().write(text);
        }
    }

    private static String title(String url) {
        String title;
        try {
            title = Eventlet.withTimeout(PATIENCE, () -> parse(get(url)), "(too slow)");
        } catch (Exception e) {
            title = "(" + e.getMessage() + ")";
        }
        return title.strip().replaceAll("\\s+", " "); // one line
    }

    /// The first title in a feed, RSS or Atom: those of images and entries follow.
    private static String parse(byte[] feed) throws XMLStreamException {
        var factory = XMLInputFactory.newDefaultFactory();
        factory.setProperty(XMLInputFactory.SUPPORT_DTD, false); // or a feed could read our files
        var xml = factory.createXMLStreamReader(new ByteArrayInputStream(feed));
        while (xml.hasNext()) {
            if (xml.next() == START_ELEMENT && xml.getLocalName().equals("title")) {
                return xml.getElementText();
            }
        }
        throw new XMLStreamException("no title");
    }

    /// Gets a feed by HTTP/1.0: asks, and reads until the server closes.
    private static byte[] get(String address) throws Exception {
        var url = URI.create(address).toURL();
        int port = url.getPort() > 0 ? url.getPort() : url.getDefaultPort();
        try (var plain = Eventlet.connect(url.getHost(), port);
                Socket socket = url.getProtocol().equals("https") ? secure(plain, url) : plain) {
            String file = url.getFile().isEmpty() ? "/" : url.getFile();
            String request = "GET " + file + " HTTP/1.0\r\nHost: " + url.getAuthority();
            socket.getOutputStream().write((request + "\r\n\r\n").getBytes(ISO_8859_1));
            byte[] bytes = socket.getInputStream().readNBytes(MAX_BYTES);
            String[] parts = new String(bytes, ISO_8859_1).split("\r\n\r\n", 2);
            if (parts.length < 2 || !parts[0].startsWith("200", "HTTP/1.x ".length())) {
                throw new IOException(parts[0].lines().findFirst().orElse("no answer"));
            }
            return parts[1].getBytes(ISO_8859_1);
        }
    }

    private static Socket secure(Socket plain, URL url) throws Exception {
        return Eventlet.wrapSsl(plain, SSLContext.getDefault(), url.getHost());
    }
}
