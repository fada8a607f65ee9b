// SPDX-License-Identifier: Apache-2.0
package io.eventlet.os;

import java.lang.invoke.MethodHandle;
import java.util.Arrays;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;

/// A queue of libkqueue, a library that stands in for kqueue on Linux, made to do what kqueue does.
///
/// What version 2.3.1 does in another way:
///
/// - It has one filter for a descriptor, not one for each side. So the filter for writing gets a
///   duplicate.
/// - It crashes when a filter is taken out by one thread while another is about to be told of it.
///   So changes are made while nobody waits: who waits is woken, and does not wait again before.
/// - It tells of every error that it is `EFAULT`.
///
/// What is left: it takes the error of a socket, `SO_ERROR`, when it tells of it.
final class Libkqueue extends Kqueue {
    private static final MethodHandle YIELD = Libc.blockingCall("sched_yield");
    private static final long WAKEUP = -1;
    private static final Events WAKE =
            new Events(Layout.LIBKQUEUE, 1)
                    .with(0, Layout.LIBKQUEUE.user(), 0, NOTE_TRIGGER, WAKEUP);
    private static final int CHANGING = Integer.MIN_VALUE;

    /*
     * No lock with a queue: the next in it could be a green thread whose hub waits for the lock.
     */
    private final AtomicBoolean taken = new AtomicBoolean();
    private final AtomicInteger changing = new AtomicInteger();
    private volatile boolean isWaiting;
    private volatile boolean isWoken; // by the caller, not for a change

    /// What stands for the writing side of a descriptor, by its number, and the other way round; 0
    /// for none. Both while `taken`.
    private int[] writers = new int[64];

    private int[] owners = new int[64];

    Libkqueue(int descriptor) {
        super(descriptor);
    }

    @Override
    public int change(Events changes) {
        if (changes.filter(0) == Layout.LIBKQUEUE.user()) {
            if (changes.filterFlags(0) == NOTE_TRIGGER) {
                isWoken = true;
            }
            return super.change(changes);
        }
        take();
        try {
            for (int i = 0; i < changes.count(); i++) {
                int result = change(changes, i);
                if (result < 0) {
                    return result;
                }
            }
            return 0;
        } finally {
            giveBack();
        }
    }

    private void take() {
        changing.incrementAndGet();
        boolean isTold = false;
        while (isWaiting) {
            isTold = isTold || super.change(WAKE) >= 0; // else it is tried again
            letOthersRun();
        }
        while (!taken.compareAndSet(false, true)) {
            letOthersRun();
        }
    }

    /// Lets other threads of the system run, but no other green thread of this hub: its hub may not
    /// wait here while it is in the middle of a change.
    private static void letOthersRun() {
        int ignored = CallState.current().call(YIELD, 0);
    }

    private void giveBack() {
        taken.set(false);
        changing.decrementAndGet();
    }

    private int change(Events changes, int i) {
        int number = (int) changes.ident(i);
        boolean deletes = (changes.flags(i) & EV_DELETE) != 0;
        if (changes.filter(i) == EVFILT_READ) {
            return explained(super.change(copy(changes, i, number)), number, deletes);
        }
        boolean wasThere = dropWriter(number);
        if (deletes) {
            return wasThere ? 0 : -Errno.ENOENT;
        }
        int writer = Sockets.duplicate(number);
        if (writer < 0) {
            return writer;
        }
        int result = explained(super.change(copy(changes, i, writer)), number, false);
        if (result < 0) {
            Sockets.close(writer);
            return result;
        }
        writers = with(writers, number, writer);
        owners = with(owners, writer, number);
        return result;
    }

    private static Events copy(Events from, int i, int ident) {
        return new Events(Layout.LIBKQUEUE, 1)
                .with(ident, from.filter(i), from.flags(i), from.filterFlags(i), from.token(i));
    }

    private static int explained(int result, int number, boolean deletes) {
        if (result != -Errno.EFAULT) {
            return result;
        }
        int there = Sockets.look(number);
        if (there < 0) {
            return there;
        }
        return deletes ? -Errno.ENOENT : result;
    }

    private boolean dropWriter(int number) {
        int writer = number < writers.length ? writers[number] : 0;
        if (writer == 0) {
            return false;
        }
        int ignored =
                super.change(
                        new Events(Layout.LIBKQUEUE, 1)
                                .with(writer, EVFILT_WRITE, EV_DELETE, 0, 0));
        forget(writer);
        return true;
    }

    private void forget(int writer) {
        writers[owners[writer]] = 0;
        owners[writer] = 0;
        Sockets.close(writer);
    }

    private static int[] with(int[] numbers, int at, int number) {
        int[] all =
                at < numbers.length
                        ? numbers
                        : Arrays.copyOf(numbers, Math.max(at + 1, numbers.length * 2));
        all[at] = number;
        return all;
    }

    @Override
    public int await(Events into, long nanos) {
        long began = System.nanoTime();
        long left = nanos;
        while (true) {
            int n = awaitUnlessChanging(into, left);
            boolean isForChange = n == 1 && into.token(0) == WAKEUP && !isWoken;
            if (n != CHANGING && !isForChange) {
                isWoken = false; // by a call whose event is told here, or comes for nothing
                return n;
            }
            left = nanos < 0 ? nanos : Math.max(0, nanos - (System.nanoTime() - began));
        }
    }

    private int awaitUnlessChanging(Events into, long nanos) {
        while (changing.get() > 0) {
            letOthersRun();
        }
        isWaiting = true;
        try {
            if (changing.get() > 0) {
                return CHANGING;
            }
            int n = super.await(into, nanos);
            forgetTold(into, n); // before a change can give its number to another
            return n;
        } finally {
            isWaiting = false;
        }
    }

    /// What is told once has been taken out by that. Its token is its number.
    private void forgetTold(Events told, int n) {
        for (int i = 0; i < n; i++) {
            int writer = (int) told.ident(i);
            if (told.filter(i) == EVFILT_WRITE
                    && (told.flags(i) & EV_ONESHOT) != 0
                    && writer < owners.length
                    && owners[writer] == told.token(i)) {
                forget(writer);
            }
        }
    }

    @Override
    public void close() {
        super.close();
        for (int writer : writers) {
            if (writer != 0) {
                Sockets.close(writer);
            }
        }
    }
}
