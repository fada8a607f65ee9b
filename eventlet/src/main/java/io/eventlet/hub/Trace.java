// SPDX-License-Identifier: Apache-2.0
package io.eventlet.hub;

import io.eventlet.lang.Tracing;
import io.eventlet.wait.Strand;

import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.WeakHashMap;

/// Where green threads were spawned: recorded only when asked for, and beside them, so that they
/// are no bigger for it.
final class Trace {
    private static final Map<Strand, List<StackTraceElement>> SITES =
            Collections.synchronizedMap(new WeakHashMap<>());

    private Trace() {}

    /// Notes that the caller spawns a thread.
    static void noteSpawn(Strand spawned) {
        if (Tracing.isOn()) {
            SITES.put(spawned, Tracing.callSite());
        }
    }

    /// Where a thread was spawned; empty if that was before tracing was on.
    static List<StackTraceElement> spawnedAt(Strand strand) {
        return SITES.getOrDefault(strand, List.of());
    }
}
