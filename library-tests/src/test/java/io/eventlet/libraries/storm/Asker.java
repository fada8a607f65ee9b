// SPDX-License-Identifier: Apache-2.0
package io.eventlet.libraries.storm;

import io.eventlet.Eventlet;
import io.eventlet.GreenThread;
import io.eventlet.GreenThreadKilled;
import io.eventlet.TaskFailed;
import io.eventlet.hub.Hub;

import org.jspecify.annotations.Nullable;

import java.time.Duration;
import java.util.Objects;
import java.util.Random;
import java.util.concurrent.atomic.AtomicReference;

/// Asks until the storm is over, each few questions by a green thread that others may kill.
final class Asker {
    private static final int QUESTIONS_OF_A_THREAD = 8;
    private static final Duration BREATH = Duration.ofMillis(5); // while the server is away

    private final Storm storm;
    private final Library library;
    private final Random random;
    private volatile @Nullable Life life;

    Asker(Storm storm, Library library, Random random) {
        this.storm = storm;
        this.library = library;
        this.random = random;
    }

    /// A green thread, which either is killed or comes to its end.
    private static final class Life {
        private enum Phase {
            ASKING,
            TO_BE_KILLED,
            KILLED,
            OVER
        }

        private final GreenThread<?> thread;
        private final AtomicReference<Phase> phase = new AtomicReference<>(Phase.ASKING);

        Life(GreenThread<?> thread) {
            this.thread = thread;
        }

        /// Kills it, perhaps once more, unless it is over.
        void kill() {
            boolean ignored = phase.compareAndSet(Phase.ASKING, Phase.TO_BE_KILLED);
            if (phase.get() != Phase.OVER) {
                thread.kill();
                phase.set(Phase.KILLED);
            }
        }

        /// Whether somebody has killed it, or is about to.
        boolean isKilled() {
            var now = phase.get();
            return now == Phase.TO_BE_KILLED || now == Phase.KILLED;
        }

        /// Ends it, by the kill if there was one.
        void end() {
            if (phase.compareAndSet(Phase.ASKING, Phase.OVER)) {
                return;
            }
            while (phase.get() == Phase.TO_BE_KILLED) {
                Eventlet.yield();
            }
            Eventlet.yield();
            throw new AssertionError("a kill was lost");
        }
    }

    /// Kills the thread that asks now, if there is one.
    void kill() {
        var known = life;
        if (known != null) {
            known.kill();
        }
    }

    /// Asks by one thread after the other, on the hub of the caller.
    void work() {
        while (storm.isOn()) {
            var next = new Life(Eventlet.spawnOn(Hub.current(), this::live));
            life = next;
            try {
                next.thread.await();
            } catch (TaskFailed e) {
                explain(next, Objects.requireNonNull(e.getCause()));
            } finally {
                life = null;
            }
        }
    }

    private void explain(Life ended, Throwable error) {
        if (error instanceof GreenThreadKilled && ended.isKilled()) {
            storm.tally().kill();
        } else {
            storm.fail(error);
        }
    }

    private void live() throws Exception {
        for (int i = 0; i < QUESTIONS_OF_A_THREAD && storm.isOn(); i++) {
            long number = storm.next();
            long millis = storm.weather().drawWork(random);
            var question = new Question(number, () -> ask(number, millis));
            try {
                storm.tally().count(askIn(question));
                storm.done();
            } catch (Exception e) {
                if (!storm.isForgiving()) {
                    throw e;
                }
                storm.tally().failure();
                Eventlet.sleep(BREATH);
            }
            ensureNotInterrupted(number);
        }
        Objects.requireNonNull(life).end();
    }

    /// A limit that is over leaves no interrupt behind; a kill may, until the next wait.
    private void ensureNotInterrupted(long number) {
        var known = life;
        if (Thread.currentThread().isInterrupted() && (known == null || !known.isKilled())) {
            throw new AssertionError("question %d has left an interrupt".formatted(number));
        }
    }

    private Question.End askIn(Question question) throws Exception {
        var weather = storm.weather();
        return weather.isCalm() ? question.ask() : question.ask(random, weather.drawLimit(random));
    }

    private long ask(long number, long millis) throws Exception {
        storm.log().write("begin", number);
        long answer = library.ask(number, millis);
        storm.log().write("end", number);
        return answer;
    }
}
