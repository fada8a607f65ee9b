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
import org.xbill.DNS.Section;

import java.io.IOException;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.net.spi.InetAddressResolver.LookupPolicy;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;

/// What a look-up finds when the server does as it should.
@Timeout(60)
@ExtendWith(NoLeaks.class)
class GreenResolverTest {
    private TestServer server;
    private GreenResolver resolver;

    @BeforeEach
    void startServer() throws IOException {
        server =
                TestServer.start()
                        .with("www.example.org. 60 IN A 192.0.2.1")
                        .with("www.example.org. 60 IN AAAA 2001:db8::1")
                        .with("www.example.org. 60 IN A 192.0.2.2")
                        .with("old.example.org. 60 IN A 192.0.2.3");
        resolver = asking(server).build();
    }

    @AfterEach
    void stopServer() throws IOException {
        server.close();
    }

    @Test
    void findsAllAddressesAndIpv4First() throws Exception {
        var found = green(() -> resolver.lookup("www.example.org"));

        assertThat(texts(found)).containsExactly("192.0.2.1", "192.0.2.2", "2001:db8:0:0:0:0:0:1");
        assertThat(found).allMatch(address -> address.getHostName().equals("www.example.org"));
    }

    @Test
    void givesIpv6FirstIfThatIsWanted() throws Exception {
        var policy =
                LookupPolicy.of(LookupPolicy.IPV4 | LookupPolicy.IPV6 | LookupPolicy.IPV6_FIRST);

        var found = green(() -> resolver.addresses("www.example.org", policy));

        assertThat(texts(found)).containsExactly("2001:db8:0:0:0:0:0:1", "192.0.2.1", "192.0.2.2");
    }

    @Test
    void asksForNoIpv6IfTheJvmHasNone() throws Exception {
        var policy = LookupPolicy.of(LookupPolicy.IPV4);

        var found = green(() -> resolver.addresses("www.example.org", policy));

        assertThat(texts(found)).containsExactly("192.0.2.1", "192.0.2.2");
        assertThat(server.asked()).containsExactly("www.example.org. A udp");
    }

    @Test
    void asksForBothFamiliesBeforeEitherIsAnswered() throws Exception {
        server.that((zone, query) -> {
            if (zone.asked().size() == 2) { // else it would wait for ever
                query.reply(zone.answer(query));
            }
        });

        var once = asking(server).timeout(Duration.ofSeconds(1)).attempts(1).build();

        var found = green(() -> once.lookup("www.example.org"));

        assertThat(found).isNotEmpty();
        assertThat(server.asked())
                .containsExactly("www.example.org. A udp", "www.example.org. AAAA udp");
    }

    @Test
    void findsAnAddressOfOneFamilyOnly() throws Exception {
        assertThat(texts(green(() -> resolver.lookup("old.example.org"))))
                .containsExactly("192.0.2.3");
    }

    @Test
    void findsNamesInUpperCase() throws Exception {
        assertThat(texts(green(() -> resolver.lookup("OLD.Example.ORG"))))
                .containsExactly("192.0.2.3");
    }

    @Test
    void findsNamesWithADotAtTheEnd() throws Exception {
        assertThat(texts(green(() -> resolver.lookup("old.example.org."))))
                .containsExactly("192.0.2.3");
    }

    @Test
    void findsInternationalNames() throws Exception {
        server.with("xn--bcher-kva.example.org. 60 IN A 192.0.2.4");

        assertThat(texts(green(() -> resolver.lookup("bücher.example.org"))))
                .containsExactly("192.0.2.4");
    }

    @Test
    void followsAliases() throws Exception {
        server.with("a.example.org. 60 IN CNAME b.example.org.")
                .with("b.example.org. 60 IN CNAME old.example.org.");

        assertThat(texts(green(() -> resolver.lookup("a.example.org"))))
                .containsExactly("192.0.2.3");
    }

    @Test
    void asksAgainForAliasesThatTheServerDoesNotFollow() throws Exception {
        server.with("a.example.org. 60 IN CNAME old.example.org.");
        server.that((zone, query) -> {
            var answer = zone.answer(query);
            if (query.name().toString().equals("a.example.org.")) {
                answer.removeAllRecords(Section.ANSWER);
                answer.removeAllRecords(Section.AUTHORITY);
                answer.addRecord(
                        TestServer.parsed("a.example.org. 60 IN CNAME old.example.org."),
                        Section.ANSWER);
            }
            query.reply(answer);
        });

        assertThat(texts(green(() -> resolver.lookup("a.example.org"))))
                .containsExactly("192.0.2.3");
    }

    @Test
    void failsForAliasesInACircle() {
        server.that((zone, query) -> {
            var answer = query.empty(0);
            answer.addRecord(
                    TestServer.parsed("a.example.org. 60 IN CNAME b.example.org."), Section.ANSWER);
            answer.addRecord(
                    TestServer.parsed("b.example.org. 60 IN CNAME a.example.org."), Section.ANSWER);
            query.reply(answer);
        });

        assertThatThrownBy(() -> green(() -> resolver.lookup("a.example.org")))
                .isInstanceOf(UnknownHostException.class)
                .hasMessageContaining("aliases");
    }

    @Test
    void doesNotTakeAddressesOfOtherNames() {
        server.that((zone, query) -> {
            var answer = query.empty(0);
            answer.addRecord(
                    TestServer.parsed("evil.example.org. 60 IN A 192.0.2.66"), Section.ANSWER);
            query.reply(answer);
        });

        assertThatThrownBy(() -> green(() -> resolver.lookup("www.example.org")))
                .isInstanceOf(UnknownHostException.class);
    }

    @Test
    void saysThatThereIsNoSuchHost() {
        assertThatThrownBy(() -> green(() -> resolver.lookup("no.example.org")))
                .isInstanceOf(UnknownHostException.class)
                .hasMessage("no.example.org: there is no such host");
    }

    @Test
    void saysThatAHostHasNoAddress() {
        server.with("mail.example.org. 60 IN TXT here");

        assertThatThrownBy(() -> green(() -> resolver.lookup("mail.example.org")))
                .isInstanceOf(UnknownHostException.class)
                .hasMessage("mail.example.org: there is no such host");
    }

    @Test
    void asksNobodyAboutLiteralAddresses() throws Exception {
        assertThat(texts(green(() -> resolver.lookup("192.0.2.7")))).containsExactly("192.0.2.7");
        assertThat(texts(green(() -> resolver.lookup("2001:db8::7"))))
                .containsExactly("2001:db8:0:0:0:0:0:7");
        assertThat(server.asked()).isEmpty();
    }

    @Test
    void takesNoWordsForTheNameOfAHost() {
        for (String word : new String[] {"", ".", "a b", "a..b", "x".repeat(64) + ".org"}) {
            assertThatThrownBy(() -> green(() -> resolver.lookup(word)))
                    .as(word)
                    .isInstanceOf(UnknownHostException.class)
                    .hasMessageContaining("not the name of a host");
        }
        assertThat(server.asked()).isEmpty();
    }

    /// RFC 6761, 7686, 9476.
    @Test
    void asksNobodyAboutNamesThatAreNowhere() {
        for (String name : new String[] {"a.invalid", "invalid.", "x.onion", "y.ALT"}) {
            assertThatThrownBy(() -> green(() -> resolver.lookup(name)))
                    .as(name)
                    .isInstanceOf(UnknownHostException.class);
        }
        assertThat(server.asked()).isEmpty();
    }

    /// RFC 6761 6.3.
    @Test
    void takesLocalhostForThisHostWhateverTheHostsFileSays() throws Exception {
        var hosts = Files.createTempFile("hosts", null);
        Files.writeString(hosts, "192.0.2.9 localhost www.localhost\n");
        var own = asking(server).hostsFile(hosts).build();

        assertThat(texts(green(() -> own.lookup("localhost")))).startsWith("127.0.0.1");
        assertThat(texts(green(() -> own.lookup("www.Localhost.")))).startsWith("127.0.0.1");
        assertThat(texts(green(() -> own.lookup("localhost")))).doesNotContain("192.0.2.9");
        assertThat(server.asked()).isEmpty();
        Files.delete(hosts);
    }

    @Test
    void findsTheNameOfAnAddress() throws Exception {
        server.with("1.2.0.192.in-addr.arpa. 60 IN PTR www.example.org.");
        var address = InetAddress.ofLiteral("192.0.2.1");

        assertThat(green(() -> resolver.nameOf(address))).isEqualTo("www.example.org");
    }

    @Test
    void findsTheNameOfAnIpv6Address() throws Exception {
        server.with(
                "1.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.8.b.d.0.1.0.0.2.ip6.arpa."
                        + " 60 IN PTR six.example.org.");
        var address = InetAddress.ofLiteral("2001:db8::1");

        assertThat(green(() -> resolver.nameOf(address))).isEqualTo("six.example.org");
    }

    @Test
    void takesNoNameOfAnAddressThatIsNoNameOfAHost() {
        server.with("1.2.0.192.in-addr.arpa. 60 IN PTR <b>.example.org.");
        var address = InetAddress.ofLiteral("192.0.2.1");

        assertThatThrownBy(() -> green(() -> resolver.nameOf(address)))
                .isInstanceOf(UnknownHostException.class);
    }

    @Test
    void saysThatAnAddressHasNoName() {
        var address = InetAddress.ofLiteral("192.0.2.200");

        assertThatThrownBy(() -> green(() -> resolver.nameOf(address)))
                .isInstanceOf(UnknownHostException.class)
                .hasMessageContaining("192.0.2.200");
    }

    @Test
    void needsNoServerForTheNameOfTheLoopbackAddress() throws Exception {
        assertThat(green(() -> resolver.nameOf(TestServer.LOOPBACK))).isEqualTo("localhost");
        assertThat(server.asked()).isEmpty();
    }

    /// Eventlet issue 511, `greendns_test.py:test_hosts_no_network`: one family is enough.
    @Test
    void readsTheHostsFileFirst() throws Exception {
        var hosts = hosts("192.0.2.50 www.example.org alias # 192.0.2.51 no");
        var own = asking(server).hostsFile(hosts).build();

        assertThat(texts(green(() -> own.lookup("WWW.example.org")))).containsExactly("192.0.2.50");
        assertThat(texts(green(() -> own.lookup("alias")))).containsExactly("192.0.2.50");
        assertThat(green(() -> own.nameOf(InetAddress.ofLiteral("192.0.2.50"))))
                .isEqualTo("www.example.org");
        assertThat(server.asked()).isEmpty();
        Files.delete(hosts);
    }

    @Test
    void readsTheHostsFileAgainWhenItHasChanged() throws Exception {
        var hosts = hosts("192.0.2.50 host");
        var own = asking(server).hostsFile(hosts).build();
        assertThat(texts(green(() -> own.lookup("host")))).containsExactly("192.0.2.50");

        Files.writeString(hosts, "192.0.2.111 host");

        assertThat(texts(green(() -> own.lookup("host")))).containsExactly("192.0.2.111");
        Files.delete(hosts);
    }

    @Test
    void asksServersForAFamilyThatTheHostsFileLacks() throws Exception {
        var hosts = hosts("192.0.2.50 www.example.org");
        var own = asking(server).hostsFile(hosts).build();
        var policy = LookupPolicy.of(LookupPolicy.IPV6);

        assertThat(texts(green(() -> own.addresses("www.example.org", policy))))
                .containsExactly("2001:db8:0:0:0:0:0:1");
        Files.delete(hosts);
    }

    private static Path hosts(String text) throws IOException {
        var hosts = Files.createTempFile("hosts", null);
        Files.writeString(hosts, text);
        return hosts;
    }
}
