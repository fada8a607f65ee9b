// SPDX-License-Identifier: Apache-2.0
package io.eventlet.dns;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

import java.net.InetAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.List;

/// What is read from `/etc/resolv.conf` and `/etc/hosts`.
@Timeout(60)
class ResolverFilesTest {
    private static ResolverSettings settings(String text) {
        return ResolverSettings.parse(text.lines().toList());
    }

    private static List<String> servers(String text) {
        return settings(text).servers().stream()
                .map(server -> server.getAddress().getHostAddress() + " " + server.getPort())
                .toList();
    }

    @Test
    void readsAllServers() {
        assertThat(
                        servers(
                                """
                                # first
                                nameserver 192.0.2.1
                                ; second
                                nameserver\t2001:db8::1
                                nameserver 192.0.2.3 # the third
                                nameserver
                                nameserver no.address
                                """))
                .containsExactly("192.0.2.1 53", "2001:db8:0:0:0:0:0:1 53", "192.0.2.3 53");
    }

    @Test
    void asksThisHostIfThereIsNoServer() {
        assertThat(servers("")).containsExactly("127.0.0.1 53");
    }

    @Test
    void readsSearchWithAnyBlanksAndTheLastLineCounts() {
        assertThat(settings("search a.org").search()).containsExactly("a.org");
        assertThat(settings("search\ta.org.  B.org \t c\t").search())
                .containsExactly("a.org", "b.org", "c");
        assertThat(settings("domain a.org\nsearch b.org c.org").search())
                .containsExactly("b.org", "c.org");
        assertThat(settings("search b.org c.org\ndomain a.org x").search())
                .containsExactly("a.org");
        assertThat(settings("search").search()).isEmpty();
        assertThat(settings("search .").search()).isEmpty();
    }

    /// Eventlet issue 424: a domain that begins with a dot was an error.
    @Test
    void readsDomainsThatBeginWithADot() {
        assertThat(settings("search .domain.com e.localdomain").search())
                .containsExactly("domain.com", "e.localdomain");
    }

    @Test
    void readsOptions() {
        var read =
                settings(
                        "options ndots:3 timeout:7 attempts:4 rotate edns0\n"
                                + "options use-vc no-aaaa debug");

        assertThat(read.ndots()).isEqualTo(3);
        assertThat(read.timeout()).isEqualTo(Duration.ofSeconds(7));
        assertThat(read.attempts()).isEqualTo(4);
        assertThat(read.rotate()).isTrue();
        assertThat(read.tcpOnly()).isTrue();
        assertThat(read.asksForIpv6()).isFalse();
    }

    @Test
    void keepsOptionsWithinTheirBounds() {
        var read = settings("options ndots:99 timeout:0 attempts:1000");

        assertThat(read.ndots()).isEqualTo(15);
        assertThat(read.timeout()).isEqualTo(Duration.ofSeconds(1));
        assertThat(read.attempts()).isEqualTo(5);
    }

    @Test
    void passesOverOptionsThatItCannotRead() {
        var read = settings("options ndots:x timeout attempts:\nnonsense\n\n   \noptions");

        assertThat(read).isEqualTo(settings(""));
        assertThat(read.ndots()).isEqualTo(1);
        assertThat(read.timeout()).isEqualTo(Duration.ofSeconds(5));
        assertThat(read.attempts()).isEqualTo(2);
    }

    @Test
    void leavesOutCandidatesThatAreTooLong() {
        var domain = ("x".repeat(60) + ".").repeat(4) + "org";

        assertThat(settings("search " + domain).candidates("a.b.c.d.e.f.g"))
                .containsExactly("a.b.c.d.e.f.g");
    }

    // ---- the hosts file

    private static HostsFile hosts(String text) {
        return HostsFile.parse(text.lines().toList());
    }

    @Test
    void readsAllLinesOfAName() {
        var read = hosts("192.0.2.1 a b\n2001:db8::1\ta\n192.0.2.1 a\n192.0.2.2 A.");

        assertThat(Lookups.texts(read.addresses("a")))
                .containsExactly("192.0.2.1", "2001:db8:0:0:0:0:0:1", "192.0.2.2");
        assertThat(Lookups.texts(read.addresses("B"))).containsExactly("192.0.2.1");
        assertThat(read.addresses("c")).isEmpty();
    }

    @Test
    void takesTheFirstNameOfAnAddress() {
        var read = hosts("192.0.2.1 First second\n192.0.2.1 third");

        assertThat(read.name(InetAddress.ofLiteral("192.0.2.1").getAddress())).isEqualTo("First");
        assertThat(read.name(InetAddress.ofLiteral("192.0.2.2").getAddress())).isNull();
    }

    /// `greendns_test.py:TestHostsResolver`: comments, blanks, addresses of links.
    @Test
    void passesOverWhatItCannotRead() {
        var read =
                hosts(
                        """
                        # 192.0.2.1 a
                        192.0.2.2
                        nonsense a
                        fe80::1%nosuchinterface a
                        999.0.0.1 a
                        \t192.0.2.3\ta # b
                        """);

        assertThat(Lookups.texts(read.addresses("a"))).containsExactly("192.0.2.3");
        assertThat(read.addresses("b")).isEmpty();
    }

    // ---- files that change

    @Test
    void readsAFileAgainWhenItHasChangedOrIsAnother(@TempDir Path folder) throws Exception {
        var path = folder.resolve("file");
        var file = new WatchedFile<>(path, lines -> String.join(",", lines));

        var missing = file.content();
        Files.writeString(path, "a");
        var made = file.content();
        Files.writeString(path, "a\nb");
        var changed = file.content();
        Files.writeString(folder.resolve("new"), "c\nd");
        Files.move(folder.resolve("new"), path, StandardCopyOption.REPLACE_EXISTING);
        var replaced = file.content();
        Files.delete(path);
        var gone = file.content();

        assertThat(missing).isEmpty();
        assertThat(made).isEqualTo("a");
        assertThat(changed).isEqualTo("a,b");
        assertThat(replaced).isEqualTo("c,d");
        assertThat(gone).isEmpty();
    }

    @Test
    void readsAFileOnceIfItDoesNotChange(@TempDir Path folder) throws Exception {
        var path = Files.writeString(folder.resolve("file"), "a");
        var file = new WatchedFile<>(path, lines -> new Object());

        assertThat(file.content()).isSameAs(file.content());
    }
}
