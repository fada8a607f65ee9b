// SPDX-License-Identifier: Apache-2.0
package io.eventlet.hub;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;

/// A number that a hub counts and every thread may look at, a little late perhaps.
final class Tally {
    private static final VarHandle VALUE;

    static {
        try {
            VALUE = MethodHandles.lookup().findVarHandle(Tally.class, "value", long.class);
        } catch (ReflectiveOperationException e) {
            throw new ExceptionInInitializerError(e);
        }
    }

    @SuppressWarnings("FieldMayBeFinal") // by VALUE
    private long value; // written by the hub only, with opaque stores

    /// Called by the hub only.
    void add(long n) {
        VALUE.setOpaque(this, value + n);
    }

    long get() {
        return (long) VALUE.getOpaque(this);
    }
}
