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
import org.xbill.DNS.Rcode;

import java.io.IOException;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.List;

/// Names that are looked for in several domains.
@Timeout(60)
@ExtendWith(NoLeaks.class)
class SearchTest {
    private TestServer server;

    @BeforeEach
    void startServer() throws IOException {
        server =
                TestServer.start()
                        .with("db.b.example.org. 60 IN A 192.0.2.1")
                        .with("db. 60 IN A 192.0.2.2")
                        .with("x.db. 60 IN A 192.0.2.3");
    }

    @AfterEach
    void stopServer() throws IOException {
        server.close();
    }

    private GreenResolverBuilder searching() {
        return asking(server).search(List.of("a.example.org", "b.example.org"));
    }

    private List<String> askedNames() {
        return server.asked().stream().map(line -> line.split(" ", 2)[0]).distinct().toList();
    }

    @Test
    void looksForShortNamesInEachDomainFirst() throws Exception {
        var resolver = searching().build();

        assertThat(texts(green(() -> resolver.lookup("db")))).containsExactly("192.0.2.1");
        assertThat(askedNames()).containsExactly("db.a.example.org.", "db.b.example.org.");
    }

    @Test
    void looksForNamesWithEnoughDotsAsTheyAreFirst() throws Exception {
        var resolver = searching().build();

        assertThat(texts(green(() -> resolver.lookup("x.db")))).containsExactly("192.0.2.3");
        assertThat(askedNames()).containsExactly("x.db.");
    }

    @Test
    void looksForNamesWithFewerDotsInEachDomainFirst() throws Exception {
        var resolver = searching().ndots(2).build();

        assertThat(texts(green(() -> resolver.lookup("x.db")))).containsExactly("192.0.2.3");
        assertThat(askedNames())
                .containsExactly("x.db.a.example.org.", "x.db.b.example.org.", "x.db.");
    }

    @Test
    void looksForANameWithADotAtTheEndAsItIsOnly() throws Exception {
        var resolver = searching().build();

        assertThat(texts(green(() -> resolver.lookup("db.")))).containsExactly("192.0.2.2");
        assertThat(askedNames()).containsExactly("db.");
    }

    @Test
    void saysThatThereIsNoSuchHostWhenItIsInNoDomain() {
        var resolver = searching().build();

        assertThatThrownBy(() -> green(() -> resolver.lookup("nosuch")))
                .isInstanceOf(UnknownHostException.class)
                .hasMessage("nosuch: there is no such host");
        assertThat(askedNames())
                .containsExactly("nosuch.a.example.org.", "nosuch.b.example.org.", "nosuch.");
    }

    @Test
    void goesOnWithTheNextDomainWhenAServerCannotSay() throws Exception {
        server.that((zone, query) ->
                query.reply(
                        query.name().toString().equals("db.a.example.org.")
                                ? query.empty(Rcode.SERVFAIL)
                                : zone.answer(query)));
        var resolver = searching().attempts(1).build();

        assertThat(texts(green(() -> resolver.lookup("db")))).containsExactly("192.0.2.1");
    }

    @Test
    void givesUpWhenNoServerAnswers() {
        server.that((_, _) -> {});
        var resolver = searching().timeout(Duration.ofMillis(20)).attempts(1).build();

        assertThatThrownBy(() -> green(() -> resolver.lookup("db")))
                .isInstanceOf(UnknownHostException.class)
                .hasMessageContaining("db.a.example.org: 127.0.0.1: no answer");
        assertThat(askedNames()).containsExactly("db.a.example.org.");
    }
}
