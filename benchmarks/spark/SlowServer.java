// SPDX-License-Identifier: Apache-2.0

import io.eventlet.Eventlet;
import io.eventlet.http.server.HttpServer;
import io.eventlet.http.server.Response;

import java.time.Duration;

/// Answers each request after 50 ms. Usage: SlowServer PORT
final class SlowServer {
    static void main(String... args) {
        Eventlet.run(() -> {
            var server =
                    HttpServer.builder(
                                    request -> {
                                        Eventlet.sleep(Duration.ofMillis(50));
                                        return Response.text("Hello, World!");
                                    })
                            .port(Integer.parseInt(args[0]))
                            .start();
            server.await();
        });
    }
}
