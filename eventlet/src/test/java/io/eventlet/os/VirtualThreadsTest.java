// SPDX-License-Identifier: Apache-2.0
package io.eventlet.os;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ForkJoinTask;

@Timeout(60)
class VirtualThreadsTest {
    private static final ScopedValue<String> VALUE = ScopedValue.newInstance();

    @Test
    @Tag("hub-only")
    void theGivenSchedulerRunsTheThread() {
        var tasks = new ArrayList<Runnable>();
        var log = new ArrayList<String>();
        var thread =
                VirtualThreads.create(
                        tasks::add,
                        "mine",
                        () -> {
                            log.add(Thread.currentThread().getName());
                            Thread.yield();
                            log.add("again");
                        });

        thread.start();
        assertThat(log).isEmpty();
        tasks.removeFirst().run();
        assertThat(log).containsExactly("mine");
        tasks.removeFirst().run();

        assertThat(log).containsExactly("mine", "again");
        assertThat(thread.isAlive()).isFalse();
    }

    @Test
    @Tag("hub-only")
    void theCarrierIsWhoRunsTheTask() {
        var tasks = new ArrayList<Runnable>();
        var carriers = new ArrayList<Thread>();
        VirtualThreads.create(tasks::add, null, () -> carriers.add(VirtualThreads.currentCarrier()))
                .start();

        tasks.removeFirst().run();

        assertThat(carriers).containsExactly(Thread.currentThread());
    }

    @Test
    void aPlatformThreadIsItsOwnCarrier() {
        assertThat(VirtualThreads.currentCarrier()).isSameAs(Thread.currentThread());
    }

    @Test
    @Tag("hub-only")
    void theThreadBehindATaskIsKnown() {
        var tasks = new ArrayList<Runnable>();
        var thread = VirtualThreads.create(tasks::add, null, () -> {});
        thread.start();

        assertThat(VirtualThreads.behind(tasks.getFirst())).isSameAs(thread);
        assertThat(VirtualThreads.behind(() -> {})).isNull();
    }

    /// JDKs after 26 adapt their tasks when the scheduler is a ForkJoinPool.
    @Test
    @Tag("hub-only")
    void theThreadBehindATaskThatWasAdaptedToAPoolIsKnown() {
        var tasks = new ArrayList<Runnable>();
        var thread = VirtualThreads.create(tasks::add, null, () -> {});
        thread.start();
        var adapted = ForkJoinTask.adapt(tasks.getFirst());

        assertThat(VirtualThreads.behind((Runnable) adapted)).isSameAs(thread);
        assertThat(VirtualThreads.behind((Runnable) ForkJoinTask.adapt(() -> {}))).isNull();
    }

    @Test
    @Tag("hub-only")
    void scopedValuesArePassedOn() {
        var tasks = new ArrayList<Runnable>();
        var seen = new ArrayList<String>();
        var with = VirtualThreads.create(tasks::add, null, () -> seen.add(VALUE.orElse("none")));
        var without = VirtualThreads.create(tasks::add, null, () -> seen.add(VALUE.orElse("none")));

        ScopedValue.where(VALUE, "passed").run(() -> pass(with));
        pass(without);
        for (var thread : List.of(with, without)) {
            thread.start();
            tasks.removeFirst().run();
        }

        assertThat(seen).containsExactly("passed", "none");
    }

    @Test
    @Tag("hub-only")
    void everythingIsThereInHubMode() {
        assertThat(VirtualThreads.unavailable()).isNull();
    }

    @Test
    @Tag("portable-only")
    void whatIsMissingIsSaidInOneLine() {
        assertThat(VirtualThreads.unavailable())
                .isEqualTo("java.base does not open java.lang to ALL-UNNAMED");
        assertThat(VirtualThreads.neededOptions())
                .isEqualTo(
                        "--add-opens java.base/java.lang=ALL-UNNAMED"
                                + " --enable-native-access=ALL-UNNAMED");
    }

    private static void pass(Thread to) {
        VirtualThreads.giveScopedValues(to, VirtualThreads.scopedValues());
    }
}
