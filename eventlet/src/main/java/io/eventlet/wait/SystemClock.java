// SPDX-License-Identifier: Apache-2.0
package io.eventlet.wait;

/// The one clock that the JDK's own waits go by too.
final class SystemClock implements Clock {
    static final Clock INSTANCE = new SystemClock();

    private SystemClock() {}

    @Override
    public long nanoTime() {
        return System.nanoTime();
    }
}
