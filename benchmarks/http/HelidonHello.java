// SPDX-License-Identifier: Apache-2.0

import io.helidon.http.HeaderNames;
import io.helidon.webserver.WebServer;
import io.helidon.webserver.staticcontent.StaticContentService;
import io.helidon.webserver.websocket.WsRouting;
import io.helidon.websocket.WsListener;
import io.helidon.websocket.WsSession;

import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;

/// Helidon's server, which is made for virtual threads. Usage: HelidonHello PORT DIRECTORY BACKEND
final class HelidonHello {
    static void main(String... args) {
        byte[] hello = "Hello, World!".getBytes(StandardCharsets.US_ASCII);
        var client = HttpClient.newHttpClient();
        var backend =
                HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + args[2] + "/delay"))
                        .build();
        var echo =
                new WsListener() {
                    @Override
                    public void onMessage(WsSession session, String text, boolean last) {
                        session.send(text, last);
                    }
                };
        WebServer.builder()
                .port(Integer.parseInt(args[0]))
                .addRouting(WsRouting.builder().endpoint("/echo", echo))
                .routing(routes ->
                        routes.get(
                                        "/",
                                        (_, response) -> {
                                            response.header(HeaderNames.CONTENT_TYPE, "text/plain");
                                            response.send(hello);
                                        })
                                .get(
                                        "/wait",
                                        (_, response) ->
                                                response.send(
                                                        client.send(
                                                                        backend,
                                                                        BodyHandlers.ofString())
                                                                .body()))
                                .register("/", StaticContentService.create(Path.of(args[1]))))
                .build()
                .start();
    }
}
