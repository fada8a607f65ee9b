// SPDX-License-Identifier: Apache-2.0

import io.eventlet.Eventlet;
import io.eventlet.http.client.HttpClient;
import io.eventlet.http.server.FileHandler;
import io.eventlet.http.server.HttpServer;
import io.eventlet.http.server.Response;
import io.eventlet.http.websocket.Message;
import io.eventlet.http.websocket.WebSocketHandler;

import java.nio.file.Path;
import java.time.Duration;

/// Ours, and as BACKEND what every server asks for `/wait`. Usage: EventletHello PORT DIRECTORY
/// BACKEND [HUBS]
final class EventletHello {
    static void main(String... args) {
        int hubs = args.length > 3 ? Integer.parseInt(args[3]) : 1;
        var files = FileHandler.of(Path.of(args[1]));
        var backend = "http://127.0.0.1:" + args[2] + "/delay";
        var echo =
                WebSocketHandler.of((socket, _) -> {
                    while (socket.receive() instanceof Message.Text(var text)) {
                        socket.send(text);
                    }
                });
        var client = HttpClient.builder().connectionsPerHost(2000).connections(2000).build();
        Eventlet.run(() ->
                HttpServer.builder(request ->
                                switch (request.rawPath()) {
                                    case "/" -> Response.text("Hello, World!");
                                    case "/wait" -> Response.text(client.get(backend).text());
                                    case "/echo" -> echo.handle(request);
                                    case "/delay" -> {
                                        Eventlet.sleep(Duration.ofMillis(10));
                                        yield Response.text("Hello, World!");
                                    }
                                    default -> files.handle(request);
                                })
                        .port(Integer.parseInt(args[0]))
                        .connections(20_000)
                        .hubs(hubs)
                        .start()
                        .await());
    }
}
