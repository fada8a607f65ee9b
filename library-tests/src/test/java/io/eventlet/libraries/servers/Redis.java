// SPDX-License-Identifier: Apache-2.0
package io.eventlet.libraries.servers;

import redis.clients.jedis.Jedis;

import java.io.IOException;
import java.util.List;

/// A Redis of the tests' own, which keeps nothing.
public final class Redis {
    private Redis() {}

    public static LocalServer start() throws IOException {
        var directory = LocalServer.newDirectory("redis");
        int port = FreePort.find();
        return LocalServer.start(
                List.of(
                        Program.of("redis-server", "redis-server"),
                        "--bind",
                        "127.0.0.1",
                        "--port",
                        String.valueOf(port),
                        "--dir",
                        directory.toString(),
                        "--hz",
                        "500", // so that a wait in vain ends after some milliseconds
                        "--dynamic-hz",
                        "no",
                        "--save",
                        "",
                        "--appendonly",
                        "no"),
                directory,
                port,
                Redis::talk);
    }

    private static void talk(int port) {
        try (var jedis = new Jedis("127.0.0.1", port)) {
            jedis.ping();
        }
    }
}
