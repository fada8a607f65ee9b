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

    /// A green thread, and whether somebody has meant to kill it.
    private static final class Life {
        private final GreenThread<?> thread;
        private volatile boolean killed;

        Life(GreenThread<?> thread) {
            this.thread = thread;
        }
    }

    /// Kills the thread that asks now, if there is one.
    void kill() {
        var known = life;
        if (known != null) {
            known.killed = true;
            known.thread.kill();
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
        if (error instanceof GreenThreadKilled && ended.killed) {
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
    }

    /// A limit that is over leaves no interrupt behind; a kill may, until the next wait.
    private void ensureNotInterrupted(long number) {
        var known = life;
        if (Thread.currentThread().isInterrupted() && (known == null || !known.killed)) {
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
