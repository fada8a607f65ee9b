// SPDX-License-Identifier: Apache-2.0
package io.eventlet.poll;

import io.eventlet.os.Errno;

import org.jspecify.annotations.Nullable;

import java.io.IOException;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.atomic.AtomicReferenceArray;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/// The waits for one descriptor that is not ours, such as that of a socket of the JDK: at most one
/// for reading and one for writing, each polled by the hub of the thread that waits.
///
/// Nobody tells us when such a descriptor is closed, and its number is then another's. So this
/// stands for the number, and nothing of it outlives a wait: each wait arms the kernel's set again,
/// for one event. A wait may end for nothing; whoever waits looks again.
public final class ForeignDescriptor {
    /*
     * `begin` runs on the hub whose poller it takes, as does `onReady`; what they do to the kernel's
     * set needs no lock. `end` runs there too, unless the hub was closed or taken over during the
     * wait: then it leaves the set alone, and the event that may still come wakes nobody. The other
     * side may wait on another hub, in another set: of that one only `poller` is read.
     */
    private static final int PER_CHUNK = 1024;
    private static final AtomicReferenceArray<
                    @Nullable AtomicReferenceArray<@Nullable ForeignDescriptor>>
            CHUNKS = new AtomicReferenceArray<>(4096);

    private final int number;
    private final Side reading = new Side();
    private final Side writing = new Side();

    /// Holds the thread that waits, until it is woken.
    private static final class Side extends AtomicReference<@Nullable Thread> {
        private static final long serialVersionUID = 1;

        transient volatile @Nullable ReadinessPoller poller; // of the wait, until that has ended

        boolean isArmedIn(ReadinessPoller set) {
            return poller == set && get() != null;
        }

        void wakeIn(ReadinessPoller set) {
            if (poller == set) {
                wake();
            }
        }

        void wake() {
            var waiter = get();
            if (waiter != null && compareAndSet(waiter, null)) {
                LockSupport.unpark(waiter);
            }
        }
    }

    private ForeignDescriptor(int number) {
        this.number = number;
    }

    /// Has the class loaded, since the loop of a hub loads none.
    static void load() {}

    /// That of a number, the same each time; null for numbers that no system gives.
    public static @Nullable ForeignDescriptor of(int number) {
        var known = known(number);
        if (known != null || number < 0 || number >= CHUNKS.length() * PER_CHUNK) {
            return known;
        }
        int index = number / PER_CHUNK;
        var chunk = CHUNKS.get(index);
        if (chunk == null) {
            var made = new AtomicReferenceArray<@Nullable ForeignDescriptor>(PER_CHUNK);
            var there = CHUNKS.compareAndExchange(index, null, made);
            chunk = there == null ? made : there;
        }
        var made = new ForeignDescriptor(number);
        var there = chunk.compareAndExchange(number % PER_CHUNK, null, made);
        return there == null ? made : there;
    }

    /// That of a number that has been waited for; null for others.
    public static @Nullable ForeignDescriptor known(int number) {
        int index = number / PER_CHUNK;
        if (number < 0 || index >= CHUNKS.length()) {
            return null;
        }
        var chunk = CHUNKS.get(index);
        return chunk == null ? null : chunk.get(number % PER_CHUNK);
    }

    /// Whether a thread waits for any, and has not been woken. Looks at all: not for a hot path.
    public static boolean isWaiting(Thread thread) {
        return all().anyMatch(any -> any.reading.get() == thread || any.writing.get() == thread);
    }

    /// Wakes all who wait: each looks again, and may wait elsewhere.
    public static void wakeAll() {
        all().forEach(any -> {
            any.reading.wake();
            any.writing.wake();
        });
    }

    private static Stream<ForeignDescriptor> all() {
        return IntStream.range(0, CHUNKS.length())
                .mapToObj(CHUNKS::get)
                .filter(Objects::nonNull)
                .flatMap(chunk -> IntStream.range(0, PER_CHUNK).mapToObj(chunk::get))
                .filter(Objects::nonNull);
    }

    /// Begins a wait of the calling green thread, which is unparked when the descriptor is ready,
    /// and calls [#end] afterwards. False if its hub, whose network is given, does not poll
    /// descriptors.
    public boolean begin(Network ofCaller, boolean forWriting) throws IOException {
        if (!(ofCaller instanceof ReadinessPoller poller)) {
            return false;
        }
        var side = forWriting ? writing : reading;
        side.poller = poller;
        side.set(Thread.currentThread());
        int result = poller.arm(number, reading.isArmedIn(poller), writing.isArmedIn(poller));
        if (result < 0) {
            side.set(null);
            side.poller = null;
            throw new IOException(
                    "Cannot wait for descriptor " + number + ": " + Errno.message(-result));
        }
        return true;
    }

    /// Ends the wait of the calling thread, woken or not, on its hub, whose network is given; null
    /// if it is on no hub any more. False if no wait had begun.
    public boolean end(@Nullable Network ofCaller, boolean forWriting) {
        var side = forWriting ? writing : reading;
        var poller = side.poller;
        if (poller == null) {
            return false;
        }
        boolean woken = side.getAndSet(null) == null;
        side.poller = null;
        if (!woken && poller == ofCaller) {
            int ignored = poller.arm(number, reading.isArmedIn(poller), writing.isArmedIn(poller));
        }
        return true;
    }

    /// Wakes all who wait in a set, which is closed: each looks again, and waits elsewhere.
    static void onClose(ReadinessPoller set) {
        for (int i = 0; i < CHUNKS.length(); i++) { // without memory
            var chunk = CHUNKS.get(i);
            for (int j = 0; chunk != null && j < PER_CHUNK; j++) {
                var descriptor = chunk.get(j);
                if (descriptor != null) {
                    descriptor.onReady(set);
                }
            }
        }
    }

    /// Wakes those who wait in a set. It may be that one side is armed there still: then a wait
    /// ends for nothing.
    void onReady(ReadinessPoller set) {
        reading.wakeIn(set);
        writing.wakeIn(set);
    }
}
