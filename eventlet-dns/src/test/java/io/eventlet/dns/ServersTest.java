// SPDX-License-Identifier: Apache-2.0
package io.eventlet.dns;

import static io.eventlet.dns.Lookups.asking;
import static io.eventlet.dns.Lookups.green;
import static io.eventlet.dns.Lookups.texts;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.eventlet.testing.junit.NoLeaks;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.xbill.DNS.Flags;
import org.xbill.DNS.Message;
import org.xbill.DNS.Name;
import org.xbill.DNS.Rcode;
import org.xbill.DNS.Record;
import org.xbill.DNS.Section;

import java.io.IOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/// Servers that do not answer, or not as they should.
@Timeout(60)
@ExtendWith(NoLeaks.class)
class ServersTest {
    private static final Duration SHORT = Duration.ofMillis(100);
    private static final Duration A_WHILE = Duration.ofSeconds(1); // enough for an answer
    private static final String NAME = "www.example.org";

    private TestServer server;
    private TestServer other;

    @BeforeEach
    void startServers() throws IOException {
        server = TestServer.start().with("www.example.org. 60 IN A 192.0.2.1");
        other = TestServer.start().with("www.example.org. 60 IN A 192.0.2.2");
    }

    @AfterEach
    void stopServers() throws IOException {
        server.close();
        other.close();
    }

    private static TestServer silent(TestServer any) {
        return any.that((_, _) -> {});
    }

    /// Eventlet issue 596: only the first server was asked.
    @Test
    void asksTheNextServerWhenOneDoesNotAnswer() throws Exception {
        silent(server);
        var resolver = asking(server, other).timeout(SHORT).attempts(5).build();

        assertThat(texts(green(() -> resolver.lookup(NAME)))).containsExactly("192.0.2.2");
        assertThat(server.asked()).isNotEmpty();
    }

    @Test
    void asksTheNextServerAtOnceWhenNobodyIsThere() throws Exception {
        try (var nobody = new DatagramSocket(new InetSocketAddress(TestServer.LOOPBACK, 0))) {
            var gone = (InetSocketAddress) nobody.getLocalSocketAddress();
            nobody.connect(gone); // it keeps the port, and hears only itself
            var resolver = asking().server(gone).server(other.address()).build();

            assertThat(texts(green(() -> resolver.lookup(NAME)))).containsExactly("192.0.2.2");
        }
    }

    @Test
    void asksTheNextServerWhenOneCannotSay() throws Exception {
        for (int code : List.of(Rcode.SERVFAIL, Rcode.REFUSED, Rcode.NOTIMP)) {
            server.that((_, query) -> query.reply(query.empty(code)));
            var resolver = asking(server, other).build();

            assertThat(texts(green(() -> resolver.lookup(NAME))))
                    .as(Rcode.string(code))
                    .containsExactly("192.0.2.2");
        }
    }

    @Test
    void doesNotAskTheNextServerWhenOneSaysThatThereIsNoSuchName() {
        var resolver = asking(server, other).build();

        assertThatThrownBy(() -> green(() -> resolver.lookup("no.example.org")))
                .isInstanceOf(UnknownHostException.class);
        assertThat(other.asked()).isEmpty();
    }

    @Test
    void asksAllServersAgainWhenNoneHasAnswered() throws Exception {
        server.that((zone, query) -> {
            if (query.number() >= 2) { // the first two packets are lost
                query.reply(zone.answer(query));
            }
        });
        silent(other);
        var resolver = asking(server, other).timeout(SHORT).attempts(5).build();

        assertThat(texts(green(() -> resolver.lookup(NAME)))).containsExactly("192.0.2.1");
        assertThat(other.asked()).isNotEmpty();
    }

    @Test
    void saysWhichServersDidNotAnswer() throws Exception {
        silent(server);
        var resolver = asking(server).timeout(Duration.ofMillis(20)).attempts(3).build();

        assertThatThrownBy(() -> green(() -> resolver.lookup(NAME)))
                .isInstanceOf(UnknownHostException.class)
                .hasMessage(
                        "www.example.org: no server could say (www.example.org: 127.0.0.1: no"
                                + " answer within 20 ms)");
        server.awaitAsked(6); // three times, of two families
    }

    @Test
    void beginsWithAnotherServerEachTimeIfTheyAreRotated() throws Exception {
        var resolver = asking(server, other).rotate(true).cacheSize(0).build();

        var first = texts(green(() -> resolver.lookup(NAME)));
        var second = texts(green(() -> resolver.lookup(NAME)));
        var third = texts(green(() -> resolver.lookup(NAME)));

        assertThat(first).containsExactly("192.0.2.1");
        assertThat(second).containsExactly("192.0.2.2");
        assertThat(third).containsExactly("192.0.2.1");
    }

    @Test
    void givesAddressesOfOneFamilyIfNobodySaysAnythingOfTheOther() throws Exception {
        server.that((zone, query) -> {
            if (query.type() == RecordType.A.code) {
                query.reply(zone.answer(query));
            }
        });
        var resolver = asking(server).timeout(A_WHILE).attempts(1).build();

        assertThat(texts(green(() -> resolver.lookup(NAME)))).containsExactly("192.0.2.1");
        assertThat(server.asked()).hasSize(2);
    }

    @Test
    void waitsNotForTheOtherFamilyWhenThereIsNoSuchName() {
        server.that((zone, query) -> {
            if (query.type() == RecordType.A.code) {
                query.reply(zone.answer(query));
            }
        });
        var resolver = asking(server).timeout(Duration.ofHours(1)).build();

        assertThatThrownBy(() -> green(() -> resolver.lookup("no.example.org")))
                .isInstanceOf(UnknownHostException.class);
    }

    @Test
    void takesNoAnswerWithAnotherNumber() throws Exception {
        server.that((zone, query) -> {
            var wrong = forged(zone, query);
            wrong.getHeader().setID(query.message().getHeader().getID() ^ 1);
            query.reply(wrong);
            query.reply(zone.answer(query));
        });

        assertThat(texts(green(() -> asking(server).build().lookup(NAME))))
                .containsExactly("192.0.2.1");
    }

    @Test
    void takesNoAnswerToAnotherQuestion() throws Exception {
        server.that((zone, query) -> {
            var wrong = forged(zone, query);
            wrong.removeAllRecords(Section.QUESTION);
            wrong.addRecord(
                    Record.newRecord(Name.fromString("xxx.example.org."), query.type(), 1),
                    Section.QUESTION);
            query.reply(wrong);
            query.reply(zone.answer(query));
        });

        assertThat(texts(green(() -> asking(server).build().lookup(NAME))))
                .containsExactly("192.0.2.1");
    }

    @Test
    void takesNoAnswerThatIsAQuery() throws Exception {
        server.that((zone, query) -> {
            var wrong = forged(zone, query);
            wrong.getHeader().unsetFlag(Flags.QR);
            query.reply(wrong);
            query.reply(zone.answer(query));
        });

        assertThat(texts(green(() -> asking(server).build().lookup(NAME))))
                .containsExactly("192.0.2.1");
    }

    private static Message forged(TestServer zone, TestServer.Received query) {
        var wrong = zone.answer(query);
        wrong.removeAllRecords(Section.ANSWER);
        if (query.type() == RecordType.A.code) {
            wrong.addRecord(
                    TestServer.parsed("www.example.org. 60 IN A 192.0.2.66"), Section.ANSWER);
        }
        return wrong;
    }

    @Test
    void takesNothingForAnAnswerThatIsBroken() throws Exception {
        server.that((zone, query) -> {
            byte[] bytes = zone.answer(query).toWire();
            query.sender().send(new byte[0]);
            query.sender().send(Arrays.copyOf(bytes, 11));
            query.sender().send(Arrays.copyOf(bytes, bytes.length - 1));
            query.sender().send(bytes);
        });

        assertThat(texts(green(() -> asking(server).build().lookup(NAME))))
                .containsExactly("192.0.2.1");
    }

    /// `greendns_test.py:TestUdp.test_udp_ipv4_wrong_addr`.
    @Test
    void takesNoAnswerFromAnotherAddress() throws Exception {
        try (var stranger = new DatagramSocket(new InetSocketAddress(TestServer.LOOPBACK, 0))) {
            server.that((zone, query) -> {
                byte[] wrong = forged(zone, query).toWire();
                var to = (InetSocketAddress) query.from();
                stranger.send(new DatagramPacket(wrong, wrong.length, to));
                query.reply(zone.answer(query));
            });

            assertThat(texts(green(() -> asking(server).build().lookup(NAME))))
                    .containsExactly("192.0.2.1");
        }
    }

    @Test
    void asksByTcpWhenAnAnswerIsTruncated() throws Exception {
        server.that((zone, query) -> {
            var answer = zone.answer(query);
            if (!query.byTcp()) {
                answer.getHeader().setFlag(Flags.TC);
                answer.removeAllRecords(Section.ANSWER);
            }
            query.reply(answer);
        });

        assertThat(texts(green(() -> asking(server).build().lookup(NAME))))
                .containsExactly("192.0.2.1");
        assertThat(server.asked())
                .containsExactly(
                        "www.example.org. A udp",
                        "www.example.org. AAAA udp",
                        "www.example.org. A tcp",
                        "www.example.org. AAAA tcp");
    }

    @Test
    void asksByTcpOnlyWhatWasTruncated() throws Exception {
        server.that((zone, query) -> {
            var answer = zone.answer(query);
            if (!query.byTcp() && query.type() == RecordType.A.code) {
                answer.getHeader().setFlag(Flags.TC);
            }
            query.reply(answer);
        });

        assertThat(texts(green(() -> asking(server).build().lookup(NAME))))
                .containsExactly("192.0.2.1");
        assertThat(server.asked()).hasSize(3).endsWith("www.example.org. A tcp");
    }

    @Test
    void readsLongAnswersByTcp() throws Exception {
        for (int i = 0; i < 250; i++) {
            server.with("many.example.org. 60 IN AAAA 2001:db8::" + Integer.toHexString(i + 1));
        }
        server.that((zone, query) -> {
            var answer = zone.answer(query);
            if (query.byTcp()) {
                query.reply(answer);
            } else {
                query.sender().send(answer.toWire(512)); // dnsjava sets TC
            }
        });

        assertThat(green(() -> asking(server).build().lookup("many.example.org"))).hasSize(250);
    }

    @Test
    void asksTheNextServerWhenOneTruncatesAndHasNoTcp() throws Exception {
        server.that((zone, query) -> {
            if (query.byTcp()) {
                throw new IOException("the connection is closed");
            }
            var answer = zone.answer(query);
            answer.getHeader().setFlag(Flags.TC);
            query.reply(answer);
        });
        var resolver = asking(server, other).build();

        assertThat(texts(green(() -> resolver.lookup(NAME)))).containsExactly("192.0.2.2");
    }

    @Test
    void saysThatItTakesLongAnswers() throws Exception {
        var sizes = new CopyOnWriteArrayList<Integer>();
        server.that((zone, query) -> {
            sizes.add(query.message().getOPT().getPayloadSize());
            query.reply(zone.answer(query));
        });

        var found = green(() -> asking(server).build().lookup(NAME));

        assertThat(found).isNotEmpty();
        assertThat(sizes).containsExactly(1232, 1232);
    }

    @Test
    void asksWithoutEdnsAServerThatDoesNotKnowIt() throws Exception {
        server.that((zone, query) ->
                query.reply(
                        query.message().getOPT() != null
                                ? query.empty(Rcode.FORMERR)
                                : zone.answer(query)));

        assertThat(texts(green(() -> asking(server).build().lookup(NAME))))
                .containsExactly("192.0.2.1");
        assertThat(server.asked()).hasSize(4);
    }

    /// As behind a middle box that drops packets with EDNS (RFC 6891 6.2.2).
    private void dropEdns() {
        server.that((zone, query) -> {
            if (query.message().getOPT() == null) {
                query.reply(zone.answer(query));
            }
        });
    }

    @Test
    void asksWithoutEdnsWhereThatIsDropped() throws Exception {
        dropEdns();

        assertThat(texts(green(() -> asking(server).timeout(A_WHILE).build().lookup(NAME))))
                .containsExactly("192.0.2.1");
        assertThat(server.asked()).hasSize(4);
    }

    @Test
    void remembersWhereEdnsIsDropped() throws Exception {
        dropEdns();
        var resolver = asking(server).timeout(A_WHILE).cacheSize(0).build();
        green(() -> resolver.lookup(NAME));

        green(() -> resolver.lookup(NAME));

        assertThat(server.asked()).hasSize(6); // and not 8
    }

    @Test
    void asksWithEdnsAgainAfterAWhile() {
        long[] now = {Long.MAX_VALUE - 5};
        var servers = new ServersWithoutEdns(() -> now[0]);
        servers.add(server.address());
        boolean before = servers.contains(server.address());

        now[0] += Duration.ofMinutes(10).toNanos();

        assertThat(before).isTrue();
        assertThat(servers.contains(server.address())).isFalse();
    }
}
