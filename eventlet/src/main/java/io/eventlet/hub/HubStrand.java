// SPDX-License-Identifier: Apache-2.0
package io.eventlet.hub;

import io.eventlet.os.VirtualThreads;
import io.eventlet.poll.Network;
import io.eventlet.wait.Cancellation;
import io.eventlet.wait.Clock;
import io.eventlet.wait.Interrupter;
import io.eventlet.wait.Strand;

import org.jspecify.annotations.Nullable;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.util.concurrent.ScheduledFuture;
import java.util.function.Consumer;

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

    @SuppressWarnings("FieldMayBeFinal") // changed by TOLD
    private volatile boolean told;

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

    // ---- for what extends it, and other packages: these are no methods of a hub that users see

    /// An unstarted thread of its hub, whose body is the given one; it calls [#enterHub] first and
    /// [#leaveHub] last.
    protected final Thread newThread(Inheritance inheritance, Runnable body) {
        return hub().newThread(inheritance, this, body);
    }

    /// Starts its thread: from now on the hub waits for it when it is closed.
    protected final void startThread() {
        hub().startThread(thread());
    }

    /// Starts its thread after a time, unless what is returned is cancelled before. `onFailure` is
    /// called by a timer.
    protected final ScheduledFuture<?> startThreadAfter(long nanos, Consumer<Throwable> onFailure) {
        var hub = hub();
        var later = thread(); // which a dump finds in the timer
        Runnable start =
                () -> {
                    try {
                        hub.startThread(later);
                    } catch (Throwable e) {
                        onFailure.accept(e);
                    }
                };
        return hub.schedule(start, nanos);
    }

    /// Called on a green thread that was started by [Thread#start()].
    public static void noteStarted() {
        if (Strand.current() instanceof HubStrand strand) {
            strand.hub().noteStarted();
        }
    }

    protected final void enterHub() {
        hub().enter(this);
    }

    protected final void leaveHub() {
        hub().leave(this);
    }

    /// Does something at a time from now, by the clock that the caller's waits go by: on its hub,
    /// or, if it is on none, on no hub, so that none has to turn for it. It must neither block nor
    /// call code of users.
    public static ScheduledFuture<?> scheduleForCaller(Runnable task, long nanos) {
        if (VirtualThreads.currentCarrier() instanceof LoopThread carrier) {
            return carrier.loop.schedule(task, nanos);
        }
        return Strand.current() instanceof HubStrand strand
                ? strand.hub().schedule(task, nanos)
                : SystemTimers.schedule(task, nanos);
    }

    /// Opens the endpoints of the sockets of the caller's hub.
    public static Network networkOfCaller() {
        return Hub.current().network();
    }

    /// Whether the caller is a green thread whose hub has a network of its own: that of a
    /// simulation, where no server of the system can be asked anything.
    public static boolean isApart() {
        return Strand.current() instanceof HubStrand strand && !strand.hub().network().isOfSystem();
    }

    /// Ends its present or next wait because its hub is closed; once.
    final void tellClosed(String hubName) {
        if (told) {
            return;
        }
        var cancellation = new Cancellation(this, () -> new HubClosed(hubName));
        if (TOLD.compareAndSet(this, false, true)) { // when nothing can lack memory any more
            boolean ignored = cancellation.fire();
        }
    }
}
