// SPDX-License-Identifier: Apache-2.0
package io.eventlet.hub;

import io.eventlet.os.Errno;
import io.eventlet.os.Platform;
import io.eventlet.os.Processors;

import java.util.BitSet;
import java.util.List;

/// Confines hubs to processors.
final class Pins {
    private Pins() {}

    static List<Integer> processors() {
        return Platform.CURRENT == Platform.LINUX
                ? Processors.available().stream().boxed().toList()
                : List.of();
    }

    static void pin(Hub hub, Engine engine, int processor) {
        if (!(engine instanceof HubLoop loop)) {
            throw new UnsupportedOperationException(
                    "Cannot pin " + hub + ": in portable mode the JDK chooses its threads");
        }
        if (Platform.CURRENT != Platform.LINUX) {
            throw new UnsupportedOperationException(
                    "Cannot pin " + hub + ": only Linux is known to pin threads");
        }
        var available = processors();
        if (!available.contains(processor)) {
            throw new IllegalArgumentException(
                    "Cannot pin %s to processor %d: this process may use %s"
                            .formatted(hub, processor, available));
        }
        var one = new BitSet();
        one.set(processor);
        int result = loop.takeover().confine(one);
        if (result < 0 && result != -Errno.ESRCH) { // the thread has just ended
            throw new IllegalArgumentException(
                    "Cannot pin %s to processor %d: %s"
                            .formatted(hub, processor, Errno.message(-result)));
        }
    }
}
