// SPDX-License-Identifier: Apache-2.0
package io.eventlet;

import static org.assertj.core.api.Assertions.assertThat;

import io.eventlet.queue.GreenQueue;
import io.eventlet.testing.junit.NoLeaks;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.extension.RegisterExtension;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;

/// Being called when a green thread has ended.
@Timeout(60)
@ExtendWith(NoLeaks.class)
class GreenThreadLinkTest {
    @RegisterExtension private final ReportedErrors reported = new ReportedErrors();

    private final GreenSemaphore gate = new GreenSemaphore(0);
    private final List<Object> calls = new CopyOnWriteArrayList<>();

    /// Lets a thread go on, with somebody waiting for it already, who goes on after its links.
    private String releaseAndAwait(GreenThread<String> thread) {
        var waiter = Eventlet.spawn(() -> thread.await());
        Eventually.until(() -> waiter.thread().getState() == Thread.State.WAITING);
        gate.release();
        return waiter.await();
    }

    private GreenThread<String> blocked() {
        return Eventlet.spawn(() -> {
            gate.acquire();
            return "result";
        });
    }

    /// From Eventlet's greenthread_test.py: Spawn.test_link.
    @Test
    void linksAreCalledWithTheThreadInTheOrderOfTheCalls() {
        var thread = blocked();
        thread.link(t -> calls.add(t.await() + " 1"));
        thread.link(t -> calls.add(t.await() + " 2"));
        thread.link(t -> calls.add(t));

        releaseAndAwait(thread);

        assertThat(calls).containsExactly("result 1", "result 2", thread);
    }

    /// From gevent's test__greenlet.py: TestLink.test_link_to_queue, test_link_to_asyncresult.
    @Test
    void queuesAndEventsMayBeLinked() {
        var ended = GreenQueue.<GreenThread<String>>unbounded();
        var result = new Event<String>();
        var thread = blocked();
        thread.link(ended::put);
        thread.link(t -> result.send(t.await()));

        gate.release();

        assertThat(ended.get()).isSameAs(thread);
        assertThat(result.await()).isEqualTo("result");
    }

    /// As in Eventlet: links run in the dying thread before waiters resume.
    @Test
    void linksRunOnTheEndingThreadBeforeWhoWaitsGoesOn() {
        var ranOn = new AtomicReference<Thread>();
        var thread = blocked();
        var waiter =
                Eventlet.spawn(() -> {
                    thread.await();
                    calls.add("waiter");
                });
        thread.link(_ -> {
            ranOn.set(Thread.currentThread());
            calls.add("link");
        });
        Eventually.until(() -> waiter.thread().getState() == Thread.State.WAITING);

        gate.release();
        waiter.await();

        assertThat(calls).containsExactly("link", "waiter");
        assertThat(ranOn.get()).isSameAs(thread.thread());
    }

    /// From Eventlet's greenthread_test.py: Spawn.test_link_after_exited.
    @Test
    void linkOnAnEndedThreadIsCalledAtOnceByTheCaller() {
        var thread = Eventlet.spawn(() -> "result");
        thread.await();

        thread.link(t -> calls.add(t.await() + " for " + Thread.currentThread().threadId()));

        assertThat(calls).containsExactly("result for " + Thread.currentThread().threadId());
    }

    /// From Eventlet's greenthread_test.py: Spawn.test_link_relinks.
    @Test
    void linkThatLinksAgainIsCalledOnceMoreAndNoOftener() {
        var thread = blocked();
        thread.link(t -> {
            calls.add("first");
            t.link(_ -> calls.add("second"));
        });

        releaseAndAwait(thread);

        assertThat(calls).containsExactly("first", "second");
    }

    /// From Eventlet's greenthread_test.py: Spawn.test_link_relinks, for a link on an ended thread.
    @Test
    void lateLinkThatLinksAgainIsCalledOnceMore() {
        var thread = Eventlet.spawn(() -> "result");
        thread.await();

        thread.link(t -> {
            calls.add("first");
            t.link(_ -> calls.add("second"));
        });

        assertThat(calls).containsExactly("first", "second");
    }

    /// Defect 8 of Eventlet, mended: there a link that raises drops those after it. From gevent's
    /// test__greenlet.py: TestStuff.test_multiple_listeners_error.
    @Test
    void linkThatRaisesIsReportedAndDoesNotDropTheOthers() {
        var error = new IllegalStateException("in a link");
        var thread = blocked();
        thread.link(_ -> {
            throw error;
        });
        thread.link(_ -> calls.add("called all the same"));

        var result = releaseAndAwait(thread);

        assertThat(result).isEqualTo("result");
        assertThat(calls).containsExactly("called all the same");
        assertThat(reported.list()).containsExactly(error);
    }

    /// As in Eventlet: unlink removes the exact match.
    @Test
    void unlinkTakesALinkBack() {
        Consumer<GreenThread<String>> link = _ -> calls.add("taken back");
        var thread = blocked();
        thread.link(link);
        thread.link(_ -> calls.add("stays"));

        boolean found = thread.unlink(link);
        boolean foundAgain = thread.unlink(link);
        releaseAndAwait(thread);

        assertThat(found).isTrue();
        assertThat(foundAgain).isFalse();
        assertThat(calls).containsExactly("stays");
    }

    @Test
    void unlinkOnAnEndedThreadFindsNothing() {
        Consumer<GreenThread<String>> link = _ -> calls.add("called");
        var linked = blocked();
        linked.link(link);
        var unlinked = Eventlet.spawn(() -> "nobody watched");
        releaseAndAwait(linked);
        unlinked.await();

        assertThat(linked.unlink(link)).isFalse();
        assertThat(unlinked.unlink(_ -> {})).isFalse();
    }

    /// As in Eventlet: links run for a thread that was killed before it began.
    @Test
    void linksOfAThreadThatNeverBeginsAreCalledByWhoKillsIt() {
        var thread = Eventlet.spawnAfter(Duration.ofHours(1), () -> "never");
        thread.link(t -> calls.add(t.isDead()));

        thread.kill();

        assertThat(calls).containsExactly(true);
    }

    @Test
    void linksSeeTheFailure() {
        var error = new IllegalStateException("broken");
        var seen = new ArrayList<Throwable>();
        var thread =
                Eventlet.spawn(() -> {
                    gate.acquire();
                    throw error;
                });
        thread.link(t -> {
            try {
                t.await();
            } catch (TaskFailed e) {
                seen.add(e.getCause());
            }
        });

        gate.release();
        Eventually.until(() -> !thread.thread().isAlive());

        assertThat(seen).containsExactly(error);
        assertThat(reported.list()).isEmpty();
    }
}
