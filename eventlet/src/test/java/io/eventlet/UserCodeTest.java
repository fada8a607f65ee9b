// SPDX-License-Identifier: Apache-2.0
package io.eventlet;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import io.eventlet.dag.DagPool;
import io.eventlet.dag.KeyTaken;
import io.eventlet.limit.KeyedLimit;
import io.eventlet.testing.junit.NoLeaks;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

import java.util.ArrayList;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ForkJoinWorkerThread;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import java.util.function.Supplier;
import java.util.stream.IntStream;

/// Code of users that is called in odd places: none is called under a lock, so that it may use the
/// same object from another thread and wait for that.
@org.junit.jupiter.api.Timeout(60)
@ExtendWith(NoLeaks.class)
class UserCodeTest {
    private final GreenPool pool = new GreenPool(2);
    private final GreenSemaphore gate = new GreenSemaphore(0);

    private static <T> T elsewhere(Supplier<T> use) {
        var platform = Thread.ofPlatform().inheritInheritableThreadLocals(false);
        return CompletableFuture.supplyAsync(use, task -> platform.start(task)).join();
    }

    // ---- links

    /// A link that is equal to all others, and must not be asked.
    private static final class AskingLink implements Consumer<GreenThread<Object>> {
        @Override
        public void accept(GreenThread<Object> ended) {
            throw new AssertionError("it was unlinked");
        }

        @Override
        public boolean equals(@Nullable Object other) {
            throw new AssertionError("it was compared");
        }

        @Override
        public int hashCode() {
            throw new AssertionError("it was compared");
        }
    }

    @Test
    void linksAreToldApartWithoutBeingCompared() {
        GreenThread<Object> thread =
                Eventlet.spawn(() -> {
                    gate.acquire();
                    return "ended";
                });
        var link = new AskingLink();
        thread.link(link);

        assertThat(thread.unlink(new AskingLink())).isFalse();
        assertThat(thread.unlink(link)).isTrue();
        assertThat(thread.unlink(link)).isFalse();

        gate.release();
        assertThat(thread.await()).isEqualTo("ended");
    }

    // ---- keys of graphs

    /// A key that asks the graph for something when it is printed.
    private static final class AskingKey {
        private final DagPool<AskingKey, String> graph;
        private final String name;

        AskingKey(DagPool<AskingKey, String> graph, String name) {
            this.graph = graph;
            this.name = name;
        }

        @Override
        public String toString() {
            return name + elsewhere(() -> graph.keys().size());
        }

        @Override
        public boolean equals(Object other) {
            return other instanceof AskingKey key && key.name.equals(name);
        }

        @Override
        public int hashCode() {
            return Objects.hash(name);
        }
    }

    @Test
    void keysAreNamedWithoutALock() {
        var graph = new DagPool<AskingKey, String>();
        var a = new AskingKey(graph, "a");
        var b = new AskingKey(graph, "b");
        graph.post(a, "value");

        assertThatExceptionOfType(KeyTaken.class)
                .isThrownBy(() -> graph.post(a, "again"))
                .withMessage("the key a1 has a value");
        assertThatExceptionOfType(KeyTaken.class)
                .isThrownBy(() -> graph.spawn(a, List.of(), (_, _) -> ""))
                .withMessage("the key a1 has a value");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> graph.spawn(b, List.of(b), (_, _) -> ""))
                .withMessage("the dependencies are a cycle: b1 -> b1");
        assertThatExceptionOfType(NoSuchElementException.class)
                .isThrownBy(() -> graph.kill(b))
                .withMessage("nobody computes the key b1");
        assertThatExceptionOfType(NoSuchElementException.class)
                .isThrownBy(() -> graph.waitingFor(b))
                .withMessage("nobody computes the key b1");
        graph.spawn(
                b,
                List.of(),
                (_, _) -> {
                    assertThatIllegalStateException()
                            .isThrownBy(() -> graph.get(b))
                            .withMessageEndingWith("the key b1 and would wait for itself");
                    return "computed";
                });
        assertThat(graph.get(b)).isEqualTo("computed");
    }

    // ---- what threads inherit

    /// What a spawner has is asked for the value of a new thread, which asks for something first.
    private static InheritableThreadLocal<String> asking(Supplier<?> question) {
        return new InheritableThreadLocal<>() {
            @Override
            protected String childValue(String value) {
                return isForPoolOfTheJdk() ? value : value + elsewhere(question);
            }
        };
    }

    /// In portable mode the pool of the JDK makes a thread where it lacks one when a virtual thread
    /// is woken, be it under a lock, and what that inherits is nothing that the library decides.
    private static boolean isForPoolOfTheJdk() {
        var worker = ForkJoinWorkerThread.class.getName();
        return StackWalker.getInstance()
                .walk(frames ->
                        frames.anyMatch(frame ->
                                frame.getClassName().equals(worker)
                                        && frame.getMethodName().equals("<init>")));
    }

    @Test
    void threadsOfALimitInheritWithoutALock() {
        var limit = new KeyedLimit<String>(1);
        var local = asking(limit::keys);
        local.set("keys: ");

        try {
            assertThat(limit.spawn(pool, "a", () -> local.get()).await()).isEqualTo("keys: 0");
        } finally {
            local.remove();
        }
        Eventually.until(() -> limit.keys() == 0);
    }

    @Test
    void threadsOfAGraphInheritWithoutALock() {
        var graph = new DagPool<String, String>();
        var local = asking(() -> graph.keys().size());
        local.set("keys: ");

        try {
            graph.spawn("a", List.of(), (_, _) -> local.get());
        } finally {
            local.remove();
        }

        assertThat(graph.get("a")).isEqualTo("keys: 0");
    }

    @Test
    void threadsOfAnImapInheritWithoutALock() {
        var known = new AtomicReference<@Nullable Imap<String>>();
        var local = asking(() -> known.get() == null ? "" : known.get().failFast() == known.get());
        local.set("");

        var seen = new ArrayList<String>();
        try (var imap =
                pool.imap(_ -> waitAndGet(local), IntStream.range(0, 10).boxed().toList())) {
            known.set(imap);
            imap.forEachRemaining(seen::add);
        } finally {
            local.remove();
        }

        assertThat(seen).hasSize(10).contains("true");
    }

    private static String waitAndGet(ThreadLocal<String> local) {
        Eventlet.yield();
        return local.get();
    }
}
