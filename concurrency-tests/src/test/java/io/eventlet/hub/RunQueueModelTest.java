// SPDX-License-Identifier: Apache-2.0
package io.eventlet.hub;

import io.eventlet.interleavings.LinearizableSpecification;

import org.jetbrains.lincheck.datastructures.Operation;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;

/// A run queue: everybody sends, one thread adds and takes.
public class RunQueueModelTest extends LinearizableSpecification {
    private final RunQueue queue = new RunQueue();

    public RunQueueModelTest() {
        super(Plain.class);
    }

    /// What the hub has taken in, and what was sent since.
    public static class Plain {
        private final Deque<Integer> ready = new ArrayDeque<>();
        private final Deque<Integer> sent = new ArrayDeque<>();

        public void send(int number) {
            sent.add(number);
        }

        public void add(int number) {
            ready.add(number);
        }

        public int ready() {
            ready.addAll(sent);
            sent.clear();
            return ready.size();
        }

        public int next() {
            return ready() == 0 ? -1 : ready.remove();
        }

        public String all() {
            ready();
            var numbers = ready.toString();
            ready.clear();
            return numbers;
        }
    }

    private record Numbered(int number) implements Runnable {
        @Override
        public void run() {}
    }

    @Operation
    public void send(int number) {
        queue.inbox.push(new Numbered(number));
    }

    @Operation(nonParallelGroup = "hub")
    public void add(int number) {
        queue.add(new Numbered(number));
    }

    @Operation(nonParallelGroup = "hub")
    public int ready() {
        return queue.beginTurn();
    }

    @Operation(nonParallelGroup = "hub")
    public int next() {
        int ignored = queue.beginTurn();
        return queue.poll() instanceof Numbered(int number) ? number : -1;
    }

    @Operation(nonParallelGroup = "hub")
    public String all() {
        var numbers = new ArrayList<Integer>();
        queue.drain(task -> numbers.add(((Numbered) task).number()));
        return numbers.toString();
    }
}
