// SPDX-License-Identifier: Apache-2.0
package io.eventlet.db;

import io.eventlet.interleavings.LinearizableSpecification;
import io.eventlet.wait.Waits;

import org.jetbrains.lincheck.datastructures.Operation;
import org.jetbrains.lincheck.datastructures.Param;
import org.jetbrains.lincheck.datastructures.ThreadIdGen;
import org.jspecify.annotations.Nullable;

import java.sql.SQLException;

/// The entries of a pool of two connections, of which a thread has one at most.
@Param(name = "thread", gen = ThreadIdGen.class)
public class ConnectionsModelTest extends LinearizableSpecification {
    private static final int THREADS = 8; // more than there are

    private final Connections connections = new Connections("connection pool", 2);
    private final @Nullable Entry[] held = new @Nullable Entry[THREADS]; // each by its thread

    public ConnectionsModelTest() {
        super(Plain.class);
    }

    /// What it can do in one thread.
    public static class Plain {
        private final boolean[] held = new boolean[THREADS];
        private int lent;
        private int idle;

        public boolean takeIdle(int thread) {
            return !held[thread] && idle > 0 && lend(thread);
        }

        public boolean takeInNoTime(int thread) {
            return !held[thread] && lent < 2 && lend(thread);
        }

        private boolean lend(int thread) {
            held[thread] = true;
            lent++;
            idle = Math.max(0, idle - 1);
            return true;
        }

        public boolean keep(int thread) {
            if (!discard(thread)) {
                return false;
            }
            idle++;
            return true;
        }

        public boolean discard(int thread) {
            if (!held[thread]) {
                return false;
            }
            held[thread] = false;
            lent--;
            return true;
        }

        public int idle() {
            return idle;
        }
    }

    @Operation
    public boolean takeIdle(@Param(name = "thread") int thread) {
        return held[thread] == null && (held[thread] = connections.takeIdle()) != null;
    }

    /// Stands in line for no time.
    @Operation
    public boolean takeInNoTime(@Param(name = "thread") int thread) throws SQLException {
        return held[thread] == null
                && (held[thread] = connections.take(Waits.deadlineAfter(0))) != null;
    }

    @Operation
    public boolean keep(@Param(name = "thread") int thread) {
        var entry = held[thread];
        held[thread] = null;
        return entry != null && connections.keep(entry) == null;
    }

    /// Gives it up, so that another one may be made.
    @Operation
    public boolean discard(@Param(name = "thread") int thread) {
        var entry = held[thread];
        held[thread] = null;
        if (entry == null) {
            return false;
        }
        connections.release(entry);
        return true;
    }

    @Operation
    public int idle() {
        return connections.idle();
    }
}
