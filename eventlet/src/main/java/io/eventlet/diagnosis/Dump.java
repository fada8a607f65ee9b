// SPDX-License-Identifier: Apache-2.0
package io.eventlet.diagnosis;

import io.eventlet.hub.Inspection;
import io.eventlet.wait.Names;

import java.time.Instant;
import java.util.List;

/// Every green thread of every hub at one moment: what it does, what it waits for, and who could
/// end that.
///
/// ```java
/// System.err.println(Eventlet.dump());
/// ```
///
/// Hubs are asked one after the other and go on meanwhile, so it is a moment each.
///
/// @param at when it was taken
/// @param hubs the open hubs, the main one first
/// @param others threads of no hub that wait for something of this library
public record Dump(Instant at, List<DumpedHub> hubs, List<DumpedThread> others) {
    public Dump {
        hubs = List.copyOf(hubs);
        others = List.copyOf(others);
    }

    /// Takes one now. From any thread; it waits for a hub that does not turn for a second at most.
    public static Dump take() {
        return new DumpTaker().take();
    }

    /// Records from now on, or no longer, where green threads are spawned, and, while a leak check
    /// looks, where timers are set and sockets opened; `-Deventlet.trace=true` does so from the
    /// start. It costs a walk of the stack each time.
    public static void trace(boolean on) {
        Inspection.trace(on);
    }

    /// A thing that threads wait for, as dumps name it: what it says of itself, and by which it is
    /// told from others that say the same, its identity hash code: `queue of 0, 0 putting, 1
    /// getting @5ca881b5`.
    public static String name(Object thing) {
        return Names.of(thing);
    }

    /// For people: threads that wait in the same place are one paragraph.
    @Override
    public String toString() {
        return new DumpText().of(this);
    }

    /// For programs: one JSON object, with all threads one by one. Stacks that are alike are there
    /// once, and threads have their numbers.
    public String toJson() {
        return new DumpJson().of(this);
    }
}
