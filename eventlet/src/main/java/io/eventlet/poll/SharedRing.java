// SPDX-License-Identifier: Apache-2.0
package io.eventlet.poll;

import io.eventlet.os.Uring;
import io.eventlet.os.VirtualThreads;

import org.jspecify.annotations.Nullable;

/// A ring that its thread uses and others look at, until it is given back.
final class SharedRing {
    final Uring ring;
    private final Visitors visitors = new Visitors();
    private volatile boolean isClosing;
    private volatile boolean isLeft; // nobody is inside, and nobody comes

    private volatile @Nullable Thread owner;

    SharedRing(Uring ring) {
        this.ring = ring;
    }

    /// Makes it the calling thread's, as [Uring#enable].
    int enable() {
        int result = ring.enable();
        if (result >= 0) {
            owner = Thread.currentThread();
        }
        return result;
    }

    /// Whether the calling thread, or the one that carries it, may ask it for something.
    boolean isOfCaller() {
        return VirtualThreads.currentCarrier() == owner;
    }

    /// Whether it may be used; then [#leave] comes afterwards, and nothing that waits before.
    boolean enter() {
        return visitors.enter();
    }

    void leave() {
        if (visitors.leave()) {
            isLeft = true;
        }
    }

    /// Whether the kernel has got a watch's request. Waits for that if its thread is about to tell
    /// the kernel; not when that takes it back, or the ring is given up: then it never gets it.
    boolean awaitTaken(UringWatch watch, UringWatch.Request request) {
        while (!isClosing && watch.request == request) {
            if (ring.hasTaken(request.place())) {
                return true;
            }
            Thread.onSpinWait();
        }
        return watch.request == request && ring.hasTaken(request.place());
    }

    /// Lets nobody in any more, and waits until all others have left.
    void empty() {
        isClosing = true;
        if (visitors.close()) {
            isLeft = true;
        }
        while (!isLeft) {
            Thread.onSpinWait();
        }
    }
}
