// SPDX-License-Identifier: Apache-2.0
package io.eventlet.patch.library;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.assertj.core.api.Assertions.catchThrowable;

import io.eventlet.Event;
import io.eventlet.Eventlet;
import io.eventlet.hub.Hub;

import legacy.Peer;
import legacy.Workers;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ServiceLoader;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.function.Function;
import java.util.jar.Attributes;
import java.util.jar.JarEntry;
import java.util.jar.JarOutputStream;
import java.util.jar.Manifest;

/// From Eventlet's patcher_test.py: import_patched.
@Timeout(60)
@SuppressWarnings("unchecked") // of functions of a copy
class PatchedLibraryTest {
    private static final String WORKERS = "legacy.Workers";

    private final PatchedLibrary library = PatchedLibrary.of(WORKERS).open();
    private final Function<String, String> workers = library.create(WORKERS, Function.class);

    /// A fake.
    public static final class FakePeer {
        @Override
        public String toString() {
            return "the fake";
        }
    }

    @AfterEach
    void close() {
        library.close();
    }

    // ---- threads

    @ParameterizedTest
    @ValueSource(
            strings = {
                "new Thread",
                "named Thread",
                "Thread::new",
                "grouped Thread",
                "nested Thread",
                "virtual Thread",
                "cached",
                "fixed",
                "single",
                "scheduled",
                "single scheduled",
                "per task",
                "factory",
                "pool",
                "own pool",
                "scheduled pool",
                "reference",
                "pool reference",
                "handled pool reference",
                "scheduled reference",
                "supplyAsync reference",
                "supplyAsync",
                "thenApplyAsync",
                "joined",
                "stage"
            })
    void threadsOfACopyAreGreen(String way) {
        assertThat(workers.apply(way)).isEqualTo("green");
    }

    @ParameterizedTest
    @ValueSource(strings = {"new Thread", "fixed", "supplyAsync"})
    void threadsOfTheProgramStayWhatTheyAre(String way) {
        assertThat(new Workers().apply(way)).isEqualTo("platform");
    }

    @Test
    @Tag("hub-only") // where tasks are counted
    void threadsAreOnTheHubOfWhoMakesThem() {
        try (var hub = Hub.start("library")) {
            var before = hub.statistics().tasks();

            var kind = Eventlet.spawnOn(hub, () -> workers.apply("fixed")).await();

            assertThat(kind).isEqualTo("green");
            assertThat(hub.statistics().tasks()).isGreaterThan(before + 1);
        }
    }

    @Test
    void threadsAreOnTheMainHubOnceThatOfTheirMakerIsClosed() throws Exception {
        var begun = new CountDownLatch(1);
        var kind = new CompletableFuture<String>();
        var hub = Hub.start("library");
        Eventlet.spawnOn(
                hub,
                () -> {
                    begun.countDown();
                    try {
                        new Event<Void>().await();
                    } finally {
                        kind.complete(workers.apply("fixed"));
                    }
                });
        begun.await();

        hub.close();

        assertThat(kind.get()).isEqualTo("green");
    }

    @Test
    void stageWithAnExecutorOfItsOwnKeepsThat() {
        assertThat(workers.apply("own default")).isEqualTo("platform");
    }

    @Test
    void classesOfACopyAreNotThoseOfTheProgramOnceItIsClosed() {
        library.close();

        assertThatIllegalArgumentException().isThrownBy(() -> library.load("legacy.Unused"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"own Thread", "work stealing", "timer", "stage reference"})
    void whatCannotBeGreenWorksAsBefore(String way) {
        assertThat(workers.apply(way)).isEqualTo("platform");
    }

    @Test
    void errorOfAThreadGoesToItsHandler() throws Exception {
        var seen = new CompletableFuture<String>();
        var thread =
                newThreadOfACopy(() -> {
                    throw new IllegalStateException("lost");
                });
        thread.setUncaughtExceptionHandler((by, e) -> seen.complete(by.getName() + e.getMessage()));

        thread.start();

        assertThat(seen.get()).isEqualTo(thread.getName() + "lost");
    }

    /// A group that sees errors.
    private static final class Seeing extends ThreadGroup {
        final CompletableFuture<String> seen = new CompletableFuture<>();

        Seeing() {
            super("seeing");
        }

        @Override
        public void uncaughtException(Thread thread, Throwable e) {
            seen.complete(thread.getName() + ": " + e.getMessage());
        }
    }

    private static void fail() {
        throw new IllegalStateException("lost");
    }

    private Thread newThreadOfACopy(ThreadGroup group, Runnable body)
            throws ReflectiveOperationException {
        var maker =
                library.load("legacy.Makers")
                        .getMethod("threadIn", ThreadGroup.class, Runnable.class);
        return (Thread) maker.invoke(null, group, body);
    }

    @Test
    void errorOfAThreadGoesToItsGroup() throws Exception {
        var group = new Seeing();
        var thread = newThreadOfACopy(group, PatchedLibraryTest::fail);

        thread.start();

        assertThat(group.seen.get()).isEqualTo(thread.getName() + ": lost");
    }

    @Test
    void errorOfAThreadGoesToAGroupAboveItsOwn() throws Exception {
        var group = new Seeing();
        var thread = newThreadOfACopy(new ThreadGroup(group, "inner"), PatchedLibraryTest::fail);

        thread.start();

        assertThat(group.seen.get()).isEqualTo(thread.getName() + ": lost");
    }

    @Test
    void threadsAreInTheGroupOfTheirMaker() throws Exception {
        var group = new Seeing();
        var maker =
                newThreadOfACopy(
                        group,
                        () -> {
                            try {
                                newThreadOfACopy(PatchedLibraryTest::fail).start();
                            } catch (ReflectiveOperationException e) {
                                throw new IllegalStateException(e);
                            }
                        });

        maker.start();

        assertThat(group.seen.get()).endsWith(": lost");
    }

    @Test
    void threadsOfAPoolAreInTheGroupOfItsMaker() throws Exception {
        var group = new Seeing();
        var pools = library.load("legacy.Makers").getMethod("pool");
        var maker =
                newThreadOfACopy(
                        group,
                        () -> {
                            try {
                                var pool = (ExecutorService) pools.invoke(null);
                                pool.execute(PatchedLibraryTest::fail);
                                pool.shutdown();
                            } catch (ReflectiveOperationException e) {
                                throw new IllegalStateException(e);
                            }
                        });

        maker.start();

        assertThat(group.seen.get()).matches("pool-\\d+-thread-1: lost");
    }

    @Test
    void aHandlerOfAThreadComesBeforeItsGroup() throws Exception {
        var group = new Seeing();
        var seen = new CompletableFuture<String>();
        var thread = newThreadOfACopy(group, PatchedLibraryTest::fail);
        thread.setUncaughtExceptionHandler((_, e) -> seen.complete(e.getMessage()));

        thread.start();

        assertThat(seen.get()).isEqualTo("lost");
        assertThat(group.seen).isNotDone();
    }

    @Test
    void errorOfAThreadGoesToTheDefaultHandlerIfItHasNoOther() throws Exception {
        var before = Thread.getDefaultUncaughtExceptionHandler();
        var seen = new CompletableFuture<String>();
        Thread.setDefaultUncaughtExceptionHandler((_, e) -> seen.complete(e.getMessage()));
        try {
            newThreadOfACopy(PatchedLibraryTest::fail).start();

            assertThat(seen.get()).isEqualTo("lost");
        } finally {
            Thread.setDefaultUncaughtExceptionHandler(before);
        }
    }

    @Test
    @Tag("hub-only")
    void threadThatHasSetAHandlerIsStillOnItsHub() throws Exception {
        var seen = new CompletableFuture<String>();
        var hub = new CompletableFuture<Hub>();
        var maker =
                library.load("legacy.Makers")
                        .getMethod(
                                "handled", Thread.UncaughtExceptionHandler.class, Runnable.class);
        Thread.UncaughtExceptionHandler handler = (_, e) -> seen.complete(e.getMessage());
        Runnable body =
                () -> {
                    hub.complete(Hub.current());
                    fail();
                };

        try (var other = Hub.start("library")) {
            var thread =
                    (Thread)
                            Eventlet.spawnOn(other, () -> maker.invoke(null, handler, body))
                                    .await();
            thread.start();

            assertThat(seen.get()).isEqualTo("lost");
            assertThat(hub.get()).isSameAs(other);
        }
    }

    private Thread newThreadOfACopy(Runnable body) throws ReflectiveOperationException {
        var makers = library.load("legacy.Makers").getMethod("thread", Runnable.class);
        return (Thread) makers.invoke(null, body);
    }

    @Test
    void threadsHaveTheNamesOfTheJdk() throws Exception {
        assertThat(newThreadOfACopy(() -> {}).getName()).matches("Thread-\\d+");
    }

    // ---- the report

    @Test
    void reportNamesWhatWasChanged() {
        var ignored = workers.apply("here");

        assertThat(library.report().changed().get(WORKERS))
                .contains("new Thread", "Executors.newFixedThreadPool", "Thread.setDaemon");
        assertThat(library.report().failed()).isEmpty();
    }

    @Test
    void reportNamesWhatWasLeftAndWhy() {
        var ignored = workers.apply("own Thread");

        assertThat(library.report().left())
                .containsEntry(
                        WORKERS + "$OwnThread",
                        java.util.List.of("extends Thread: it is a thread of a class of its own"));
        assertThat(library.report().left().get(WORKERS))
                .contains(
                        "new Timer: its thread is green with the agent only, and if it is a"
                                + " daemon",
                        "CompletableFuture::thenApplyAsync: as a reference it runs its step in the"
                                + " JDK's common pool");
    }

    @Test
    void reportSaysWhyATimerThatIsNoDaemonStays() {
        var ignored = library.load("legacy.Makers");

        assertThat(library.report().left().get("legacy.Makers"))
                .containsExactly(
                        "new Timer: its thread is no daemon, so it keeps the JVM alive, which no"
                                + " green thread does");
    }

    // ---- classes

    @Test
    void copyHasAStateOfItsOwn() throws Exception {
        int before = Workers.CALLS.get();

        var ignored = workers.apply("here");

        assertThat(Workers.CALLS).hasValue(before);
        assertThat(library.load(WORKERS).getField("CALLS").get(null)).hasToString("1");
    }

    @Test
    void otherClassesAreThoseOfTheProgram() {
        assertThat(library.load("org.assertj.core.api.Assertions"))
                .isSameAs(org.assertj.core.api.Assertions.class);
        assertThat(library.load("java.lang.Thread")).isSameAs(Thread.class);
        assertThat(library.load("legacy.Peer")).isNotSameAs(Peer.class);
    }

    @Test
    void injectedClassStandsForAnother() {
        try (var faked = PatchedLibrary.of(WORKERS).inject("legacy.Peer", FakePeer.class).open()) {
            Function<String, String> users = faked.create(WORKERS, Function.class);

            assertThat(users.apply("peer")).isEqualTo("the fake");
        }
        assertThat(workers.apply("peer")).isEqualTo("the real one");
    }

    @Test
    void servicesOfTheCopyComeFirst() {
        var services = ServiceLoader.load(Function.class, library.loader());

        assertThat(services).singleElement().isInstanceOf(library.load(WORKERS));
    }

    @Test
    void resourcesAreFoundOnce() throws IOException {
        var name = "META-INF/services/java.util.function.Function";

        assertThat(library.loader().getResources(name).asIterator()).toIterable().hasSize(1);
        assertThat(library.loader().getResource(name)).isNotNull();
    }

    @Test
    void stackTracesNameFileAndLine() {
        var error = catchThrowable(() -> workers.apply("nonsense"));

        assertThat(error.getStackTrace()[0].getFileName()).isEqualTo("Workers.java");
        assertThat(error.getStackTrace()[0].getLineNumber()).isPositive();
    }

    @Test
    void packageOfAJarHasWhatItsManifestSays(@TempDir Path directory) throws Exception {
        var jar = directory.resolve("legacy library.jar");
        var manifest = new Manifest();
        manifest.getMainAttributes().put(Attributes.Name.MANIFEST_VERSION, "1.0");
        manifest.getMainAttributes().put(Attributes.Name.IMPLEMENTATION_VERSION, "7.5");
        try (var out = new JarOutputStream(Files.newOutputStream(jar), manifest);
                var in = Peer.class.getResourceAsStream("Peer.class")) {
            out.putNextEntry(new JarEntry("legacy/Peer.class"));
            out.write(java.util.Objects.requireNonNull(in).readAllBytes());
        }

        try (var copy = PatchedLibrary.of(jar).open()) {
            var peer = copy.load("legacy.Peer");

            assertThat(peer.getPackage().getImplementationVersion()).isEqualTo("7.5");
            assertThat(peer.getProtectionDomain().getCodeSource().getLocation())
                    .isEqualTo(jar.toUri().toURL());
            assertThat(copy.load(WORKERS)).isSameAs(Workers.class);
        }
    }

    // ---- mistakes

    @Test
    void classThatIsNowhereIsAnError() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> PatchedLibrary.of("no.such.Thing"))
                .withMessage("no class no.such.Thing on the class path");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> library.load("no.such.Thing"))
                .withMessageContaining("no class no.such.Thing in green copy of");
    }

    @Test
    void classOfTheJdkCannotBeCopied() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> PatchedLibrary.of("java.util.Timer"))
                .withMessageContaining("is in no jar and no directory: jrt:/");
    }

    @Test
    void placeThatIsNotThereIsAnError(@TempDir Path directory) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> PatchedLibrary.of(directory.resolve("no.jar")))
                .withMessageContaining("no jar and no directory of classes: ");
    }

    @Test
    void classWithoutThatConstructorIsAnError() {
        assertThatIllegalStateException()
                .isThrownBy(() -> library.create("legacy.Makers", Object.class))
                .withMessageContaining("no public constructor without arguments");
    }
}
