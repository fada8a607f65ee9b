// SPDX-License-Identifier: Apache-2.0
package io.eventlet.dns;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import java.io.IOException;
import java.util.List;

/// `Part.DNS` of the patcher, each time in a JVM of its own.
@Timeout(60)
class PatchTest {
    private static final String PATCHED =
            "true, names are looked up by /etc/hosts and the servers in /etc/resolv.conf";

    private static List<String> run(String argument, String... options) throws IOException {
        return ChildJvm.run(ChildJvm.PATH, List.of(options), PatchProgram.class, argument);
    }

    @Test
    void namesArePatchedWhenTheModuleIsThere() throws Exception {
        assertThat(run("ask"))
                .contains(
                        "before: false, as before, or no name was looked up yet",
                        "patched: " + PATCHED,
                        "is: true");
    }

    @Test
    void namesAreAmongAllParts() throws Exception {
        assertThat(run("all")).contains("all: " + PATCHED);
    }

    @Test
    void theJdksOwnResolverCanBeHadBackAndAgain() throws Exception {
        assertThat(run("undo"))
                .contains("patched: " + PATCHED, "undone: false, as before", "again: " + PATCHED);
    }

    @Test
    void whatTheJdkHadTakenByItselfIsSaidAndStays() throws Exception {
        assertThat(run("used"))
                .contains(
                        "used, before: the same: the JDK had taken eventlet-dns by itself, so"
                                + " undoing changes nothing",
                        "undone: " + PATCHED);
    }

    @Test
    void thePropertyThatWantsTheJdksOwnIsOverruled() throws Exception {
        assertThat(run("ask", "-Deventlet.dns=jdk")).contains("patched: " + PATCHED);
    }

    @Test
    void theContextClassLoaderOfWhoPatchesDoesNotMatter() throws Exception {
        assertThat(run("elsewhere")).contains("elsewhere: " + PATCHED);
    }

    @Test
    void itSaysThatItIsTooLate() throws Exception {
        assertThat(run("late"))
                .anyMatch(
                        line -> line.startsWith("late: false, a name was looked up before where"));
    }

    @Test
    void itNamesTheProviderThatComesFirst() throws Exception {
        var path = ChildJvm.first(entry -> entry.contains("dnsjava-"));

        assertThat(ChildJvm.run(path, List.of(), PatchProgram.class, "ask"))
                .anyMatch(line ->
                        line.startsWith("patched: false, names are looked up by org.xbill.DNS."));
    }

    @Test
    void itSaysThatTheJdkHasAHostsFile() throws Exception {
        assertThat(run("ask", "-Djdk.net.hosts.file=/etc/hosts"))
                .contains(
                        "patched: false, names are looked up in the file of"
                                + " -Djdk.net.hosts.file");
    }
}
