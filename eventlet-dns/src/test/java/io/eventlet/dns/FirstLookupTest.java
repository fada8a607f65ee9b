// SPDX-License-Identifier: Apache-2.0
package io.eventlet.dns;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import java.io.IOException;
import java.util.List;

/// The first look-up of a JVM, in a JVM of its own.
@Timeout(60)
class FirstLookupTest {
    private static final String GREEN = "asks: /etc/hosts and the servers in /etc/resolv.conf";

    private static List<String> run(String argument, String... options) throws IOException {
        return ChildJvm.run(ChildJvm.PATH, List.of(options), LookupProgram.class, argument);
    }

    @Test
    void aPlatformThreadLooksUpWithoutAHub() throws Exception {
        assertThat(run("platform")).contains("found: 127.0.0.1", "hubs: 0", GREEN);
    }

    @Test
    void aGreenThreadCanBeTheFirst() throws Exception {
        assertThat(run("green")).contains("found: 127.0.0.1", GREEN);
    }

    @Test
    void aVirtualThreadCanBeTheFirst() throws Exception {
        assertThat(run("virtual")).contains("found: 127.0.0.1", GREEN);
    }

    @Test
    void theSystemsResolverIsUsedIfThePropertySaysSo() throws Exception {
        assertThat(run("local", "-Deventlet.dns=system"))
                .contains("asks: the system's resolver on platform threads");
    }

    @Test
    void aPropertyThatMeansNothingIsAnError() throws Exception {
        assertThat(run("platform", "-Deventlet.dns=grene"))
                .anyMatch(line ->
                        line.contains("-Deventlet.dns=grene: expected green, system or jdk"));
    }

    @Test
    void theJdkAsksNobodyIfItHasAHostsFile() throws Exception {
        assertThat(run("local", "-Djdk.net.hosts.file=/etc/hosts"))
                .anyMatch(line -> line.startsWith("asks: the JDK does not ask eventlet-dns"));
    }

    /// As when dnsjava is before this module on the class path: it has a provider too.
    @Test
    void anotherProviderThatComesFirstIsNotReplaced() throws Exception {
        var path = ChildJvm.first(entry -> entry.contains("dnsjava-"));

        assertThat(ChildJvm.run(path, List.of(), LookupProgram.class, "local"))
                .anyMatch(line -> line.startsWith("asks: the JDK does not ask eventlet-dns"));
    }
}
