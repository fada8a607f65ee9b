// SPDX-License-Identifier: Apache-2.0
package io.eventlet.dns;

import static io.eventlet.dns.Lookups.asking;
import static io.eventlet.dns.Lookups.green;
import static io.eventlet.dns.Lookups.texts;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;

import io.eventlet.testing.junit.NoLeaks;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.xbill.DNS.Rcode;
import org.xbill.DNS.Section;

import java.io.IOException;
import java.net.UnknownHostException;
import java.net.spi.InetAddressResolver.LookupPolicy;
import java.time.Duration;

/// Answers that are not asked for again.
@Timeout(60)
@ExtendWith(NoLeaks.class)
class CachedLookupTest {
    private static final Duration A_WHILE = Duration.ofSeconds(1); // enough for an answer

    private TestServer server;
    private GreenResolver resolver;

    @BeforeEach
    void startServer() throws IOException {
        server = TestServer.start().with("www.example.org. 600 IN A 192.0.2.1");
        resolver = asking(server).build();
    }

    @AfterEach
    void stopServer() throws IOException {
        server.close();
    }

    private void assertNoSuchHost(String name) {
        assertThatThrownBy(() -> green(() -> resolver.lookup(name)))
                .isInstanceOf(UnknownHostException.class);
    }

    @Test
    void addressesAreAskedForOnce() throws Exception {
        var first = green(() -> resolver.lookup("www.example.org"));
        var second = green(() -> resolver.lookup("WWW.example.org"));

        assertThat(texts(second)).isEqualTo(texts(first)).containsExactly("192.0.2.1");
        assertThat(server.asked()).hasSize(2);
    }

    @Test
    void theShortestTimeInAChainOfAliasesCounts() throws Exception {
        server.with("a.example.org. 0 IN CNAME www.example.org.");

        var first = green(() -> resolver.lookup("a.example.org"));
        var second = green(() -> resolver.lookup("a.example.org"));

        assertThat(texts(second)).isEqualTo(texts(first));
        assertThat(server.asked().stream().filter(line -> line.startsWith("a.example.org. A ")))
                .hasSize(2);
    }

    /// RFC 2308.
    @Test
    void thatThereIsNoSuchNameIsAskedOnce() throws Exception {
        assertNoSuchHost("no.example.org");
        server.awaitAsked(2); // the second query was not waited for
        assertNoSuchHost("no.example.org");

        assertThat(server.asked()).hasSize(2);
    }

    @Test
    void thatThereIsNoSuchNameIsAskedAgainIfNobodySaysHowLongThatHolds() throws Exception {
        server.that((zone, query) -> {
            var answer = zone.answer(query);
            answer.removeAllRecords(Section.AUTHORITY);
            query.reply(answer);
        });
        assertNoSuchHost("late.example.org");

        server.with("late.example.org. 60 IN A 192.0.2.2");

        assertThat(texts(green(() -> resolver.lookup("late.example.org"))))
                .containsExactly("192.0.2.2");
    }

    @Test
    void theMinimumOfTheZoneCounts() throws Exception {
        server.withSoa(600, 0);
        assertNoSuchHost("soon.example.org");

        server.with("soon.example.org. 60 IN A 192.0.2.2");

        assertThat(texts(green(() -> resolver.lookup("soon.example.org"))))
                .containsExactly("192.0.2.2");
    }

    @Test
    void failuresAreNotKept() throws Exception {
        resolver = asking(server).attempts(1).build();
        server.that((_, query) -> query.reply(query.empty(Rcode.SERVFAIL)));
        assertNoSuchHost("www.example.org");

        server.that((zone, query) -> query.reply(zone.answer(query)));

        assertThat(texts(green(() -> resolver.lookup("www.example.org"))))
                .containsExactly("192.0.2.1");
    }

    private void answerForIpv4Only() {
        server.with("www.example.org. 600 IN AAAA 2001:db8::1");
        server.that((zone, query) -> {
            if (query.type() == RecordType.A.code) {
                query.reply(zone.answer(query));
            }
        });
    }

    @Test
    void thatAFamilyWasNotAnsweredIsKeptForAWhile() throws Exception {
        resolver = asking(server).timeout(A_WHILE).attempts(1).build();
        answerForIpv4Only();
        var before = green(() -> resolver.lookup("www.example.org"));

        server.that((zone, query) -> query.reply(zone.answer(query)));
        var after = green(() -> resolver.lookup("www.example.org"));

        assertThat(texts(after)).isEqualTo(texts(before)).containsExactly("192.0.2.1");
        assertThat(server.asked()).hasSize(2);
    }

    @Test
    void aFamilyThatWasNotAnsweredIsAskedForWhenItIsAllThatIsWanted() throws Exception {
        resolver = asking(server).timeout(A_WHILE).attempts(1).build();
        answerForIpv4Only();
        green(() -> resolver.lookup("www.example.org"));

        server.that((zone, query) -> query.reply(zone.answer(query)));
        var found =
                green(() ->
                        resolver.addresses("www.example.org", LookupPolicy.of(LookupPolicy.IPV6)));

        assertThat(texts(found)).containsExactly("2001:db8:0:0:0:0:0:1");
    }

    @Test
    void familyThatIsSilentIsNotAskedOfAllServersWhenTheOtherIsKnown() throws Exception {
        try (var other = TestServer.start()) {
            resolver = asking(server, other).timeout(A_WHILE).attempts(3).build();
            server.that((zone, query) -> {
                if (query.type() == RecordType.A.code) {
                    query.reply(zone.answer(query));
                }
            });
            green(() -> resolver.lookup("www.example.org"));

            var again = green(() -> resolver.lookup("www.example.org"));

            assertThat(texts(again)).containsExactly("192.0.2.1");
            assertThat(other.asked()).isEmpty();
        }
    }

    /// Eventlet issue 810: one exception, thrown for ever, that grew each time.
    @Test
    void eachFailureIsAnExceptionOfItsOwn() {
        var first = catchThrowable(() -> resolver.lookup("no.example.org"));
        var second = catchThrowable(() -> resolver.lookup("no.example.org"));

        assertThat(first).isInstanceOf(UnknownHostException.class).isNotSameAs(second);
        assertThat(second).hasNoCause().hasNoSuppressedExceptions();
    }

    @Test
    void answersCanBeForgotten() throws Exception {
        var before = green(() -> resolver.lookup("www.example.org"));
        resolver.clear();
        var after = green(() -> resolver.lookup("www.example.org"));

        assertThat(texts(after)).isEqualTo(texts(before));
        assertThat(server.asked()).hasSize(4);
    }

    @Test
    void nothingIsKeptIfNothingIsToBe() throws Exception {
        resolver = asking(server).cacheSize(0).build();

        var before = green(() -> resolver.lookup("www.example.org"));
        var after = green(() -> resolver.lookup("www.example.org"));

        assertThat(texts(after)).isEqualTo(texts(before));
        assertThat(server.asked()).hasSize(4);
    }
}
