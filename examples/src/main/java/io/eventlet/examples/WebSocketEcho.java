// SPDX-License-Identifier: Apache-2.0
package io.eventlet.examples;

import io.eventlet.Eventlet;
import io.eventlet.http.server.HttpServer;
import io.eventlet.http.server.Request;
import io.eventlet.http.server.Response;
import io.eventlet.http.websocket.Message;
import io.eventlet.http.websocket.WebSocket;
import io.eventlet.http.websocket.WebSocketHandler;

import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.ThreadLocalRandom;

/// WebSockets at their plainest: one path sends back what it gets, another sends numbers until
/// nobody listens, and a page shows both.
///
///     examples/run WebSocketEcho 7000
///     open http://localhost:7000/
///
/// After Eventlet's `websocket.py`.
final class WebSocketEcho {
    private static final Duration PACE = Duration.ofMillis(100);

    private final WebSocketHandler echo = WebSocketHandler.of(WebSocketEcho::echo);
    private final WebSocketHandler data = WebSocketHandler.of(WebSocketEcho::send);

    static void main(String... args) throws IOException {
        int port = args.length > 0 ? Integer.parseInt(args[0]) : 7000;
        try (var server = HttpServer.builder(new WebSocketEcho()::handle).port(port).start()) {
            IO.println("echo on http://localhost:%d/".formatted(server.port()));
            server.await();
        }
    }

    Response handle(Request request) {
        return switch (request.path()) {
            case "/" -> Response.html(PAGE);
            case "/echo" -> echo.handle(request);
            case "/data" -> data.handle(request);
            default -> Response.text(404, "no such page\n");
        };
    }

    private static void echo(WebSocket socket, Request request) throws IOException {
        for (var message = socket.receive(); message != null; message = socket.receive()) {
            switch (message) {
                case Message.Text(var text) -> socket.send(text);
                case Message.Binary(var bytes) -> socket.send(bytes);
            }
        }
    }

    private static void send(WebSocket socket, Request request) throws IOException {
        for (int i = 0; socket.isOpen(); i++) {
            socket.send("%d %.3f".formatted(i, ThreadLocalRandom.current().nextDouble()));
            Eventlet.sleep(PACE);
        }
    }

    private static final String PAGE =
            """
            <!doctype html>
            <html lang="en">
            <meta charset="utf-8">
            <meta name="viewport" content="width=device-width, initial-scale=1">
            <title>Echo</title>
            <style>
              :root { color-scheme: light dark }
              body { font: 16px/1.5 system-ui, sans-serif; max-width: 40rem; margin: 2rem auto; padding: 0 1rem }
              input { font: inherit; width: 100%; padding: .4rem .6rem }
            </style>
            <h1>Echo</h1>
            <form><input aria-label="What to send" autocomplete="off" placeholder="Say something" autofocus></form>
            <p>Came back: <output id="back"></output></p>
            <p>Numbers: <output id="data"></output></p>
            <script>
              const at = path => location.origin.replace('http', 'ws') + path;
              const shown = (path, id) => {
                const socket = new WebSocket(at(path));
                socket.onmessage = e => document.getElementById(id).textContent = e.data;
                return socket;
              };
              const echo = shown('/echo', 'back'), text = document.querySelector('input');
              shown('/data', 'data');
              document.querySelector('form').onsubmit = e => {
                e.preventDefault();
                echo.send(text.value);
                text.value = '';
              };
            </script>
            """;
}
