// SPDX-License-Identifier: Apache-2.0
package io.eventlet.diagnosis;

import io.eventlet.hub.HubStatistics;

import org.jspecify.annotations.Nullable;

import java.util.List;

/// A hub as a [Dump] found it.
///
/// @param statistics what it has done and has at hand
/// @param descriptors how many descriptors its poller watches; -1 if that is not known
/// @param stalls how often the watchdog has seen it stall
/// @param unbegun green threads that were started and have not begun, where they cannot be listed
/// @param answered whether it said itself what it holds; if not, its list may have gaps
/// @param keeper the green thread that kept it from answering; null if it answered, or if that is
///   not known
/// @param stack what its thread was doing when it did not answer; empty if it did
/// @param threads its green threads, by number
public record DumpedHub(
        HubStatistics statistics,
        int descriptors,
        long stalls,
        long unbegun,
        boolean answered,
        @Nullable Thread keeper,
        List<StackTraceElement> stack,
        List<DumpedThread> threads) {
    public DumpedHub {
        stack = List.copyOf(stack);
        threads = List.copyOf(threads);
    }

    /// For people: its part of the dump.
    @Override
    public String toString() {
        return DumpText.of(this);
    }
}
