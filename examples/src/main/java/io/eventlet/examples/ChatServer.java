// SPDX-License-Identifier: Apache-2.0
package io.eventlet.examples;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.eventlet.Eventlet;
import io.eventlet.net.GreenServerSocket;
import io.eventlet.queue.GreenQueue;

import java.io.BufferedOutputStream;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.Socket;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/// A chat: what one says, all others hear.
///
///     examples/run ChatServer 3001
///     nc localhost 3001
///
/// Nobody waits for a guest who does not listen. What is said goes into the queue of each guest,
/// from which a green thread of the guest's own sends it; whose queue is full is shown the door.
/// After Eventlet's `chat_server.py`.
final class ChatServer {
    private static final int MAX_UNHEARD = 1000; // lines

    private final Map<Socket, GreenQueue<String>> guests = new ConcurrentHashMap<>();

    static void main(String... args) throws IOException {
        int port = args.length > 0 ? Integer.parseInt(args[0]) : 3001;
        try (var listener = Eventlet.listen(port)) {
            IO.println("chat on port " + listener.getLocalPort());
            new ChatServer().serve(listener);
        }
    }

    void serve(GreenServerSocket listener) throws IOException {
        Eventlet.serve(listener, this::chat);
    }

    private void chat(Socket guest) throws IOException {
        String name = "guest-" + guest.getPort();
        var unheard = GreenQueue.<String>bounded(MAX_UNHEARD);
        unheard.put("Welcome, " + name);
        guests.put(guest, unheard);
        try {
            tellOthers(guest, name + " is here");
            hear(guest, name, unheard);
        } finally {
            guests.remove(guest);
            tellOthers(guest, name + " has left");
        }
    }

    /// Begins to send only now: whoever is welcomed is known to all, and knows of all who come.
    private void hear(Socket guest, String name, GreenQueue<String> unheard) throws IOException {
        var speaker = Eventlet.spawnN(() -> send(unheard, guest));
        try {
            var lines = new BufferedReader(new InputStreamReader(guest.getInputStream(), UTF_8));
            String line;
            while ((line = lines.readLine()) != null) {
                tellOthers(guest, name + ": " + line);
                Eventlet.sleep(); // yields, or many lines at once would outrun their sending
            }
        } finally {
            speaker.kill();
        }
    }

    private void tellOthers(Socket speaker, String line) throws IOException {
        for (var guest : guests.entrySet()) {
            if (guest.getKey() != speaker && !guest.getValue().tryPut(line)) {
                guest.getKey().close();
            }
        }
    }

    private static void send(GreenQueue<String> unheard, Socket guest) throws IOException {
        try {
            var out = new BufferedOutputStream(guest.getOutputStream());
            while (true) {
                out.write((unheard.get() + "\n").getBytes(UTF_8));
                if (unheard.isEmpty()) {
                    out.flush();
                }
            }
        } catch (IOException e) { // the guest is gone, and its reader is to notice
            guest.close();
        }
    }
}
