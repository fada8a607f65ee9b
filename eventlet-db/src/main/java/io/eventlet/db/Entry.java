// SPDX-License-Identifier: Apache-2.0
package io.eventlet.db;

import org.jspecify.annotations.Nullable;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.sql.Connection;
import java.util.List;

/// A place for a connection in a pool: from when somebody is let in to open one, until it has been
/// closed. It has one holder at a time, who may change it.
final class Entry {
    private static final VarHandle HOLDER;

    static {
        try {
            HOLDER = MethodHandles.lookup().findVarHandle(Entry.class, "holder", Thread.class);
        } catch (ReflectiveOperationException e) {
            throw new ExceptionInInitializerError(e);
        }
    }

    @Nullable Connection connection; // null while there is none
    @Nullable Settings settings; // of the connection
    int clearing; // how often the pool had been cleared when it was opened
    int suspicion; // the pool's when it was last known to be good
    long openedAt;
    long usedAt; // when it was given back
    long freshUntil; // it can be lent without a look at it
    long loans; // how often it was lent
    volatile boolean broken; // whoever sees the connection fail

    // of the loan; others may read them
    private volatile @Nullable Thread holder; // null while it is idle; set without a barrier
    volatile List<StackTraceElement> site = List.of(); // where it was lent, if that is traced
    long since; // after it was set the holder is
    boolean reported; // the sweep: as held for long

    @Nullable Thread holder() {
        return holder;
    }

    /// Sets who holds it. Who asks may see that a little later: no barrier is paid for it.
    void holder(@Nullable Thread thread) {
        HOLDER.setRelease(this, thread);
    }
}
