// SPDX-License-Identifier: Apache-2.0
package io.eventlet.hub;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import java.util.ArrayList;
import java.util.List;

@Timeout(60)
class InboxTest {
    private record Message(int sender, int number) implements Runnable {
        @Override
        public void run() {}
    }

    private final Inbox inbox = new Inbox();
    private final List<Message> received = new ArrayList<>();

    private void drain() {
        inbox.drain(task -> received.add((Message) task));
    }

    @Test
    void givesFirstWhatCameFirst() {
        for (int i = 0; i < 10; i++) {
            inbox.push(new Message(0, i));
        }

        drain();

        assertThat(received)
                .extracting(Message::number)
                .containsExactly(0, 1, 2, 3, 4, 5, 6, 7, 8, 9);
        assertThat(inbox.isEmpty()).isTrue();
    }

    @Test
    void givesNothingTwice() {
        inbox.push(new Message(0, 1));
        drain();

        drain();

        assertThat(received).hasSize(1);
    }

    @Test
    void losesNothingAndKeepsTheOrderOfEachSender() throws InterruptedException {
        int senders = 4;
        int each = 50_000;
        var threads = new ArrayList<Thread>();
        for (int s = 0; s < senders; s++) {
            int sender = s;
            threads.add(
                    Thread.ofPlatform()
                            .start(() -> {
                                for (int i = 0; i < each; i++) {
                                    inbox.push(new Message(sender, i));
                                }
                            }));
        }

        while (received.size() < senders * each) {
            drain();
        }
        for (var thread : threads) {
            thread.join();
        }
        drain();

        for (int s = 0; s < senders; s++) {
            int sender = s;
            assertThat(received.stream().filter(m -> m.sender == sender).map(Message::number))
                    .hasSize(each)
                    .isSorted();
        }
    }
}
