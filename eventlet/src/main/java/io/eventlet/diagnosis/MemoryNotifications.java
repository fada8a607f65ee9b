// SPDX-License-Identifier: Apache-2.0
package io.eventlet.diagnosis;

import io.eventlet.os.VirtualThreads;

import java.lang.management.ManagementFactory;
import java.util.stream.Stream;

/// What the JVM tells of its memory: whoever listens may wake somebody when it collects garbage.
final class MemoryNotifications {
    private MemoryNotifications() {}

    /// Whether anybody listens; true if that cannot be seen.
    static boolean areAwaited() {
        try {
            return Stream.concat(
                            Stream.of(ManagementFactory.getMemoryMXBean()),
                            ManagementFactory.getGarbageCollectorMXBeans().stream())
                    .anyMatch(VirtualThreads::hasListeners);
        } catch (LinkageError e) { // there is no module java.management, so nobody can
            return false;
        }
    }
}
