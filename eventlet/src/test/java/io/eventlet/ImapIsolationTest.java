// SPDX-License-Identifier: Apache-2.0
package io.eventlet;

import static org.assertj.core.api.Assertions.assertThat;

import io.eventlet.testing.junit.NoLeaks;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.IntStream;

/// Items of an imap, which see nothing of each other though a green thread may work on many.
@org.junit.jupiter.api.Timeout(60)
@ExtendWith(NoLeaks.class)
class ImapIsolationTest {
    private static final ThreadLocal<String> LOCAL = new ThreadLocal<>();
    private static final InheritableThreadLocal<String> INHERITABLE =
            new InheritableThreadLocal<>();
    private static final ScopedValue<String> SCOPED = ScopedValue.newInstance();

    private final List<Object> seen = new CopyOnWriteArrayList<>();
    private final GreenSemaphore gate = new GreenSemaphore(0);

    private static List<Integer> items() {
        return IntStream.range(0, 50).boxed().toList();
    }

    /// Runs a function that never waits over many items, and one that always does.
    private static <R> List<R> results(int size, ThrowingFunction<Integer, R> function) {
        var results = new ArrayList<R>(new GreenPool(size).map(function, items()));
        results.addAll(
                new GreenPool(size)
                        .map(
                                i -> {
                                    R first = function.apply(i);
                                    Eventlet.yield();
                                    return first;
                                },
                                items()));
        return results;
    }

    private static String swap(ThreadLocal<String> local, int item) {
        String before = local.get();
        local.set("of " + item);
        return String.valueOf(before);
    }

    // ---- what an item leaves with its thread

    @ParameterizedTest
    @ValueSource(ints = {1, 3})
    void threadLocalOfAnItemIsNotThereForAnother(int size) {
        assertThat(results(size, i -> swap(LOCAL, i))).hasSize(100).containsOnly("null");
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 3})
    void inheritableThreadLocalOfAnItemIsNotThereForAnother(int size) {
        assertThat(results(size, i -> swap(INHERITABLE, i))).hasSize(100).containsOnly("null");
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 3})
    void inheritableThreadLocalOfTheCallerIsThereForEachItem(int size) {
        INHERITABLE.set("of the caller");
        try {
            assertThat(results(size, i -> swap(INHERITABLE, i))).containsOnly("of the caller");
        } finally {
            INHERITABLE.remove();
        }
    }

    /// Whoever takes the results goes on to something else meanwhile.
    @Test
    void inheritableThreadLocalOfTheConsumerIsNotThereForItems() {
        var results = new ArrayList<String>();

        try (var imap = new GreenPool(2).imap(i -> swap(INHERITABLE, i), items())) {
            for (String result : imap) {
                results.add(result);
                INHERITABLE.set("of the consumer");
                Eventlet.yield();
            }
        } finally {
            INHERITABLE.remove();
        }

        assertThat(results).hasSize(50).containsOnly("null");
    }

    /// Whoever resizes the pool meanwhile leaves it to the caller of imap to make the first one.
    @Test
    void inheritableThreadLocalOfWhoResizesThePoolIsNotThereForItems() {
        var made = new GreenSemaphore(0);
        var isFirst = new AtomicBoolean(true);
        var local =
                new InheritableThreadLocal<String>() {
                    @Override
                    protected String childValue(String parents) {
                        if (isFirst.getAndSet(false)) {
                            made.release();
                            gate.acquire();
                        }
                        return parents;
                    }
                };
        var pool = new GreenPool(1);
        var resizing =
                Eventlet.spawn(() -> {
                    made.acquire();
                    local.set("of who resizes");
                    pool.resize(2);
                    gate.release();
                });
        local.set("of the caller");

        List<String> results;
        try {
            results = pool.map(_ -> local.get(), items());
        } finally {
            local.remove();
        }

        assertThat(results).hasSize(50).containsOnly("of the caller");
        resizing.join();
    }

    /// Where many of a crew end and are called at once, on many processors.
    @Test
    @Tag("stress")
    void inheritableThreadLocalsOfItemsKeepApartWhileManyOfACrewEnd() {
        for (int round = 0; round < 2000; round++) {
            assertThat(results(8, i -> swap(INHERITABLE, i))).containsOnly("null");
        }
    }

    @Test
    @Tag("hub-only") // where scoped values are inherited
    void scopedValueOfAnItemIsThatOfTheCaller() {
        List<String> results =
                ScopedValue.where(SCOPED, "of the caller")
                        .call(() ->
                                results(
                                        2,
                                        i ->
                                                ScopedValue.where(SCOPED, "of " + i)
                                                                .call(() -> SCOPED.get().isEmpty())
                                                        ? ""
                                                        : SCOPED.get()));

        assertThat(results).containsOnly("of the caller");
    }

    @Test
    void timeoutThatAnItemLeavesOpenHitsNoOther() {
        var pool = new GreenPool(1);
        var left = new CopyOnWriteArrayList<Timeout>();

        var results =
                pool.map(
                        i -> {
                            if (i == 0) {
                                left.add(Timeout.after(Duration.ofMillis(1)));
                            } else {
                                Eventually.until(() -> left.getFirst().isExpired());
                                Eventlet.yield();
                            }
                            return i;
                        },
                        List.of(0, 1, 2));

        assertThat(results).containsExactly(0, 1, 2);
    }

    @Test
    void timeoutThatHasEndedAnItemAndIsLeftOpenHitsNoOther() {
        var pool = new GreenPool(1);

        var results =
                pool.map(
                        i -> {
                            if (i == 0) {
                                Timeout.after(Duration.ofMillis(1));
                                try {
                                    gate.acquire();
                                } catch (TimeoutExpired e) {
                                    return "expired";
                                }
                            }
                            Eventlet.yield();
                            return String.valueOf(i);
                        },
                        List.of(0, 1, 2));

        assertThat(results).containsExactly("expired", "1", "2");
    }

    @Test
    void interruptThatAnItemLeavesHitsNoOther() {
        var pool = new GreenPool(2);

        var results =
                pool.map(
                        _ -> {
                            boolean before = Thread.currentThread().isInterrupted();
                            Thread.currentThread().interrupt();
                            return before;
                        },
                        items());

        assertThat(results).hasSize(50).containsOnly(false);
    }

    @Test
    void nameAndClassLoaderThatAnItemGivesItsThreadAreNotThereForAnother() {
        var loader = new ClassLoader() {};

        var results =
                results(
                        1,
                        i -> {
                            var thread = Thread.currentThread();
                            boolean fresh =
                                    thread.getName().isEmpty()
                                            && thread.getContextClassLoader() != loader;
                            thread.setName("item " + i);
                            thread.setContextClassLoader(loader);
                            return fresh;
                        });

        assertThat(results).containsOnly(true);
    }

    @Test
    void handlerThatAnItemGivesItsThreadDoesNotKeepTheNextFromItsGreenThread() {
        var results =
                results(
                        1,
                        _ -> {
                            boolean green = Eventlet.current() != null;
                            Thread.currentThread().setUncaughtExceptionHandler((_, _) -> {});
                            return green;
                        });

        assertThat(results).containsOnly(true);
    }

    /// Whoever has the green thread of an item may kill it when that is done.
    @Test
    void lateKillOfAnItemHitsNoOther() {
        var threads = new CopyOnWriteArrayList<GreenThread<?>>();

        var results =
                results(
                        1,
                        i -> {
                            threads.forEach(GreenThread::kill);
                            threads.add(Eventlet.current());
                            return i;
                        });

        assertThat(results).hasSize(100);
        assertThat(new HashSet<>(threads)).hasSize(100);
    }

    @Test
    void linksThatItemsGiveTheirGreenThreadsAreCalledForEach() {
        var results =
                results(
                        1,
                        i -> {
                            var own = Eventlet.current();
                            own.link(ended -> seen.add(ended == own));
                            return i;
                        });

        Eventually.until(() -> seen.size() == results.size());
        assertThat(seen).containsOnly(true);
    }

    // ---- and what that costs

    /// What makes imap quick: see decision 0008.
    @Test
    @Tag("hub-only") // where it can be seen that nothing is left
    void itemsThatLeaveNothingAndNeverWaitShareAThread() {
        Set<Thread> threads = ConcurrentHashMap.newKeySet();

        Eventlet.run(
                () -> new GreenPool(100).map(_ -> threads.add(Thread.currentThread()), items()));

        assertThat(threads).hasSize(1);
    }

    /// Where the JDK does not let us see what thread-locals there are.
    @Test
    @Tag("portable-only") // once is enough
    void itemsSeeNothingOfEachOtherWithoutAccessToTheJdk()
            throws IOException, InterruptedException {
        var command = new ArrayList<>(ChildJvm.command(Locals.class));
        for (int i = command.indexOf("--add-opens"); i >= 0; i = command.indexOf("--add-opens")) {
            command.subList(i, i + 2).clear();
        }
        command.removeIf(option -> option.startsWith("--add-opens="));
        var process = new ProcessBuilder(command).redirectErrorStream(true).start();

        var output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);

        assertThat(process.waitFor()).as(output).isZero();
    }

    /// A program that ends with the number of items that have seen something.
    static final class Locals {
        private Locals() {}

        public static void main(String... args) {
            var results = new ArrayList<>(results(3, i -> swap(LOCAL, i)));
            results.addAll(results(3, i -> swap(INHERITABLE, i)));
            System.exit((int) results.stream().filter(result -> !result.equals("null")).count());
        }
    }
}
