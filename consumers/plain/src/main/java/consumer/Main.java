// SPDX-License-Identifier: Apache-2.0
package consumer;

import io.eventlet.Eventlet;
import io.eventlet.GreenPool;
import io.eventlet.hub.Hub;

import java.io.IOException;
import java.util.List;

/// Talks to itself over sockets, and prints the mode and the answers.
final class Main {
    private Main() {}

    public static void main(String[] args) throws IOException {
        IO.println("mode: " + Hub.current().mode());
        IO.println("answers: " + answers(List.of("one", "two", "three")));
    }

    /// What the echo server answers, in the order of the questions.
    static List<String> answers(List<String> questions) throws IOException {
        try (var listener = Eventlet.listen(0)) {
            var server =
                    Eventlet.spawn(() ->
                            Eventlet.serve(
                                    listener,
                                    client ->
                                            client.getInputStream()
                                                    .transferTo(client.getOutputStream())));
            try {
                return new GreenPool(2)
                        .map(question -> ask(listener.getLocalPort(), question), questions);
            } finally {
                server.kill();
            }
        }
    }

    private static String ask(int port, String question) throws IOException {
        try (var socket = Eventlet.connect("localhost", port)) {
            socket.sendAll(question.getBytes());
            socket.shutdownOutput();
            return new String(socket.getInputStream().readAllBytes());
        }
    }
}
