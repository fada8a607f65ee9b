// SPDX-License-Identifier: Apache-2.0
package io.eventlet.applications;

import static org.assertj.core.api.Assertions.assertThat;

import applications.JettyApplication;
import applications.SpringBootApplication;
import applications.TomcatApplication;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.regex.Pattern;

/// Web applications that know nothing of hubs under `bin/eventlet run`: each is asked hundreds of
/// things at once, and answers none before all are there.
@Timeout(120)
class ApplicationsTest {
    private static final int COUNT = 300;
    private static final String AT_ONCE = String.valueOf(COUNT);
    private static final String THREADS = "500";

    /// A hub that was held by a call that waits, as the watchdog tells it.
    private static final Pattern HELD =
            Pattern.compile(
                    "has not turned for [^\n]*\n\tat [^\n]*"
                            + "\\.(read0|poll|accept|wait0|wait)\\(Native Method\\)");

    @TempDir private Path directory;

    private static void assertAnswers(RunningApplication application, String kind)
            throws Exception {
        var answers = new ArrayList<CompletableFuture<String>>();
        var expected = new ArrayList<String>();
        for (int i = 0; i < COUNT; i++) {
            answers.add(application.ask("meet/" + i));
            expected.add(i + " of " + COUNT + " " + kind);
        }

        var got = answers.stream().map(CompletableFuture::join).toList();

        assertThat(got).isEqualTo(expected);
    }

    private static List<String> platformThreads(RunningApplication application) {
        return application.ask("threads").join().lines().toList();
    }

    /// One of Tomcat's, by its name.
    private static boolean waitsForConnections(String name) {
        return name.endsWith("-Acceptor") || name.endsWith("-Poller");
    }

    @Test
    void jettyServesInGreenThreadsAloneItsAcceptorAndSelectorsToo() throws Exception {
        try (var jetty =
                RunningApplication.start(directory, JettyApplication.class, THREADS, AT_ONCE)) {
            assertAnswers(jetty, "green");

            assertThat(platformThreads(jetty)).noneMatch(name -> name.startsWith("qtp"));
            assertThat(jetty.end())
                    .contains("SOCKET: patched", "THREAD: patched", "EXECUTOR: patched")
                    .doesNotContainPattern(HELD);
        }
    }

    @Test
    void tomcatServesOnThreadsOfItsOwnClassButAcceptsAndSelectsOnTheHub() throws Exception {
        try (var tomcat =
                RunningApplication.start(directory, TomcatApplication.class, THREADS, AT_ONCE)) {
            assertAnswers(tomcat, "platform");

            assertThat(platformThreads(tomcat))
                    .anyMatch(name -> name.contains("-exec-"))
                    .noneMatch(ApplicationsTest::waitsForConnections);
            assertThat(tomcat.end())
                    .contains("org.apache.tomcat.util.threads.TaskThread: extends Thread")
                    .doesNotContainPattern(HELD);
        }
    }

    @Test
    void tomcatOfVirtualThreadsServesInGreenThreads() throws Exception {
        try (var tomcat =
                RunningApplication.start(
                        directory, TomcatApplication.class, THREADS, AT_ONCE, "virtual")) {
            assertAnswers(tomcat, "green");

            assertThat(platformThreads(tomcat)).noneMatch(name -> name.startsWith("http-nio"));
            assertThat(tomcat.end()).doesNotContainPattern(HELD);
        }
    }

    @Test
    void springBootServesOnThreadsOfTomcat() throws Exception {
        try (var spring = springBoot("--server.tomcat.threads.max=" + THREADS)) {
            assertAnswers(spring, "platform");

            assertThat(platformThreads(spring)).noneMatch(ApplicationsTest::waitsForConnections);
            assertThat(spring.end()).doesNotContainPattern(HELD);
        }
    }

    @Test
    void springBootOfVirtualThreadsServesInGreenThreads() throws Exception {
        try (var spring = springBoot("--spring.threads.virtual.enabled=true")) {
            assertAnswers(spring, "green");

            assertThat(platformThreads(spring)).noneMatch(name -> name.startsWith("http-nio"));
            assertThat(spring.end()).doesNotContainPattern(HELD);
        }
    }

    private RunningApplication springBoot(String setting) throws Exception {
        return RunningApplication.start(
                directory,
                SpringBootApplication.class,
                "--server.port=0",
                "--server.address=127.0.0.1",
                "--meeting.count=" + AT_ONCE,
                setting);
    }
}
