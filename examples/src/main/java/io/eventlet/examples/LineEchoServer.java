// SPDX-License-Identifier: Apache-2.0
package io.eventlet.examples;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.eventlet.Eventlet;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.Socket;

/// A server that is only its handler: sends each line back to whom it came from.
///
///     examples/run LineEchoServer 6000
///     nc localhost 6000
///
/// [Eventlet#serve] accepts, limits how many are served at once, closes what a handler leaves, and
/// goes on when one fails. After Eventlet's `echoserver.py`.
final class LineEchoServer {
    static void main(String... args) throws IOException {
        int port = args.length > 0 ? Integer.parseInt(args[0]) : 6000;
        try (var listener = Eventlet.listen(port)) {
            IO.println("echo by lines on port " + listener.getLocalPort());
            Eventlet.serve(listener, LineEchoServer::echo);
        }
    }

    static void echo(Socket client) throws IOException {
        IO.println("connected: " + client.getRemoteSocketAddress());
        var lines = new BufferedReader(new InputStreamReader(client.getInputStream(), UTF_8));
        String line;
        while ((line = lines.readLine()) != null) {
            client.getOutputStream().write((line + "\n").getBytes(UTF_8));
        }
        IO.println("disconnected: " + client.getRemoteSocketAddress());
    }
}
