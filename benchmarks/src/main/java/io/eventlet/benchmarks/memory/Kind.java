// SPDX-License-Identifier: Apache-2.0
package io.eventlet.benchmarks.memory;

import io.eventlet.Eventlet;
import io.eventlet.Task;
import io.eventlet.hub.Hub;
import io.eventlet.hub.Mode;

/// Whose threads are looked at.
enum Kind {
    /// Green threads of one hub.
    EVENTLET {
        @Override
        Object start(Task body) {
            if (Hub.main().mode() != Mode.HUB) {
                throw new IllegalStateException("not in hub mode: the JVM lacks its flags");
            }
            return Eventlet.spawn(body);
        }
    },

    /// Virtual threads of the JDK's scheduler.
    JDK {
        @Override
        Object start(Task body) {
            return Thread.startVirtualThread(() -> {
                try {
                    body.run();
                } catch (Exception e) {
                    throw new IllegalStateException(e);
                }
            });
        }
    };

    /// Starts a thread; what is returned must be held, or a parked thread may be collected.
    abstract Object start(Task body);

    static Kind named(String name) {
        return valueOf(name.toUpperCase(java.util.Locale.ROOT));
    }
}
