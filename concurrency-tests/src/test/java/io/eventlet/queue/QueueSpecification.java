// SPDX-License-Identifier: Apache-2.0
package io.eventlet.queue;

import io.eventlet.interleavings.LinearizableSpecification;

import org.jetbrains.lincheck.datastructures.Operation;
import org.jspecify.annotations.Nullable;

import java.time.Duration;
import java.util.function.Supplier;

/// A queue, by all that does not wait, or waits for no time, which stands in line all the same.
public abstract class QueueSpecification extends LinearizableSpecification {
    private final GreenQueue<Integer> queue;

    QueueSpecification(GreenQueue<Integer> queue) {
        this.queue = queue;
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
    public void close() {
        queue.close();
    }
}
