// SPDX-License-Identifier: Apache-2.0
package io.eventlet;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

import java.io.IOException;
import java.lang.ProcessBuilder.Redirect;
import java.net.URISyntaxException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Objects;

/// The JDK's StructuredTaskScope, a preview: in a JVM of its own, which has the flag.
@org.junit.jupiter.api.Timeout(120)
class StructuredTaskScopeTest {
    @Test
    void itForksAndEndsOnGreenThreads() throws IOException, URISyntaxException {
        var source =
                Objects.requireNonNull(getClass().getResource("/programs/StructuredForks.java"));
        var command = ChildJvm.command(StructuredTaskScopeTest.class);
        command.removeLast();
        command.add(1, "--enable-preview");
        command.add(2, "--source=" + Runtime.version().feature());
        command.add(Path.of(source.toURI()).toString());

        var child = new ProcessBuilder(command).redirectError(Redirect.DISCARD).start();
        String output = new String(child.getInputStream().readAllBytes(), StandardCharsets.UTF_8);

        assertThat(output.lines())
                .containsExactly("on the hub: true, green", "fork has ended", "timeout");
    }
}
