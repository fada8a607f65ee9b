// SPDX-License-Identifier: Apache-2.0
package io.eventlet.poll;

import io.eventlet.os.Errno;
import io.eventlet.os.Sockets;
import io.eventlet.os.UringMemory;

import org.jspecify.annotations.Nullable;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;

/// What was written to a stream that defers its writes, and the kernel has not got.
///
///     NOTHING ──a write──▶ BOXED ──sent──▶ NOTHING
///                            │ not all of it, or taken out
///                            ▼
///                          KEPT ◀──▶ SENDING ──sent──▶ NOTHING
///
/// One writer writes, at a time. What is boxed is in the [Outbox] of a ring, which the ring's
/// thread alone can take it out of. What is kept is sent by the thread of the ring, as soon as
/// there is room, or by whoever writes next, waits for it or closes the stream. After an error
/// nothing more is sent: the peer would read on after a gap.
final class UringOutflow {
    /// How many bytes a stream may have here.
    static final int LIMIT = 1 << 16;

    /// What is larger is not copied.
    private static final int LARGE = 1 << 12;

    private static final int NOTHING = 0;
    private static final int BOXED = 1;
    private static final int KEPT = 2;
    private static final int SENDING = 3; // somebody sends of what is kept
    private static final int LEFT = 4; // boxed, and closed: the thread of the ring ends it
    private static final int LOST = 5; // closed, and what was kept is not sent any more
    private static final VarHandle STATE;

    static {
        try {
            STATE = MethodHandles.lookup().findVarHandle(UringOutflow.class, "state", int.class);
        } catch (ReflectiveOperationException e) {
            throw new ExceptionInInitializerError(e);
        }
    }

    private final int descriptor;

    @SuppressWarnings("unused") // by STATE
    private volatile int state;

    private volatile int error; // 0 for none

    // of who may use the outbox, while it is boxed
    private @Nullable Outbox box;
    int index;
    int start;
    int length;

    private volatile @Nullable UringWatch watch; // by which it was boxed last

    // of who sends
    private byte @Nullable [] kept;
    private int sent; // of them

    UringOutflow(int descriptor) {
        this.descriptor = descriptor;
    }

    int descriptor() {
        return descriptor;
    }

    // ---- the writer

    /// Writes without waiting, later if `isDeferred`: the number of bytes, or `-errno`.
    int write(@Nullable UringWatch by, boolean isDeferred, byte[] from, int offset, int size) {
        if (isDeferred && by != null && size <= LARGE && error == 0) {
            if (watch != by) {
                bind(by);
            }
            if (by.set.defer(this, from, offset, size)) {
                return size;
            }
        }
        int result = push();
        return result < 0 ? result : Sockets.send(descriptor, from, offset, size);
    }

    private void bind(UringWatch by) {
        watch = by;
        var output = by.output;
        if (output != null) {
            output.outflow = this;
        }
    }

    /// Sends what is here, without waiting: 0 if nothing is left, or `-errno`.
    int push() {
        while (error == 0) {
            switch (state) {
                case NOTHING -> {
                    return 0;
                }
                case BOXED -> {
                    var by = watch;
                    if (by == null || !by.set.takeOut(this)) {
                        return -Errno.EAGAIN;
                    }
                }
                case KEPT -> {
                    if (pushKept() == KEPT) {
                        wantOutput();
                        return -Errno.EAGAIN;
                    }
                }
                case SENDING -> Thread.onSpinWait();
                default -> {
                    return -Errno.EBADF;
                }
            }
        }
        return -error;
    }

    /// As [#push], for who closes it: whether the thread of the ring is to end the connection and
    /// close the descriptor, since it may be sending. If not, nobody sends any more.
    boolean isLeftToRing() {
        while (push() == -Errno.EAGAIN) {
            if (STATE.compareAndSet(this, BOXED, LEFT)) {
                return true;
            }
            if (STATE.compareAndSet(this, KEPT, LOST)) {
                return false;
            }
        }
        return false;
    }

    boolean isEmpty() {
        return state == NOTHING && error == 0;
    }

    // ---- who may use the outbox

    boolean isIn(Outbox of) {
        return box == of && state == BOXED;
    }

    /// Whether it was empty, and now has a place in an outbox.
    boolean enter(Outbox of, int atIndex, int atStart) {
        if (state != NOTHING) {
            return false;
        }
        box = of;
        index = atIndex;
        start = atStart;
        length = 0;
        state = BOXED;
        return true;
    }

    /// Keeps what is boxed, unless the kernel may have it.
    boolean takeOut(Outbox of) {
        if (!isIn(of)) {
            return true;
        }
        var bytes = of.takeOut(this);
        if (bytes == null) {
            return false;
        }
        kept = bytes;
        sent = 0;
        state = KEPT; // nobody else ends a box: its writer, or who closes it, is here
        return true;
    }

    /// Ends its place in the outbox: so many bytes were sent, or none for an error.
    void leave(UringMemory from, int result) {
        int next = NOTHING;
        if (result < 0 && result != -Errno.EAGAIN && result != -Errno.EINTR) {
            error = -result;
        } else if (result < length) {
            next = keep(from, Math.max(result, 0));
        }
        if (STATE.compareAndSet(this, BOXED, next)) {
            if (next == KEPT) {
                wantOutput();
            }
        } else {
            endConnection(next);
        }
    }

    private int keep(UringMemory from, int offset) {
        try {
            kept = from.get(start + offset, length - offset);
            sent = 0;
            return KEPT;
        } catch (OutOfMemoryError e) {
            error = Errno.ENOMEM;
            return NOTHING;
        }
    }

    /// Of a stream that is closed: nobody waits for room.
    private void endConnection(int rest) {
        var bytes = kept;
        boolean isSent = error == 0;
        if (isSent && rest == KEPT && bytes != null) {
            isSent = Sockets.send(descriptor, bytes, 0, bytes.length) == bytes.length;
        }
        if (isSent) {
            Sockets.shutdown(descriptor, Sockets.SHUT_RDWR);
        } else {
            Sockets.disconnect(descriptor);
        }
        Sockets.close(descriptor);
    }

    // ---- the thread of the ring

    /// There is room.
    void onOutput() {
        if (state == KEPT) {
            int ignored = pushKept();
        }
        if (state == KEPT || state == SENDING) {
            wantOutput();
        }
    }

    // ---- any thread

    /// Has the ring tell when there is room.
    void wantOutput() {
        var by = watch;
        if (by != null) {
            try {
                boolean ignored = by.set.wantOutput(by);
            } catch (OutOfMemoryError e) {
                error = Errno.ENOMEM;
            }
        }
    }

    private int pushKept() {
        if (!STATE.compareAndSet(this, KEPT, SENDING)) {
            return state;
        }
        int next = NOTHING;
        var bytes = kept;
        while (bytes != null && error == 0) {
            int n = Sockets.send(descriptor, bytes, sent, bytes.length - sent);
            if (n >= 0) {
                sent += n;
                if (sent == bytes.length) {
                    bytes = null;
                }
            } else if (n == -Errno.EAGAIN) {
                next = KEPT;
                break;
            } else if (n != -Errno.EINTR) {
                error = -n;
            }
        }
        if (next == NOTHING) {
            kept = null;
        }
        state = next;
        return next;
    }
}
