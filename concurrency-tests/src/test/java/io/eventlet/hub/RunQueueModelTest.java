// SPDX-License-Identifier: Apache-2.0
package io.eventlet.hub;

import io.eventlet.interleavings.LinearizableSpecification;

import org.jetbrains.lincheck.datastructures.Operation;

/// A run queue: everybody sends, one thread adds and takes.
public class RunQueueModelTest extends LinearizableSpecification {
    private final RunQueue queue = new RunQueue();

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
        var numbers = new StringBuilder();
        queue.drain(task -> numbers.append(task).append(' '));
        return numbers.toString();
    }
}
