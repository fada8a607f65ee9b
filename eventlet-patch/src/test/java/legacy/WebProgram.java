// SPDX-License-Identifier: Apache-2.0
package legacy;

import com.sun.net.httpserver.HttpServer;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.Executors;

/// A server for whom nobody waits but its dispatcher; a daemon asks it, and stops it.
public final class WebProgram {
    private WebProgram() {}

    public static void main(String[] arguments) throws IOException {
        var server =
                HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.createContext(
                "/",
                exchange -> {
                    var kind = Thread.currentThread().isVirtual() ? "green" : "platform";
                    byte[] answer = kind.getBytes(StandardCharsets.UTF_8);
                    exchange.sendResponseHeaders(200, answer.length);
                    exchange.getResponseBody().write(answer);
                    exchange.close();
                });
        var executor = Executors.newFixedThreadPool(4);
        server.setExecutor(executor);
        server.start();
        var asker =
                new Thread(() -> {
                    ask(server);
                    server.stop(0);
                    executor.shutdown();
                });
        asker.setDaemon(true);
        asker.start();
    }

    private static void ask(HttpServer server) {
        var url = "http://127.0.0.1:" + server.getAddress().getPort() + "/";
        try (var in = URI.create(url).toURL().openStream()) {
            System.out.println("answer: " + new String(in.readAllBytes(), StandardCharsets.UTF_8));
        } catch (IOException e) {
            System.out.println("no answer: " + e);
        }
    }
}
