// SPDX-License-Identifier: Apache-2.0
package io.eventlet.mirror.fetch;

import io.eventlet.Eventlet;
import io.eventlet.GreenThread;
import io.eventlet.net.GreenServerSocket;

import java.io.IOException;
import java.io.InputStream;
import java.net.SocketException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/// A server that answers each connection with the next of some answers, byte by byte, and closes
/// it.
final class ScriptedServer implements AutoCloseable {
    private final GreenServerSocket listener;
    private final GreenThread<?> thread;
    private final List<String> heads = new CopyOnWriteArrayList<>();

    private ScriptedServer(List<String> answers) throws IOException {
        listener = Eventlet.listen("127.0.0.1", 0);
        thread = Eventlet.spawn(() -> serve(answers));
    }

    static ScriptedServer of(String... answers) throws IOException {
        return new ScriptedServer(List.of(answers));
    }

    /// An answer with a status, fields, and a body whose length the fields say or not.
    static String answer(String status, String body, String... fields) {
        var lines = new StringBuilder("HTTP/1.1 " + status + "\r\nConnection: close\r\n");
        for (var field : fields) {
            lines.append(field).append("\r\n");
        }
        return lines + "\r\n" + body;
    }

    private void serve(List<String> answers) throws IOException {
        for (var answer : answers) {
            try (var socket = listener.accept()) {
                heads.add(head(socket.getInputStream()));
                socket.getOutputStream().write(answer.getBytes(StandardCharsets.ISO_8859_1));
            } catch (SocketException e) { // closed, or the client has gone
                return;
            }
        }
    }

    private static String head(InputStream in) throws IOException {
        var head = new StringBuilder();
        while (head.indexOf("\r\n\r\n") < 0) {
            int b = in.read();
            if (b < 0) {
                return head.toString();
            }
            head.append((char) b);
        }
        return head.toString();
    }

    String url(String target) {
        return "http://127.0.0.1:" + listener.getLocalPort() + target;
    }

    /// The heads of the requests so far.
    List<String> heads() {
        return heads;
    }

    @Override
    public void close() throws IOException {
        listener.close();
        thread.kill();
    }
}
