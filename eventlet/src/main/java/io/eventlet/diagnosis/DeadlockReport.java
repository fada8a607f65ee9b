// SPDX-License-Identifier: Apache-2.0
package io.eventlet.diagnosis;

import io.eventlet.wait.Cancellation;
import io.eventlet.wait.Strand;

import java.util.List;
import java.util.stream.Collectors;

/// Threads of which none can go on.
///
/// @param cycle threads of which each waits for the next, and the last for the first; empty if
///   there is no such cycle, but nothing that could end any of the waits
/// @param waiting all that wait; those of the cycle if there is one
public record DeadlockReport(List<DumpedThread> cycle, List<DumpedThread> waiting) {
    public DeadlockReport {
        cycle = List.copyOf(cycle);
        waiting = List.copyOf(waiting);
    }

    /// Ends the waits of the green threads in it, each by a [Deadlock] at the call in which it
    /// waits. Waits for a lock of the JDK by `lock()`, or for a monitor, do not end.
    public void end() {
        String message = firstLine();
        for (var thread : waiting) {
            if (thread.thread().getUncaughtExceptionHandler() instanceof Strand strand
                    && strand.hubClock() != null) {
                boolean ignored = new Cancellation(strand, () -> new Deadlock(message)).fire();
            }
        }
    }

    private String firstLine() {
        if (cycle.isEmpty()) {
            return "deadlock: "
                    + waiting.size()
                    + (waiting.size() == 1 ? " thread waits" : " threads wait")
                    + ", and nothing is left that could end that";
        }
        return cycle.stream()
                .map(thread -> " waits for " + DumpText.object(thread))
                .collect(
                        Collectors.joining(", which", "deadlock: " + cycle.getFirst().label(), ""));
    }

    /// For a log: who waits for whom, and where.
    @Override
    public String toString() {
        return (firstLine() + System.lineSeparator() + DumpText.of(waiting)).stripTrailing();
    }
}
