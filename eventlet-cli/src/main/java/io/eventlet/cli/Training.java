// SPDX-License-Identifier: Apache-2.0
package io.eventlet.cli;

import io.eventlet.Eventlet;
import io.eventlet.GreenPool;

import java.io.PrintWriter;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;

/// What the launcher lets the JVM watch to make its AOT cache: each command's help, the errors that
/// people make, the demonstration in small, a conversation over loopback, downloads, and servers
/// under load. Copies have a cache of their own, of [MirrorTraining].
final class Training {
    private Training() {}

    public static void main(String... args) throws Exception {
        Logging.install();
        HelpTraining.run();
        demonstrate();
        Eventlet.run(Training::converse);
        FetchTraining.run();
        EchoTraining.run();
        ServeTraining.run();
        System.exit(0);
    }

    /// All that a client, a server and a dispatcher load: much more than the commands themselves.
    private static void demonstrate() {
        Main.run(
                new Terminal(false, false, Map.of()),
                new PrintWriter(Writer.nullWriter()),
                new PrintWriter(Writer.nullWriter()),
                "demo",
                "--pages=40",
                "--feeds=20",
                "--latency=3ms",
                "--connections=50");
    }

    private static void converse() throws Exception {
        try (var listener = Eventlet.listen("127.0.0.1", 0)) {
            var server =
                    Eventlet.spawn(() -> {
                        try (var client = listener.accept()) {
                            client.getInputStream().transferTo(client.getOutputStream());
                        }
                    });
            try (var client = Eventlet.connect("127.0.0.1", listener.getLocalPort())) {
                client.getOutputStream().write("hello".getBytes(StandardCharsets.US_ASCII));
                client.shutdownOutput();
                client.getInputStream().readAllBytes();
            }
            server.await(Duration.ofSeconds(5));
        }
        var pool = new GreenPool(2);
        pool.map(String::length, List.of("one", "two", "three"));
        Eventlet.withTimeout(Duration.ofSeconds(5), () -> 1);
    }
}
