// SPDX-License-Identifier: Apache-2.0
package io.eventlet.poll;

import io.eventlet.os.Errno;
import io.eventlet.os.Sockets;
import io.eventlet.os.UringBuffers;

import org.jspecify.annotations.Nullable;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;

/// What a ring has received for a stream and nobody has read, in pieces of the ring's buffers.
///
/// While it is *armed*, the ring receives whatever comes. It ends that by itself: at an end or an
/// error, after so much that a reader who does not read leaves room for others, or for want of a
/// buffer. Then the reader receives itself until nothing is left, and arms it again.
///
/// The thread of the ring puts, one reader takes. A stream that moves to another ring is armed
/// there only when nothing is left here.
final class UringInflow {
    private static final int NOTHING = 1; // told of an end or an error
    private static final int LARGE = 1 << 12;
    private static final int MANY = 1 << 11; // each takes some 50 bytes
    private static final VarHandle FIRST;

    static {
        try {
            FIRST = MethodHandles.lookup().findVarHandle(UringInflow.class, "first", long.class);
        } catch (ReflectiveOperationException e) {
            throw new ExceptionInInitializerError(e);
        }
    }

    private final PolledDescriptor owner;

    /// The piece that came first, 0 for none, and those that came while it was there. One is put
    /// into the queue if there are others, so the first is the oldest.
    @SuppressWarnings("unused") // by FIRST
    private volatile long first;

    private volatile @Nullable Queue<Long> others; // made by the thread of the ring

    private volatile @Nullable UringBuffers buffers; // that its pieces are of
    private volatile boolean isArmed;
    private volatile int told = NOTHING; // 0 for the end, or -errno
    private volatile long put; // bytes; the thread of the ring
    private volatile long taken; // bytes; the reader
    private volatile int piecesPut; // the thread of the ring
    private volatile int piecesTaken; // the reader
    private volatile boolean isOfLargePieces; // written by the reader
    private long current; // the reader: what is left of a piece it has begun

    UringInflow(PolledDescriptor owner) {
        this.owner = owner;
    }

    // ---- the thread of the ring

    /// Keeps a piece of some buffers. If that fails, without memory, nothing has happened.
    void put(long piece, UringBuffers of) {
        if (buffers != of) {
            buffers = of;
        }
        var queue = others;
        if (first == 0 && (queue == null || queue.isEmpty())) {
            first = piece;
        } else {
            if (queue == null) {
                others = queue = new ConcurrentLinkedQueue<>();
            }
            queue.add(piece);
        }
        long now = put + UringBuffers.lengthOf(piece);
        put = now;
        int pieces = piecesPut + 1;
        piecesPut = pieces;
    }

    /// Notes that the ring receives no more, and why.
    void end(int result) {
        switch (-result) {
            case Errno.ECANCELED, Errno.ENOBUFS, Errno.EAGAIN, Errno.EINTR, Errno.ENOMEM -> {}
            default -> {
                if (result <= 0) {
                    told = result;
                }
            }
        }
        isArmed = false;
    }

    /// Wakes the reader.
    void tellInput() {
        owner.onReady(true, false, false);
    }

    /// Wakes the writer.
    void tellOutput() {
        owner.onReady(false, true, false);
    }

    // ---- the reader

    /// Begins to take from a ring, whose thread is told afterwards; false if it is armed already.
    boolean arm() {
        if (isArmed) {
            return false;
        }
        isArmed = true;
        return true;
    }

    /// Reads without waiting: the number of bytes, 0 at the end, or `-errno`.
    int read(byte[] into, int offset, int length) {
        boolean armed = isArmed; // before the look at what it has brought
        int n = take(into, offset, length);
        if (n > 0) {
            noteLength(n);
            return n;
        }
        if (armed) {
            return -Errno.EAGAIN;
        }
        int now = told;
        if (now == NOTHING) {
            n = Sockets.recv(owner.descriptor, into, offset, length);
            noteLength(n);
            return n;
        }
        if (now != 0) {
            told = NOTHING;
        }
        return now;
    }

    /// As [#read], of what would be read: 1 for bytes.
    int peek() {
        boolean armed = isArmed;
        if (unread() > 0) {
            return 1;
        }
        if (armed) {
            return -Errno.EAGAIN;
        }
        return told == NOTHING ? Sockets.peek(owner.descriptor) : 1;
    }

    private void noteLength(int n) {
        if (n > 0 && n >= LARGE != isOfLargePieces) {
            isOfLargePieces = n >= LARGE;
        }
    }

    private int take(byte[] into, int offset, int length) {
        int n = 0;
        while (n < length) {
            long piece = current != 0 ? current : next();
            if (piece == 0) {
                break;
            }
            int part = Math.min(length - n, UringBuffers.lengthOf(piece));
            var from = buffers();
            from.copy(piece, into, offset + n, part);
            n += part;
            current = UringBuffers.without(piece, part);
            if (current == 0) {
                from.letGo(piece);
            }
        }
        if (n > 0) {
            long now = taken + n;
            taken = now;
        }
        return n;
    }

    private long next() {
        long piece = poll();
        if (piece != 0) {
            int pieces = piecesTaken + 1;
            piecesTaken = pieces;
        }
        return piece;
    }

    private long poll() {
        var queue = others;
        boolean hasOthers = queue != null && !queue.isEmpty();
        long piece = first; // afterwards: it is older than they
        if (piece != 0) {
            first = 0;
            return piece;
        }
        return queue != null && hasOthers ? queue.remove() : 0;
    }

    private UringBuffers buffers() {
        var known = buffers;
        if (known == null) {
            throw new AssertionError("a piece of no buffer");
        }
        return known;
    }

    // ---- all threads

    /// Whether to wait until something is there, and have the reader receive it: what is large is
    /// better not copied twice.
    boolean isOfLargePieces() {
        return isOfLargePieces;
    }

    boolean isArmed() {
        return isArmed;
    }

    /// Whether a read would say something without a wait: bytes that came, an end or an error.
    boolean hasNews() {
        return unread() > 0 || told != NOTHING;
    }

    /// How many bytes can be taken.
    long unread() {
        long before = taken; // else it might be more than was put
        return put - before;
    }

    /// Whether there are so many pieces, however small, that they are a burden in themselves.
    boolean isOfManyPieces() {
        return piecesPut - piecesTaken > MANY;
    }

    /// Lets go what was not read: nobody reads any more.
    void discard() {
        long begun = current;
        current = 0;
        if (begun != 0) {
            buffers().letGo(begun);
        }
        discardPut();
    }

    /// As [#discard], for the thread of the ring, which has put something afterwards.
    void discardPut() {
        long piece = (long) FIRST.getAndSet(this, 0L);
        if (piece != 0) {
            buffers().letGo(piece);
        }
        var queue = others;
        Long next;
        while (queue != null && (next = queue.poll()) != null) {
            buffers().letGo(next);
        }
    }
}
