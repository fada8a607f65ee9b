// SPDX-License-Identifier: Apache-2.0
package io.eventlet.cli.fetch;

import static org.assertj.core.api.Assertions.assertThat;

import io.eventlet.cli.testing.CommandRun;
import io.eventlet.cli.testing.LocalSite;
import io.eventlet.cli.testing.SilentAddress;
import io.eventlet.dns.GreenResolver;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;

/// Hosts with several addresses, of which the first cannot be reached.
@Timeout(60)
class FetchHostTest {
    private final LocalSite site = LocalSite.start().with("/", "hello");
    private final int port = URI.create(site.url("/")).getPort();
    private GreenResolver before;

    @BeforeEach
    void nameAddresses(@TempDir Path directory) throws Exception {
        var hosts = directory.resolve("hosts");
        Files.writeString(hosts, "127.0.0.9 several.example.org\n127.0.0.1 several.example.org\n");
        before = GreenResolver.ofJvm();
        GreenResolver.builder().hostsFile(hosts).build().useForJvm();
    }

    @AfterEach
    void close() {
        before.useForJvm();
        site.close();
    }

    private CommandRun fetch() {
        return CommandRun.of(
                new FetchCommand(), "--timeout", "50", "http://several.example.org:" + port + "/");
    }

    @Test
    void theNextAddressIsTriedWhenTheFirstRefuses() {
        assertThat(fetch().exitCode()).isZero();
    }

    @Test
    void theNextAddressIsTriedWhenTheFirstIsSilent() throws Exception {
        try (var _ = new SilentAddress("127.0.0.9", port)) {
            assertThat(fetch().exitCode()).isZero();
        }
    }
}
