// SPDX-License-Identifier: Apache-2.0

import io.vertx.core.Vertx;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.http.PoolOptions;

/// Vert.x, what Quarkus stands on: one event loop. Usage: VertxHello PORT DIRECTORY BACKEND
final class VertxHello {
    static void main(String... args) {
        int backend = Integer.parseInt(args[2]);
        var vertx = Vertx.vertx();
        var client = vertx.createHttpClient(new PoolOptions().setHttp1MaxSize(2000));
        vertx.createHttpServer(new HttpServerOptions().setTcpNoDelay(true))
                .webSocketHandler(socket -> socket.textMessageHandler(socket::writeTextMessage))
                .requestHandler(request -> {
                    var response = request.response().putHeader("Content-Type", "text/plain");
                    switch (request.path()) {
                        case "/" -> response.end("Hello, World!");
                        case "/wait" ->
                                client.request(HttpMethod.GET, backend, "127.0.0.1", "/delay")
                                        .compose(asked -> asked.send())
                                        .compose(answer -> answer.body())
                                        .onSuccess(response::end);
                        default -> response.sendFile(args[1] + request.path());
                    }
                })
                .listen(Integer.parseInt(args[0]));
    }
}
