// SPDX-License-Identifier: Apache-2.0
package io.eventlet.wait;

import org.jspecify.annotations.Nullable;

/// The strand of the actor that [begins][#begin()]; whoever asks for its thread waits for that.
final class ActorStrand extends Strand {
    private volatile @Nullable Thread thread;

    void begin() {
        thread = Thread.currentThread();
    }

    @Override
    public Thread thread() {
        while (true) {
            var begun = thread;
            if (begun != null) {
                return begun;
            }
            Thread.onSpinWait();
        }
    }

    @Override
    public @Nullable Clock hubClock() {
        return null;
    }

    @Override
    public Interrupter interrupter() {
        return Interrupter.OF_OTHERS;
    }

    @Override
    public void uncaughtException(Thread dead, Throwable error) {
        throw new AssertionError("a strand of an actor is nobody's handler", error);
    }
}
