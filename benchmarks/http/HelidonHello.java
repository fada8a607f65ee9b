// SPDX-License-Identifier: Apache-2.0

import io.helidon.http.HeaderNames;
import io.helidon.webserver.WebServer;

import java.nio.charset.StandardCharsets;

/// Helidon's server, which is made for virtual threads. Usage: HelidonHello PORT
final class HelidonHello {
    static void main(String... args) {
        byte[] hello = "Hello, World!".getBytes(StandardCharsets.US_ASCII);
        byte[] four = new byte[4096];
        WebServer.builder()
                .port(Integer.parseInt(args[0]))
                .routing(routes ->
                        routes.get("/4k", (_, response) -> response.send(four))
                                .get(
                                        "/",
                                        (_, response) -> {
                                            response.header(HeaderNames.CONTENT_TYPE, "text/plain");
                                            response.send(hello);
                                        }))
                .build()
                .start();
    }
}
