// SPDX-License-Identifier: Apache-2.0
package io.eventlet;

import static org.junit.jupiter.params.provider.Arguments.arguments;

import io.eventlet.hub.Hub;
import io.eventlet.testing.junit.NoLeaks;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.TestInfo;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;

import java.lang.reflect.Method;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.FutureTask;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/// One thread waits, another one ends the wait: threads of each kind on either side.
///
/// The same code parks and wakes a thread whatever it waits for, so that all combinations would
/// show no more than their pairs do. Subclasses with the tag `stress` have all combinations.
@Timeout(60)
@ExtendWith(NoLeaks.class)
abstract class MixedUse {
    private final Hub other = Hub.start();

    /// A kind of thread.
    enum On {
        HUB,
        OTHER_HUB,
        PLATFORM_THREAD,
        VIRTUAL_THREAD;

        static final List<On> ALL = List.of(values());

        boolean isGreen() {
            return this == HUB || this == OTHER_HUB;
        }
    }

    /// A task and the thread that runs it.
    static final class Started<T> extends FutureTask<T> {
        private volatile Thread thread;
        private volatile GreenThread<?> green; // set before the thread is

        Started(Callable<T> body) {
            super(body);
        }

        @Override
        public void run() {
            green = Eventlet.current();
            thread = Thread.currentThread();
            super.run();
        }

        /// Returns once its thread waits.
        Started<T> waiting() {
            Eventually.until(() -> isDone() || (thread != null && isWaiting(thread.getState())));
            return this;
        }

        /// Kills its thread, once it has begun, or interrupts it if it is not a green one.
        void kill() {
            if (green == null) {
                thread.interrupt();
            } else {
                green.kill();
            }
        }

        private static boolean isWaiting(Thread.State state) {
            return state == Thread.State.WAITING || state == Thread.State.TIMED_WAITING;
        }
    }

    /// Pairs of kinds in which each kind is once on either side. The next test of the class, in the
    /// order of their names, has other pairs: any four of them have all sixteen.
    static Stream<Arguments> pairs(TestInfo test) {
        return pairsOf(number(test), test);
    }

    /// Things with pairs of kinds: each thing once with each kind on either side, and of any four
    /// things one with each pair of kinds.
    static <T> Stream<Arguments> withPairs(List<T> things, TestInfo test) {
        return IntStream.range(0, things.size())
                .boxed()
                .flatMap(n ->
                        pairsOf(n, test)
                                .map(Arguments::get)
                                .map(pair -> arguments(things.get(n), pair[0], pair[1])));
    }

    private static Stream<Arguments> pairsOf(int number, TestInfo test) {
        int kinds = On.ALL.size();
        return IntStream.range(0, kinds * kinds)
                .filter(n -> isWhole(test) || (n % kinds - n / kinds + number) % kinds == 0)
                .mapToObj(n -> arguments(On.ALL.get(n / kinds), On.ALL.get(n % kinds)));
    }

    static boolean isWhole(TestInfo test) {
        return test.getTags().contains("stress");
    }

    private static int number(TestInfo test) {
        var method = test.getTestMethod().orElseThrow();
        return Arrays.stream(method.getDeclaringClass().getDeclaredMethods())
                .filter(each -> each.isAnnotationPresent(ParameterizedTest.class))
                .map(Method::getName)
                .sorted()
                .toList()
                .indexOf(method.getName());
    }

    @AfterEach
    void closeHub() {
        other.close();
    }

    final <T> Started<T> start(On where, Callable<T> body) {
        var task = new Started<>(body);
        switch (where) {
            case HUB -> Eventlet.spawn(task::run);
            case OTHER_HUB -> Eventlet.spawnOn(other, task::run);
            case PLATFORM_THREAD -> Thread.ofPlatform().start(task);
            case VIRTUAL_THREAD -> Thread.ofVirtual().start(task);
        }
        return task;
    }

    final void run(On where, Task body) throws Exception {
        start(where, Body.callable(body)).get();
    }
}
