// SPDX-License-Identifier: Apache-2.0
package io.eventlet.libraries;

import static org.assertj.core.api.Assertions.assertThat;

import io.eventlet.Eventlet;
import io.eventlet.GreenThread;
import io.eventlet.GreenThreads;
import io.eventlet.hub.Hub;
import io.eventlet.hub.Stall;
import io.eventlet.libraries.servers.HeldAnswers;
import io.eventlet.libraries.storm.Library;

import java.util.ArrayList;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Predicate;

/// Many questions to a library at once, on one hub.
final class AllAtOnce {
    static final int COUNT = 50;

    private static final int SLOW_MILLIS = 1_000; // longer than it takes to ask all
    private static final Set<String> WAITING =
            Set.of("read0", "poll", "accept", "receive0", "wait");

    private AllAtOnce() {}

    /// Asks all at once, after a first question that loads the classes: all are under way together,
    /// each has its answer, and no wait has held the hub.
    ///
    /// @param held the answers of the server, which come when all have asked it
    static void assertAnswered(Library library, HeldAnswers held) throws Exception {
        try (var hub = Hub.start("patched")) {
            assertAnswered(hub, library, held);
        }
    }

    /// As [#assertAnswered(Library, HeldAnswers)], on a hub of the caller, who ends the library's
    /// threads on it.
    static void assertAnswered(Hub hub, Library library, HeldAnswers held) throws Exception {
        held.expect(COUNT);
        // A call of the kernel that held the hub would keep the others from asking, for ever.
        assertAnswered(hub, library, HeldAnswers.UNTIL_ALL_HAVE_ASKED, Stall::takenOver);
    }

    /// As [#assertAnswered(Library, HeldAnswers)], for a server that can only be slow: it answers
    /// long after all have asked.
    static void assertAnsweredSlowly(Library library) throws Exception {
        try (var hub = Hub.start("patched")) {
            assertAnswered(hub, library, SLOW_MILLIS, AllAtOnce::isInWait);
        }
    }

    private static void assertAnswered(
            Hub hub, Library library, long millis, Predicate<Stall> isWait) throws Exception {
        try {
            assertThat(Eventlet.spawnOn(hub, () -> library.ask(1, 0)).await()).isEqualTo(1);
            long takeovers = hub.statistics().takeovers(); // while classes were loaded
            Queue<Stall> stalls = new ConcurrentLinkedQueue<>();
            Hub.onStall(stalls::add);
            var asking = new AtomicInteger();
            var most = new AtomicInteger();
            var threads = new ArrayList<GreenThread<Long>>();
            var expected = new ArrayList<Long>();

            for (long i = 0; i < COUNT; i++) {
                long question = i;
                expected.add(question);
                threads.add(
                        Eventlet.spawnOn(
                                hub,
                                () -> {
                                    most.accumulateAndGet(asking.incrementAndGet(), Math::max);
                                    long answer = library.ask(question, millis);
                                    asking.decrementAndGet();
                                    return answer;
                                }));
            }
            var answers = GreenThreads.awaitAll(threads);

            assertThat(answers).isEqualTo(expected);
            assertThat(most).hasValue(COUNT);
            assertThat(stalls).noneMatch(isWait);
            assertThat(hub.statistics().takeovers()).isEqualTo(takeovers);
        } finally {
            Hub.onStall(null);
        }
    }

    /// Whether a hub was held by a call that waits: not by one that computes, on a busy machine.
    private static boolean isInWait(Stall stall) {
        return stall.takenOver()
                || stall.stack().stream()
                        .limit(1)
                        .anyMatch(frame ->
                                WAITING.contains(frame.getMethodName()) && frame.isNativeMethod());
    }
}
