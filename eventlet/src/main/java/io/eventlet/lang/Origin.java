// SPDX-License-Identifier: Apache-2.0
package io.eventlet.lang;

import org.jspecify.annotations.Nullable;

import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;

/// Who made something, noted while somebody looks for what is left over.
///
/// @param maker the thread
/// @param site where, if that is [traced][Tracing]; else empty
public record Origin(Thread maker, List<StackTraceElement> site) {
    private static final AtomicInteger WANTED = new AtomicInteger(); // by how many

    /// Has origins be noted, until [#unwant] is called as often.
    public static void want() {
        WANTED.incrementAndGet();
    }

    public static void unwant() {
        WANTED.decrementAndGet();
    }

    /// That of what the caller makes; null if nobody wants it.
    public static @Nullable Origin ifWanted() {
        return WANTED.get() > 0 ? here() : null;
    }

    /// That of what the caller makes.
    public static Origin here() {
        return new Origin(Thread.currentThread(), Tracing.isOn() ? Tracing.callSite() : List.of());
    }
}
