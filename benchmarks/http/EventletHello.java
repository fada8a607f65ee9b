// SPDX-License-Identifier: Apache-2.0

import io.eventlet.Eventlet;
import io.eventlet.http.server.HttpServer;
import io.eventlet.http.server.Response;

/// Ours. Usage: EventletHello PORT [HUBS]
final class EventletHello {
    static void main(String... args) {
        int hubs = args.length > 1 ? Integer.parseInt(args[1]) : 1;
        byte[] four = new byte[4096];
        Eventlet.run(() -> {
            var server =
                    HttpServer.builder(request ->
                                    request.rawPath().equals("/4k")
                                            ? Response.of(200).body(four)
                                            : Response.text("Hello, World!"))
                            .port(Integer.parseInt(args[0]))
                            .hubs(hubs)
                            .start();
            server.await();
        });
    }
}
