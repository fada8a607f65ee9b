// SPDX-License-Identifier: Apache-2.0

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import com.sun.net.httpserver.SimpleFileServer;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.concurrent.Executors;

/// The JDK's server, or another with its interface that is on the class path, with a virtual thread
/// for each request. Usage: JdkHello PORT DIRECTORY BACKEND
final class JdkHello {
    static void main(String... args) throws Exception {
        byte[] hello = "Hello, World!".getBytes(StandardCharsets.US_ASCII);
        var client = HttpClient.newHttpClient();
        var backend =
                HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + args[2] + "/delay"))
                        .build();
        var files = SimpleFileServer.createFileHandler(Path.of(args[1]).toAbsolutePath());
        var server = HttpServer.create(new InetSocketAddress(Integer.parseInt(args[0])), 1024);
        server.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
        server.createContext(
                "/",
                exchange -> {
                    switch (exchange.getRequestURI().getPath()) {
                        case "/" -> send(exchange, hello);
                        case "/wait" -> {
                            try {
                                send(
                                        exchange,
                                        client.send(backend, BodyHandlers.ofByteArray()).body());
                            } catch (InterruptedException e) {
                                throw new IOException(e);
                            }
                        }
                        default -> files.handle(exchange);
                    }
                });
        server.start();
    }

    private static void send(HttpExchange exchange, byte[] body) throws IOException {
        exchange.getResponseHeaders().set("Content-Type", "text/plain");
        exchange.sendResponseHeaders(200, body.length);
        exchange.getResponseBody().write(body);
        exchange.close();
    }
}
