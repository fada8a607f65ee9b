// SPDX-License-Identifier: Apache-2.0
package io.eventlet.hub;

import io.eventlet.wait.Cancellation;
import io.eventlet.wait.Clock;
import io.eventlet.wait.Interrupter;
import io.eventlet.wait.Strand;

import org.jspecify.annotations.Nullable;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;

/// The strand of a green thread: one of a hub's.
@SuppressWarnings("exports") // for this module alone
public abstract class HubStrand extends Strand {
    private static final VarHandle TOLD;

    static {
        try {
            TOLD = MethodHandles.lookup().findVarHandle(HubStrand.class, "told", boolean.class);
        } catch (ReflectiveOperationException e) {
            throw new ExceptionInInitializerError(e);
        }
    }

    // the hub's list of live strands
    static final byte LIVE = 1;
    static final byte LEFT = 2;
    byte membership; // hub only
    @Nullable HubStrand previous; // hub only
    @Nullable HubStrand next; // hub only

    @SuppressWarnings("UnusedVariable") // by TOLD
    private boolean told;

    protected HubStrand() {}

    /// The hub it runs on.
    public abstract Hub hub();

    @Override
    public final Clock hubClock() {
        return hub().clock();
    }

    @Override
    public final Interrupter interrupter() {
        return hub().interrupter();
    }

    /// Ends its present or next wait because its hub is closed; once.
    final void tellClosed(String hubName) {
        if (TOLD.compareAndSet(this, false, true)) {
            boolean ignored = new Cancellation(this, () -> new HubClosed(hubName)).fire();
        }
    }
}
