// SPDX-License-Identifier: Apache-2.0
package io.eventlet.examples.spark;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Executors;
import java.util.function.IntConsumer;

/// A server that notes what it is asked for.
final class AskedServer implements AutoCloseable {
    private final HttpServer server;
    private final List<String> asked = new CopyOnWriteArrayList<>();
    private volatile IntConsumer onRequest = _ -> {};

    AskedServer() throws IOException {
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
        server.createContext("/square/", this::square);
        server.createContext("/page/", AskedServer::page);
        server.start();
    }

    String url() {
        return "http://127.0.0.1:" + server.getAddress().getPort();
    }

    /// What is called with the number of each request for a square, before it is answered.
    void onRequest(IntConsumer action) {
        onRequest = action;
    }

    /// The paths of what has been asked for, `/square/NUMBER/PID`, in the order of their coming.
    List<String> asked() {
        return asked;
    }

    private void square(HttpExchange exchange) throws IOException {
        int number;
        var path = exchange.getRequestURI().getPath();
        synchronized (asked) {
            asked.add(path);
            number = asked.size();
        }
        onRequest.accept(number);
        long item = Long.parseLong(path.substring("/square/".length(), path.lastIndexOf('/')));
        answer(exchange, 200, item + " " + item * item);
    }

    private static void page(HttpExchange exchange) throws IOException {
        var name = exchange.getRequestURI().getPath().substring("/page/".length());
        if (name.equals("gone")) {
            answer(exchange, 404, "no such page");
        } else {
            answer(exchange, 200, "<html><head><title>\nPage " + name + "</title></head></html>");
        }
    }

    private static void answer(HttpExchange exchange, int status, String text) throws IOException {
        try (exchange) {
            var bytes = text.getBytes(UTF_8);
            exchange.sendResponseHeaders(status, bytes.length);
            exchange.getResponseBody().write(bytes);
        }
    }

    @Override
    public void close() {
        server.stop(0);
    }
}
