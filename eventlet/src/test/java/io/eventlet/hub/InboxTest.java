// SPDX-License-Identifier: Apache-2.0
package io.eventlet.hub;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

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

    // ---- without memory

    private boolean noMemory;
    private final Inbox poor =
            new Inbox() {
                @Override
                Entry entry(Runnable task) {
                    if (noMemory) {
                        throw new OutOfMemoryError("as asked");
                    }
                    return super.entry(task);
                }
            };

    private List<Integer> numbersIn(Inbox from) {
        var numbers = new ArrayList<Integer>();
        from.drain(task -> numbers.add(((Message) task).number()));
        return numbers;
    }

    @Test
    void takesTasksWhenThereIsNoMemory() {
        poor.push(new Message(0, 1));
        noMemory = true;
        poor.push(new Message(0, 2));

        assertThat(poor.isEmpty()).isFalse();
        assertThat(poor.sleep()).isFalse();
        assertThat(numbersIn(poor)).containsExactly(1, 2);
        assertThat(poor.isEmpty()).isTrue();
    }

    @Test
    void refusesWhatItCannotTakeAndKeepsTheRest() {
        noMemory = true;
        int taken = 0;
        try {
            while (true) {
                poor.push(new Message(0, taken));
                taken++;
            }
        } catch (OutOfMemoryError e) {
            assertThat(e).hasMessage("as asked");
        }

        assertThat(numbersIn(poor)).hasSize(taken).doesNotHaveDuplicates();
        assertThat(taken).isPositive();
        assertThat(poor.isEmpty()).isTrue();
    }

    @Test
    void keepsWhatCouldNotBeTakenOut() {
        for (int i = 0; i < 4; i++) {
            poor.push(new Message(0, i));
        }
        noMemory = true;
        poor.push(new Message(0, 4));
        var taken = new ArrayList<Integer>();
        Consumer<Runnable> full =
                task -> {
                    if (taken.size() == 2) {
                        throw new OutOfMemoryError("as asked");
                    }
                    taken.add(((Message) task).number());
                };

        assertThatExceptionOfType(OutOfMemoryError.class).isThrownBy(() -> poor.drain(full));

        assertThat(taken).containsExactly(0, 1);
        assertThat(numbersIn(poor)).containsExactly(2, 3, 4);
        assertThat(poor.isEmpty()).isTrue();
    }

    @Test
    void keepsASpareTaskThatCouldNotBeTakenOut() {
        noMemory = true;
        poor.push(new Message(0, 1));
        assertThatExceptionOfType(OutOfMemoryError.class)
                .isThrownBy(() ->
                        poor.drain(_ -> {
                            throw new OutOfMemoryError("as asked");
                        }));

        assertThat(poor.isEmpty()).isFalse();
        assertThat(numbersIn(poor)).containsExactly(1);
        assertThat(poor.isEmpty()).isTrue();
    }
}
