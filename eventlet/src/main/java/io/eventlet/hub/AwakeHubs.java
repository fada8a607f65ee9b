// SPDX-License-Identifier: Apache-2.0
package io.eventlet.hub;

import io.eventlet.os.Processors;

import java.util.Arrays;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.IntSupplier;

/// The hubs of a JVM that have a loop, and how those that are awake share the processors.
/// Thread-safe.
final class AwakeHubs {
    static final AwakeHubs OF_THIS_JVM =
            new AwakeHubs(Runtime.getRuntime().availableProcessors(), Processors::current);

    /// What a hub can expect that wants to run on while another works.
    enum Room {
        /// There are fewer processors than hubs that are awake, or just one.
        NONE,
        /// Another hub that is awake was on the same processor last.
        SHARED,
        /// No other was.
        OWN
    }

    private final int processors;
    private final IntSupplier current;
    private final AtomicReference<Inbox[]> hubs = new AtomicReference<>(new Inbox[0]);

    /// `current` says which processor the calling thread is on; a negative one is unknown.
    AwakeHubs(int processors, IntSupplier current) {
        this.processors = processors;
        this.current = current;
        Object ignored = Room.NONE; // loops load no class
    }

    void add(Inbox hub) {
        if (hubs.get().length > 0) { // what one alone does not need is not linked for it
            int ignored = current.getAsInt();
        }
        var ignored =
                hubs.updateAndGet(known -> {
                    var all = Arrays.copyOf(known, known.length + 1);
                    all[known.length] = hub;
                    return all;
                });
    }

    void remove(Inbox hub) {
        var ignored =
                hubs.updateAndGet(known ->
                        Arrays.stream(known).filter(other -> other != hub).toArray(Inbox[]::new));
    }

    /// What a hub can expect that is awake, on whose thread this is called.
    Room room(Inbox hub) {
        var all = hubs.get();
        int processor = all.length > 1 ? current.getAsInt() : -1;
        hub.noteProcessor(processor);
        int awake = 0;
        var room = Room.OWN;
        for (var other : all) {
            if (!other.isAsleep()) {
                awake++;
                if (other != hub && processor >= 0 && other.processor() == processor) {
                    room = Room.SHARED;
                }
            }
        }
        return processors > 1 && awake <= processors ? room : Room.NONE;
    }
}
