// SPDX-License-Identifier: Apache-2.0
package io.eventlet.dns;

import static io.eventlet.dns.Lookups.asking;
import static io.eventlet.dns.Lookups.green;
import static io.eventlet.dns.Lookups.texts;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.eventlet.Eventlet;
import io.eventlet.GreenThreadKilled;
import io.eventlet.TimeoutExpired;
import io.eventlet.errors.Cancelled;
import io.eventlet.testing.Simulation;
import io.eventlet.testing.junit.NoLeaks;
import io.eventlet.transport.NameService;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.TreeSet;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.FutureTask;
import java.util.stream.Stream;

/// Look-ups by `java.net.InetAddress`. Each test has names of its own, since the JDK remembers.
@Timeout(60)
@ExtendWith(NoLeaks.class)
class JvmLookupTest {
    private static final Duration SHORT = Duration.ofMillis(20);

    private final CountDownLatch gate = new CountDownLatch(1);
    private GreenResolver before;
    private TestServer server;

    @BeforeEach
    void startServer() throws IOException {
        server = TestServer.start();
        before = GreenResolver.ofJvm();
        asking(server).timeout(Duration.ofHours(1)).build().useForJvm();
    }

    @AfterEach
    void stopServer() throws IOException {
        before.useForJvm();
        server.close();
    }

    private void be(TestServer.Behaviour behaviour) {
        var _ = server.that(behaviour);
    }

    private void be() {
        be((zone, query) -> query.reply(zone.answer(query)));
    }

    private void add(String host) {
        var _ = server.with(host + ". 60 IN A 192.0.2.1");
    }

    private void answerWhenTheGateOpens() {
        be((zone, query) -> {
            try {
                gate.await();
            } catch (InterruptedException e) {
                throw new IOException(e);
            }
            query.reply(zone.answer(query));
        });
    }

    @Test
    void inetAddressAsksOurServers() throws Exception {
        add("asks.example.org");

        var found = green(() -> InetAddress.getAllByName("asks.example.org"));

        assertThat(texts(List.of(found))).containsExactly("192.0.2.1");
    }

    @Test
    void inetAddressIsToldThatThereIsNoSuchHost() {
        assertThatThrownBy(() -> green(() -> InetAddress.getAllByName("nosuch.example.org")))
                .isInstanceOf(UnknownHostException.class)
                .hasMessage("nosuch.example.org: there is no such host");
    }

    @Test
    void inetAddressFindsTheNameOfAnAddress() throws Exception {
        var _ = server.with("77.2.0.192.in-addr.arpa. 60 IN PTR back.example.org.");
        var _ = server.with("back.example.org. 60 IN A 192.0.2.77");
        var address = InetAddress.getByAddress(new byte[] {(byte) 192, 0, 2, 77});

        assertThat(green(address::getCanonicalHostName)).isEqualTo("back.example.org");
    }

    @Test
    void aTimeoutEndsInetAddress() {
        be((_, _) -> {});

        assertThatThrownBy(() ->
                        green(() ->
                                io.eventlet.Timeout.call(
                                        SHORT, () -> InetAddress.getAllByName("slow.example.org"))))
                .isInstanceOf(TimeoutExpired.class);
    }

    /// Eventlet issue 560: a datagram to a host by its name blocked everybody.
    @Test
    @SuppressWarnings("AddressSelection") // one is enough
    void othersRunWhileADatagramIsAddressed() throws Exception {
        add("datagram.example.org");
        answerWhenTheGateOpens();
        var addressing =
                Eventlet.spawn(() -> new InetSocketAddress("datagram.example.org", 9).getAddress());
        server.awaitAsked(1);

        var sum = green(() -> 1 + 1); // on the same hub
        gate.countDown();

        assertThat(sum).isEqualTo(2);
        assertThat(addressing.await().getHostAddress()).isEqualTo("192.0.2.1");
    }

    @Test
    void aKillEndsInetAddress() throws Exception {
        be((_, _) -> {});
        var looking = Eventlet.spawn(() -> InetAddress.getAllByName("killed.example.org"));
        server.awaitAsked(2);

        looking.kill();

        assertThatThrownBy(looking::await).hasCauseInstanceOf(GreenThreadKilled.class);
    }

    @Test
    void inetAddressDoesNotTakeATimeoutForAnAnswer() throws Exception {
        be((_, _) -> {});
        add("again.example.org");
        assertThatThrownBy(() ->
                        green(() ->
                                io.eventlet.Timeout.call(
                                        SHORT,
                                        () -> InetAddress.getAllByName("again.example.org"))))
                .isInstanceOf(TimeoutExpired.class);
        be();

        assertThat(green(() -> InetAddress.getAllByName("again.example.org"))).hasSize(1);
    }

    @Test
    void inetAddressDoesNotTakeTheExceptionOfATimeoutForAnAnswer() throws Exception {
        be((_, _) -> {});
        add("own.example.org");
        var own = new IllegalStateException("too late");

        assertThatThrownBy(() ->
                        green(() -> {
                            try (var _ = io.eventlet.Timeout.after(SHORT, () -> own)) {
                                return InetAddress.getAllByName("own.example.org");
                            }
                        }))
                .isInstanceOf(Cancelled.class)
                .hasCause(own);
        be();

        assertThat(green(() -> InetAddress.getAllByName("own.example.org"))).hasSize(1);
    }

    @Test
    void platformThreadsAskTheSameServers() throws Exception {
        add("platform.example.org");

        assertThat(texts(List.of(InetAddress.getAllByName("platform.example.org"))))
                .containsExactly("192.0.2.1");
    }

    /// As with the JDK's own resolver.
    @Test
    void anInterruptOfAPlatformThreadDoesNotEndItsLookup() throws Exception {
        add("interrupted.example.org");
        Thread.currentThread().interrupt();

        var found = InetAddress.getAllByName("interrupted.example.org");

        assertThat(Thread.interrupted()).isTrue();
        assertThat(found).hasSize(1);
    }

    @Test
    void anInterruptOfAVirtualThreadDoesNotEndItsLookup() throws Exception {
        add("virtual.example.org");
        answerWhenTheGateOpens();
        var task =
                new FutureTask<>(() -> {
                    var found = InetAddress.getAllByName("virtual.example.org");
                    return Thread.currentThread().isInterrupted() ? found.length : -1;
                });
        var looking = Thread.ofVirtual().start(task);
        server.awaitAsked(1);

        looking.interrupt();
        gate.countDown();

        assertThat(task.get()).isEqualTo(1);
    }

    @Test
    void aTimeoutEndsALookupOfAPlatformThread() {
        be((_, _) -> {});
        asking(server).timeout(SHORT).attempts(1000).build().useForJvm();

        assertThatThrownBy(() ->
                        io.eventlet.Timeout.call(
                                SHORT, () -> InetAddress.getAllByName("slow2.example.org")))
                .isInstanceOf(TimeoutExpired.class);
    }

    @Test
    void theNameOfThisHostIsKnown() throws Exception {
        assertThat(green(InetAddress::getLocalHost)).isNotNull();
    }

    /// Eventlet issues 589, names that only the system knows, and 390: it must be possible to ask
    /// it.
    @Test
    void theSystemCanBeAskedOnPlatformThreads() throws Exception {
        GreenResolver.ofSystem().useForJvm();

        var found = green(() -> GreenResolver.ofJvm().lookup("localhost"));

        assertThat(found).allMatch(InetAddress::isLoopbackAddress).isNotEmpty();
        assertThat(GreenResolver.ofJvm()).isSameAs(GreenResolver.ofSystem());
        assertThat(server.asked()).isEmpty();
    }

    /// Eventlet issue 387: what the hosts file says was not heeded.
    @Test
    void namesInTheHostsFileAreWhatTheSystemSays() throws Exception {
        var green = GreenResolver.builder().build();
        var system = GreenResolver.ofSystem();

        for (String name : namesIn(Path.of("/etc/hosts"))) {
            assertThat(new TreeSet<>(texts(green(() -> green.lookup(name)))))
                    .as(name)
                    .isEqualTo(new TreeSet<>(texts(green(() -> system.lookup(name)))));
        }
    }

    private static List<String> namesIn(Path hosts) throws IOException {
        try (var lines = Files.lines(hosts)) {
            return lines.map(line -> line.replaceAll("#.*", "").strip())
                    .flatMap(line -> Stream.of(line.split("\\s+", -1)).skip(1))
                    .toList();
        }
    }

    @Test
    @Tag("hub-only")
    void onASimulatedHubTheJdkIsAsked() throws Exception {
        Simulation.inOrder()
                .run(() -> assertThat(GreenResolver.ofJvm().lookup("localhost")).isNotEmpty());
    }

    private static void awaitOpen(CountDownLatch gate) {
        try {
            gate.await();
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    @Test
    @Tag("hub-only")
    void aSimulationDoesNotWaitForALookupOutside() throws Exception {
        var jdk = Objects.requireNonNull(JvmNameService.ofJdk());
        var begun = new CountDownLatch(1);
        var outside =
                Thread.startVirtualThread(() -> {
                    try {
                        jdk.lookups.call(
                                HostKey.of("localhost", Families.ofJvm()),
                                () -> {
                                    begun.countDown();
                                    awaitOpen(gate);
                                    return List.of();
                                });
                    } catch (Exception e) {
                        throw new IllegalStateException(e);
                    }
                });
        begun.await();

        Simulation.inOrder()
                .run(() -> assertThat(GreenResolver.ofJvm().lookup("localhost")).isNotEmpty());

        gate.countDown();
        outside.join();
    }

    @Test
    void whatItIsCanBeAskedByOtherModules() throws Exception {
        add("service.example.org");
        var service = Objects.requireNonNull(NameService.inUse());

        assertThat(texts(green(() -> service.addresses("service.example.org"))))
                .containsExactly("192.0.2.1");
        assertThat(service.isGreen()).isTrue();
    }

    @Test
    void theJdksOwnResolverCanBeUsedAgain() throws Exception {
        var service = Objects.requireNonNull(NameService.inUse());

        service.makeGreen(false);
        assertThatThrownBy(() -> InetAddress.getAllByName("x.jdk.invalid"))
                .isInstanceOf(UnknownHostException.class);
        service.makeGreen(true);

        assertThat(server.asked()).isEmpty();
    }
}
