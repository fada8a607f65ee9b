// SPDX-License-Identifier: Apache-2.0
package io.eventlet.dns;

import static io.eventlet.dns.Lookups.asking;
import static io.eventlet.dns.Lookups.green;
import static io.eventlet.dns.Lookups.texts;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.eventlet.Eventlet;
import io.eventlet.GreenThread;
import io.eventlet.GreenThreadKilled;
import io.eventlet.TaskFailed;
import io.eventlet.TimeoutExpired;
import io.eventlet.testing.junit.NoLeaks;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;

import java.io.IOException;
import java.net.InetAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.FutureTask;

/// Look-ups that are ended before there is an answer, and look-ups at the same time.
@Timeout(60)
@ExtendWith(NoLeaks.class)
class CancelledLookupTest {
    private static final String NAME = "www.example.org";
    private static final Duration LONG = Duration.ofHours(1);
    private static final Duration SHORT = Duration.ofMillis(20);

    private final CountDownLatch gate = new CountDownLatch(1);
    private TestServer server;
    private GreenResolver resolver;

    @BeforeEach
    void startSilentServer() throws IOException {
        server =
                TestServer.start()
                        .with("www.example.org. 60 IN A 192.0.2.1")
                        .with("two.example.org. 60 IN A 192.0.2.2")
                        .that((_, _) -> {});
        resolver = asking(server).timeout(LONG).build();
    }

    @AfterEach
    void stopServer() throws IOException {
        server.close();
    }

    private void answerFromNowOn() {
        server.that((zone, query) -> query.reply(zone.answer(query)));
    }

    private void answerWhenTheGateOpens() {
        server.that((zone, query) -> {
            try {
                gate.await();
            } catch (InterruptedException e) {
                throw new IOException(e);
            }
            query.reply(zone.answer(query));
        });
    }

    @Test
    void aTimeoutEndsALookup() {
        assertThatThrownBy(() ->
                        green(() -> io.eventlet.Timeout.call(SHORT, () -> resolver.lookup(NAME))))
                .isInstanceOf(TimeoutExpired.class);
    }

    @Test
    void aTimeoutEndsAReverseLookup() {
        var address = InetAddress.ofLiteral("192.0.2.1");

        assertThatThrownBy(() ->
                        green(() ->
                                io.eventlet.Timeout.call(SHORT, () -> resolver.nameOf(address))))
                .isInstanceOf(TimeoutExpired.class);
    }

    @Test
    void aKillEndsALookup() throws Exception {
        var looking = Eventlet.spawn(() -> resolver.lookup(NAME));
        server.awaitAsked(2);

        looking.kill();

        assertThatThrownBy(looking::await).hasCauseInstanceOf(GreenThreadKilled.class);
    }

    @Test
    void aLookupCanBeMadeAgainAfterItWasEnded() throws Exception {
        assertThatThrownBy(() ->
                        green(() -> io.eventlet.Timeout.call(SHORT, () -> resolver.lookup(NAME))))
                .isInstanceOf(TimeoutExpired.class);
        answerFromNowOn();

        assertThat(texts(green(() -> resolver.lookup(NAME)))).containsExactly("192.0.2.1");
    }

    @Test
    void equalLookupsAreMadeOnce() throws Exception {
        answerWhenTheGateOpens();
        var all = new ArrayList<GreenThread<List<InetAddress>>>();
        for (int i = 0; i < 20; i++) {
            all.add(Eventlet.spawn(() -> resolver.lookup(NAME)));
        }
        server.awaitAsked(1);
        green(() -> {
            Eventlet.sleep(Duration.ZERO); // all others are in the look-up
            return 1;
        });

        gate.countDown();

        for (var one : all) {
            assertThat(texts(one.await())).containsExactly("192.0.2.1");
        }
        assertThat(server.asked()).hasSize(2);
    }

    @Test
    void whoHasJoinedALookupCanBeEnded() throws Exception {
        var first = Eventlet.spawn(() -> resolver.lookup(NAME));
        server.awaitAsked(2);

        assertThatThrownBy(() ->
                        green(() -> io.eventlet.Timeout.call(SHORT, () -> resolver.lookup(NAME))))
                .isInstanceOf(TimeoutExpired.class);
        first.kill();
        assertThatThrownBy(first::await).hasCauseInstanceOf(GreenThreadKilled.class);
    }

    @Test
    void anotherLooksUpWhenTheFirstIsEnded() throws Exception {
        var first = Eventlet.spawn(() -> resolver.lookup(NAME));
        server.awaitAsked(2);
        var second = Eventlet.spawn(() -> resolver.lookup(NAME));
        green(() -> {
            Eventlet.sleep(Duration.ZERO);
            return 1;
        });
        answerFromNowOn();

        first.kill();

        assertThat(texts(second.await())).containsExactly("192.0.2.1");
    }

    @Test
    void whatIsKnownDoesNotWaitForOthersThatAskServers() throws Exception {
        var limited = asking(server).timeout(LONG).maxLookups(1).build();
        server.that((zone, query) -> query.reply(zone.answer(query)));
        var known = limited.lookup(NAME);
        server.that((_, _) -> {});
        var dead = Eventlet.spawn(() -> limited.lookup("two.example.org"));
        while (!server.asked().toString().contains("two")) {
            Eventlet.yield();
        }

        var again = limited.lookup(NAME);

        assertThat(again).isEqualTo(known);
        dead.kill();
    }

    @Test
    void aFailureIsThrownToAllWhoHaveJoined() throws Exception {
        answerWhenTheGateOpens();
        var first = Eventlet.spawn(() -> resolver.lookup("no.example.org"));
        var second = Eventlet.spawn(() -> resolver.lookup("no.example.org"));
        server.awaitAsked(1);
        gate.countDown();

        assertThatThrownBy(first::await)
                .isInstanceOf(TaskFailed.class)
                .hasRootCauseMessage("no.example.org: there is no such host");
        assertThatThrownBy(second::await)
                .isInstanceOf(TaskFailed.class)
                .hasRootCauseMessage("no.example.org: there is no such host");
    }

    @Test
    void noMoreThanTheLimitAskServersAtOnce() throws Exception {
        answerWhenTheGateOpens();
        var limited = asking(server).timeout(LONG).maxLookups(1).build();
        var one = Eventlet.spawn(() -> limited.lookup(NAME));
        server.awaitAsked(1);
        var two = Eventlet.spawn(() -> limited.lookup("two.example.org"));
        green(() -> {
            Eventlet.sleep(Duration.ZERO);
            return 1;
        });
        var askedMeanwhile = List.copyOf(server.asked());

        gate.countDown();

        assertThat(askedMeanwhile).noneMatch(line -> line.startsWith("two"));
        assertThat(texts(one.await())).containsExactly("192.0.2.1");
        assertThat(texts(two.await())).containsExactly("192.0.2.2");
    }

    @Test
    void whoWaitsForItsTurnToAskCanBeEnded() throws Exception {
        var limited = asking(server).timeout(LONG).maxLookups(1).build();
        var first = Eventlet.spawn(() -> limited.lookup(NAME));
        server.awaitAsked(2);

        assertThatThrownBy(() ->
                        green(() ->
                                io.eventlet.Timeout.call(
                                        SHORT, () -> limited.lookup("two.example.org"))))
                .isInstanceOf(TimeoutExpired.class);
        first.kill();
        assertThatThrownBy(first::await).hasCauseInstanceOf(GreenThreadKilled.class);
    }

    @Test
    void othersRunWhileANameIsLookedUp() throws Exception {
        answerWhenTheGateOpens();
        var looking = Eventlet.spawn(() -> resolver.lookup(NAME));
        server.awaitAsked(1);

        var sum = green(() -> 1 + 1); // on the same hub
        gate.countDown();

        assertThat(sum).isEqualTo(2);
        assertThat(looking.await()).hasSize(1);
    }

    @Test
    void aThousandNamesAreLookedUpAtOnce() throws Exception {
        answerWhenTheGateOpens();
        // a busy machine may lose packets even on its loopback interface
        var patience = Duration.ofSeconds(2);
        var many = asking(server).timeout(patience).attempts(5).maxLookups(50).build();
        var all = new ArrayList<GreenThread<List<InetAddress>>>();
        for (int i = 0; i < 1000; i++) {
            String name = "host" + i + ".example.org";
            server.with(name + ". 60 IN A 192.0.2.1");
            all.add(Eventlet.spawn(() -> many.lookup(name)));
        }
        server.awaitAsked(1);

        gate.countDown();

        for (var one : all) {
            assertThat(one.await()).hasSize(1);
        }
    }

    @Test
    void platformThreadsLookUpToo() throws Exception {
        answerFromNowOn();
        var task = new FutureTask<>(() -> resolver.lookup(NAME));
        Thread.ofPlatform().start(task);

        assertThat(texts(task.get())).containsExactly("192.0.2.1");
    }

    @Test
    void virtualThreadsLookUpToo() throws Exception {
        answerFromNowOn();
        var task = new FutureTask<>(() -> resolver.lookup(NAME));
        Thread.ofVirtual().start(task);

        assertThat(texts(task.get())).containsExactly("192.0.2.1");
    }

    @Test
    void aPlatformThreadJoinsTheLookupOfAGreenOne() throws Exception {
        answerWhenTheGateOpens();
        var first = Eventlet.spawn(() -> resolver.lookup(NAME));
        server.awaitAsked(1);
        var task = new FutureTask<>(() -> resolver.lookup(NAME));
        var platform = Thread.ofPlatform().start(task);
        while (platform.getState() != Thread.State.WAITING) {
            Thread.onSpinWait();
        }
        gate.countDown();

        assertThat(texts(task.get())).containsExactly("192.0.2.1");
        assertThat(texts(first.await())).containsExactly("192.0.2.1");
        assertThat(server.asked()).hasSize(2);
    }
}
