// SPDX-License-Identifier: Apache-2.0
package io.eventlet.queue;

import io.eventlet.interleavings.LinearizableSpecification;

import org.jetbrains.lincheck.datastructures.IntGen;
import org.jetbrains.lincheck.datastructures.Operation;
import org.jetbrains.lincheck.datastructures.Param;
import org.jspecify.annotations.Nullable;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;

/// A queue, by all that does not wait, or waits for no time, which stands in line all the same.
public abstract class QueueSpecification extends LinearizableSpecification {
    private final GreenQueue<Integer> queue;

    QueueSpecification(GreenQueue<Integer> queue, Class<? extends Plain> plain) {
        super(plain);
        this.queue = queue;
    }

    /// Room for two items at first, in the order in which they are got.
    public abstract static class Plain {
        final List<Integer> items = new ArrayList<>();
        private int capacity = 2;
        private int unfinished;
        private boolean isClosed;

        /// Where an item goes.
        abstract int placeOf(int item);

        public String tryPut(int item) {
            return isClosed ? "closed" : String.valueOf(puts(item));
        }

        public String putInNoTime(int item) {
            return isClosed ? "closed" : puts(item) ? "put" : "full";
        }

        private boolean puts(int item) {
            if (items.size() >= capacity) {
                return false;
            }
            items.add(placeOf(item), item);
            unfinished++;
            return true;
        }

        public String tryGet() {
            return first("null", items::removeFirst);
        }

        public String getInNoTime() {
            return first("empty", items::removeFirst);
        }

        public String tryPeek() {
            return first("null", items::getFirst);
        }

        public String peekInNoTime() {
            return first("empty", items::getFirst);
        }

        private String first(String none, Supplier<Integer> first) {
            if (items.isEmpty()) {
                return isClosed ? "closed" : none;
            }
            return String.valueOf(first.get());
        }

        public int size() {
            return items.size();
        }

        public int unfinishedTasks() {
            return unfinished;
        }

        public boolean taskDone() {
            if (unfinished == 0) {
                return false;
            }
            unfinished--;
            return true;
        }

        public void resize(int room) {
            capacity = room;
        }

        public void close() {
            isClosed = true;
        }

        public String closeNow() {
            close();
            var left = items.toString();
            unfinished = Math.max(0, unfinished - items.size()); // some were called done before
            items.clear();
            return left;
        }
    }

    private static String outcome(Supplier<? extends @Nullable Object> call) {
        try {
            return String.valueOf(call.get());
        } catch (QueueClosed e) {
            return "closed";
        } catch (QueueFull e) {
            return "full";
        } catch (QueueEmpty e) {
            return "empty";
        }
    }

    @Operation
    public String tryPut(int item) {
        return outcome(() -> queue.tryPut(item));
    }

    @Operation
    public String putInNoTime(int item) {
        return outcome(() -> {
            queue.put(item, Duration.ZERO);
            return "put";
        });
    }

    @Operation
    public String tryGet() {
        return outcome(queue::tryGet);
    }

    @Operation
    public String getInNoTime() {
        return outcome(() -> queue.get(Duration.ZERO));
    }

    @Operation
    public String tryPeek() {
        return outcome(queue::tryPeek);
    }

    @Operation
    public String peekInNoTime() {
        return outcome(() -> queue.peek(Duration.ZERO));
    }

    @Operation
    public int size() {
        return queue.size();
    }

    @Operation
    public int unfinishedTasks() {
        return queue.unfinishedTasks();
    }

    @Operation
    public boolean taskDone() {
        try {
            queue.taskDone();
            return true;
        } catch (IllegalStateException e) {
            return false;
        }
    }

    /// Not to nothing: there a put and a get meet, which one thread cannot tell of.
    @Operation
    public void resize(@Param(gen = IntGen.class, conf = "1:3") int room) {
        queue.resize(room);
    }

    @Operation
    public void close() {
        queue.close();
    }

    @Operation
    public String closeNow() {
        return queue.closeNow().toString();
    }
}
