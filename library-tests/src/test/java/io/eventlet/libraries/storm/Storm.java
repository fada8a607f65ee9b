// SPDX-License-Identifier: Apache-2.0
package io.eventlet.libraries.storm;

import static org.assertj.core.api.Assertions.assertThat;

import io.eventlet.Eventlet;
import io.eventlet.GreenThread;
import io.eventlet.ThrowingRunnable;
import io.eventlet.hub.Hub;

import org.jspecify.annotations.Nullable;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Random;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Supplier;

/// Green threads of two hubs ask questions, each under a limit that is drawn or under none, and are
/// killed at random. What must hold: each answer is that to its question; whoever has set a limit
/// hears of it as was promised, and not what the library made of it; whoever was killed ends so;
/// and then whatever was asked answers on. All write to a log that they share.
///
/// What is drawn can be drawn again by its seed, how the threads interleaved cannot.
public final class Storm implements AutoCloseable {
    private static final int HUBS = 2;
    private static final int USUAL_ASKERS = 16;
    private static final int LONGEST_MILLIS = 4; // that the server works
    private static final int AFTERWARDS = 100; // questions

    private final String name;
    private final int count; // of those who ask
    private final Weather weather;
    private final Random seeds;
    private final SharedLog log;
    private final Tally tally = new Tally();
    private final List<Hub> hubs = new ArrayList<>();
    private final List<Asker> askers = new ArrayList<>();
    private final AtomicLong numbers = new AtomicLong();
    private final AtomicLong left; // questions that have no answer yet
    private final CountDownLatch halfway = new CountDownLatch(1);
    private final AtomicReference<@Nullable Throwable> failure = new AtomicReference<>();
    private volatile boolean forgiving;

    private Storm(String name, int count, Weather weather, SharedLog log) {
        this.name = name;
        this.count = count;
        this.weather = weather;
        this.log = log;
        left = new AtomicLong(weather.questions());
        seeds = new Random(weather.seed());
        for (int i = 0; i < HUBS; i++) {
            hubs.add(Hub.start());
        }
    }

    /// Begins one over a library, of as many questions unless `stress.items` says otherwise.
    public static Storm of(String name, int questions) throws IOException {
        return new Storm(
                name, USUAL_ASKERS, Weather.of(questions, LONGEST_MILLIS, 1), SharedLog.open());
    }

    /// Begins one of so many who ask, of whom so many have to wait until one is served.
    public static Storm ofCrowd(String name, int questions, int askers, int crowd)
            throws IOException {
        return new Storm(
                name, askers, Weather.of(questions, LONGEST_MILLIS, crowd), SharedLog.open());
    }

    /// Says that threads which are to stop may have an answer all the same, and an interrupt that
    /// is still set, more often than once in a thousand questions.
    public void tolerateInterrupted() {
        log.tolerateInterrupted();
    }

    /// Storms until all questions were asked; all ask the same library, such as a pool.
    public void rage(Library library) throws Exception {
        rage(() -> library);
    }

    /// As [#rage(Library)]; each of those who ask has a library of its own, such as a connection.
    public void rage(Supplier<? extends Library> libraries) throws Exception {
        rage(libraries, () -> {});
    }

    /// As [#rage(Library)], but when half of the questions were asked the server dies. From then on
    /// questions may fail, but not have a wrong answer.
    public void rage(Library library, ThrowingRunnable<?> death) throws Exception {
        rage(
                () -> library,
                () -> {
                    halfway.await();
                    forgiving = true;
                    death.run();
                });
    }

    private void rage(Supplier<? extends Library> libraries, ThrowingRunnable<?> meanwhile)
            throws Exception {
        for (int i = 0; i < count; i++) {
            askers.add(new Asker(this, libraries.get(), new Random(seeds.nextLong())));
        }
        var threads = new ArrayList<GreenThread<?>>();
        for (int i = 0; i < count; i++) {
            threads.add(Eventlet.spawnOn(hubs.get(i % HUBS), askers.get(i)::work));
        }
        for (var hub : hubs) {
            var random = new Random(seeds.nextLong());
            threads.add(Eventlet.spawnOn(hub, () -> kill(random)));
        }
        meanwhile.run();
        awaitEnds(threads);
        System.out.printf(
                "storm over %s, seed %d: %s; %,d lines not written by who was interrupted%n",
                name, weather.seed(), tally, log.notWritten());
        report();
    }

    private void kill(Random random) {
        while (isOn() && !weather.isCalm()) {
            Eventlet.sleep(weather.drawPause(random));
            askers.get(random.nextInt(count)).kill();
        }
    }

    private void awaitEnds(List<GreenThread<?>> threads) throws InterruptedException {
        for (var thread : threads) {
            try {
                thread.get();
            } catch (ExecutionException e) {
                fail(Objects.requireNonNull(e.getCause()));
            } catch (InterruptedException e) {
                System.out.printf(
                        "storm over %s, seed %d, hangs: %s%n%s%n",
                        name, weather.seed(), tally, Eventlet.dump());
                throw e;
            }
        }
    }

    private void report() throws IOException {
        var known = log.closedBy() != null ? log.closedBy() : failure.get();
        if (known != null) {
            throw new AssertionError(
                    "storm over %s, seed %d".formatted(name, weather.seed()), known);
        }
        log.assertWhole();
        if (!weather.isCalm()) {
            tally.assertHit();
        }
    }

    /// Asks what was asked in the storm once more: that it answers well, all the time.
    public void assertAnswers(Library library) throws Exception {
        assertRecovers(library, 0);
    }

    /// As [#assertAnswers(Library)]; but at first as many questions may fail, as connections to a
    /// server that has died do when they are used.
    public void assertRecovers(Library library, int mayFail) throws Exception {
        Eventlet.spawnOn(hubs.getFirst(), () -> askOn(library, mayFail)).get();
    }

    private void askOn(Library library, int mayFail) throws Exception {
        int failed = 0;
        for (int answered = 0; answered < AFTERWARDS; answered++) {
            long question = next();
            try {
                assertThat(library.ask(question, 0)).isEqualTo(question);
            } catch (Exception e) {
                if (++failed > mayFail) {
                    throw e;
                }
            }
        }
    }

    // ---- for those who ask

    boolean isOn() {
        return left.get() > 0 && failure.get() == null;
    }

    boolean isForgiving() {
        return forgiving;
    }

    long next() {
        return numbers.incrementAndGet();
    }

    /// Counts a question as over.
    void done() {
        if (left.decrementAndGet() <= weather.questions() / 2) {
            halfway.countDown();
        }
    }

    /// Ends the storm, since something happened that must not.
    void fail(Throwable error) {
        failure.compareAndSet(null, error);
        halfway.countDown();
    }

    Weather weather() {
        return weather;
    }

    Tally tally() {
        return tally;
    }

    SharedLog log() {
        return log;
    }

    @Override
    public void close() throws IOException {
        hubs.forEach(Hub::close);
        log.close();
    }
}
