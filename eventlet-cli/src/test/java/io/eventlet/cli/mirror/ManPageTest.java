// SPDX-License-Identifier: Apache-2.0
package io.eventlet.cli.mirror;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/// The manual page is what the command says of itself; `-Dman.update=true` writes it anew.
class ManPageTest {
    private static final Path PAGE = Path.of("..", "docs", "eventlet-mirror.1");

    @Test
    void theManualPageIsThatOfTheCommand() throws IOException {
        var page = ManPage.of(new MirrorCommand());
        if (Boolean.getBoolean("man.update")) {
            Files.writeString(PAGE, page);
        }

        assertThat(PAGE).content().isEqualTo(page);
    }
}
