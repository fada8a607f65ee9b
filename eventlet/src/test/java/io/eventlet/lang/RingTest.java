// SPDX-License-Identifier: Apache-2.0
package io.eventlet.lang;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;

@Timeout(60)
class RingTest {
    private static final int LENGTH = 1024;

    private boolean noMemory;
    private final Ring<Runnable> ring =
            new Ring<>(
                    LENGTH,
                    length -> {
                        if (noMemory) {
                            throw new OutOfMemoryError("as asked");
                        }
                        return new Object[length];
                    });

    private record Numbered(int number) implements Runnable {
        @Override
        public void run() {}
    }

    private void add(int from, int to) {
        for (int i = from; i < to; i++) {
            ring.addLast(new Numbered(i));
        }
    }

    private List<Integer> takeAll() {
        var all = new ArrayList<Integer>();
        for (var task = ring.pollFirst(); task != null; task = ring.pollFirst()) {
            all.add(((Numbered) task).number);
        }
        return all;
    }

    private static List<Integer> numbers(int from, int to) {
        return java.util.stream.IntStream.range(from, to).boxed().toList();
    }

    @Test
    void givesFirstWhatCameFirst() {
        add(0, 10_000);

        assertThat(takeAll()).isEqualTo(numbers(0, 10_000));
    }

    @Test
    void isAsAPlainQueueWhateverIsAddedAndTaken() {
        var plain = new ArrayDeque<Runnable>();
        var random = new Random(7);

        for (int i = 0; i < 20_000; i++) {
            var task = new Numbered(i);
            switch (random.nextInt(8)) {
                case 0, 1, 2, 3 -> {
                    ring.addLast(task);
                    plain.addLast(task);
                }
                case 4 -> {
                    ring.addFirst(task);
                    plain.addFirst(task);
                }
                case 5 -> {
                    if (!plain.isEmpty()) {
                        assertThat(ring.removeLast()).isSameAs(plain.removeLast());
                    }
                }
                default -> assertThat(ring.pollFirst()).isSameAs(plain.pollFirst());
            }
        }

        assertThat(ring.size()).isEqualTo(plain.size());
        assertThat(ring.toList()).isEqualTo(List.copyOf(plain));
    }

    @Test
    void fillsItsRoomWhenThereIsNoMemoryToGrow() {
        noMemory = true;

        add(0, LENGTH);

        assertThat(takeAll()).isEqualTo(numbers(0, LENGTH));
    }

    @Test
    void failsToAddAndLosesNothingWhenItIsFullAndThereIsNoMemory() {
        noMemory = true;
        add(0, LENGTH);

        assertThatExceptionOfType(OutOfMemoryError.class)
                .isThrownBy(() -> ring.addLast(new Numbered(-1)));
        assertThatExceptionOfType(OutOfMemoryError.class)
                .isThrownBy(() -> ring.addFirst(new Numbered(-1)));

        assertThat(takeAll()).isEqualTo(numbers(0, LENGTH));
    }

    @Test
    void growsOnceThereIsMemory() {
        noMemory = true;
        add(0, LENGTH);
        noMemory = false;

        add(LENGTH, 3 * LENGTH);

        assertThat(takeAll()).isEqualTo(numbers(0, 3 * LENGTH));
    }
}
