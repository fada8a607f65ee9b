// SPDX-License-Identifier: Apache-2.0
package io.eventlet.examples;

import static org.assertj.core.api.Assertions.assertThat;

import static java.nio.charset.StandardCharsets.UTF_8;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import java.io.IOException;
import java.net.Socket;
import java.util.ArrayList;
import java.util.List;

@Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class ChatServerTest {
    private final RunningServer server = RunningServer.start(new ChatServer()::serve);
    private final List<LineClient> guests = new ArrayList<>();

    ChatServerTest() throws IOException {}

    @AfterEach
    void close() throws IOException {
        for (var guest : guests) {
            guest.close();
        }
        server.close();
    }

    /// A guest who has been let in, and whom those before know to be here.
    private LineClient guest() throws IOException {
        return letIn(new LineClient(server.connect()));
    }

    private LineClient letIn(LineClient guest) throws IOException {
        assertThat(guest.hear()).isEqualTo("Welcome, " + name(guest));
        for (var other : guests) {
            assertThat(other.hear()).isEqualTo(name(guest) + " is here");
        }
        guests.add(guest);
        return guest;
    }

    private static String name(LineClient guest) {
        return "guest-" + guest.socket().getLocalPort();
    }

    @Test
    void whatOneSaysAllOthersHear() throws Exception {
        var first = guest();
        var second = guest();
        var third = guest();

        first.say("hello");
        second.say("grüezi");

        assertThat(second.hear()).isEqualTo(name(first) + ": hello");
        assertThat(third.hear()).isIn(name(first) + ": hello", name(second) + ": grüezi");
        assertThat(third.hear()).isIn(name(first) + ": hello", name(second) + ": grüezi");
        assertThat(first.hear()).isEqualTo(name(second) + ": grüezi");
    }

    @Test
    void aGuestWhoLeavesIsTakenOffTheList() throws Exception {
        var first = guest();
        var second = guest();
        var third = guest();

        third.close();
        guests.remove(third);

        assertThat(first.hear()).isEqualTo(name(third) + " has left");
        assertThat(second.hear()).isEqualTo(name(third) + " has left");
        first.say("just us");
        assertThat(second.hear()).isEqualTo(name(first) + ": just us");
    }

    @Test
    void aGuestWhoseConnectionBreaksHasLeft() throws Exception {
        var first = guest();
        var second = guest();

        second.socket().setSoLinger(true, 0);
        second.close();
        guests.remove(second);

        assertThat(first.hear()).isEqualTo(name(second) + " has left");
    }

    @Test
    void aGuestWhoDoesNotReadHoldsUpNobodyAndIsShownTheDoor() throws Exception {
        var deafSocket = new Socket();
        deafSocket.setReceiveBufferSize(4096);
        deafSocket.connect(server.address());
        var deaf = letIn(new LineClient(deafSocket));
        var speaker = new LineClient(server.connect());
        assertThat(speaker.hear()).startsWith("Welcome");
        var listener = new LineClient(server.connect());
        assertThat(listener.hear()).startsWith("Welcome");
        assertThat(speaker.hear()).isEqualTo(name(listener) + " is here");
        guests.addAll(List.of(speaker, listener));
        String line = "x".repeat(20_000);

        String heard = name(speaker) + ": " + line;
        while (!heard.equals(name(deaf) + " has left")) {
            assertThat(heard).isEqualTo(name(speaker) + ": " + line);
            speaker.say(line);
            heard = listener.hear();
        }

        assertThat(speaker.hear()).isEqualTo(name(deaf) + " has left");
    }

    @Test
    void manyLinesAtOnceReachAllInOrder() throws Exception {
        var speaker = guest();
        var listener = guest();
        int count = 1000;
        var lines = new StringBuilder();
        for (int i = 0; i < count; i++) {
            lines.append(i).append('\n');
        }

        speaker.socket().getOutputStream().write(lines.toString().getBytes(UTF_8));

        for (int i = 0; i < count; i++) {
            assertThat(listener.hear()).isEqualTo(name(speaker) + ": " + i);
        }
    }
}
