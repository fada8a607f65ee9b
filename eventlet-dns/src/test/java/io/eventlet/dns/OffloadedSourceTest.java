// SPDX-License-Identifier: Apache-2.0
package io.eventlet.dns;

import static io.eventlet.dns.Lookups.green;
import static io.eventlet.dns.Lookups.texts;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.eventlet.Eventlet;
import io.eventlet.GreenThread;
import io.eventlet.testing.junit.NoLeaks;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.net.spi.InetAddressResolver;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Semaphore;
import java.util.stream.Stream;

/// The system's resolver on platform threads, when nobody waits for what it does any more.
@Timeout(60)
@ExtendWith(NoLeaks.class)
class OffloadedSourceTest {
    private final SlowSystem system = new SlowSystem();
    private final GreenResolver resolver =
            new GreenResolver(new OffloadedSource(new JdkSource(system), 1));

    /// Answers one question for each permit.
    private static final class SlowSystem implements InetAddressResolver {
        final List<String> asked = new CopyOnWriteArrayList<>();
        final Semaphore arrived = new Semaphore(0);
        final Semaphore permits = new Semaphore(0);

        @Override
        public Stream<InetAddress> lookupByName(String host, LookupPolicy policy)
                throws UnknownHostException {
            ask(host);
            if (host.startsWith("no.")) {
                throw new UnknownHostException(host);
            }
            return Stream.of(InetAddress.ofLiteral("192.0.2.1"));
        }

        @Override
        public String lookupByAddress(byte[] address) {
            ask("an address");
            return "www.example.org";
        }

        private void ask(String what) {
            asked.add(what);
            arrived.release();
            permits.acquireUninterruptibly();
        }
    }

    private void giveUp(String host) throws Exception {
        var looking = Eventlet.spawn(() -> resolver.lookup(host));
        system.arrived.acquire();
        looking.kill();
        assertThatThrownBy(looking::await).isInstanceOf(Exception.class);
    }

    private static void awaitWaiting(GreenThread<?> looking) {
        while (looking.thread().getState() != Thread.State.WAITING) {
            Thread.yield();
        }
    }

    @Test
    void anEqualLookupWaitsForOneThatWasGivenUp() throws Exception {
        giveUp("www.example.org");
        var again = Eventlet.spawn(() -> resolver.lookup("WWW.example.org"));

        awaitWaiting(again);
        system.permits.release();

        assertThat(texts(again.await())).containsExactly("192.0.2.1");
        assertThat(system.asked).hasSize(1);
    }

    @Test
    void anEqualLookupIsToldThatThereIsNoSuchHost() throws Exception {
        giveUp("no.example.org");
        var again = Eventlet.spawn(() -> resolver.lookup("no.example.org"));

        awaitWaiting(again);
        system.permits.release();

        assertThatThrownBy(again::await).hasCauseInstanceOf(UnknownHostException.class);
        assertThat(system.asked).hasSize(1);
    }

    @Test
    void anEqualReverseLookupWaitsForOneThatWasGivenUp() throws Exception {
        var address = InetAddress.ofLiteral("192.0.2.1");
        var first = Eventlet.spawn(() -> resolver.nameOf(address));
        system.arrived.acquire();
        first.kill();
        first.join();
        var again = Eventlet.spawn(() -> resolver.nameOf(address));

        awaitWaiting(again);
        system.permits.release();

        assertThat(again.await()).isEqualTo("www.example.org");
        assertThat(system.asked).hasSize(1);
    }

    @Test
    void whatHasNoThreadYetIsNotLookedUpWhenItIsGivenUp() throws Exception {
        var first = Eventlet.spawn(() -> resolver.lookup("www.example.org"));
        system.arrived.acquire();
        var second = Eventlet.spawn(() -> resolver.lookup("two.example.org"));
        awaitWaiting(second);

        second.kill();
        second.join();
        system.permits.release();

        assertThat(texts(first.await())).containsExactly("192.0.2.1");
        assertThat(system.asked).containsExactly("www.example.org");
    }

    @Test
    void afterItsEndANameIsLookedUpAgain() throws Exception {
        system.permits.release(2);

        green(() -> resolver.lookup("www.example.org"));
        green(() -> resolver.lookup("www.example.org"));

        assertThat(system.asked).hasSize(2);
    }
}
