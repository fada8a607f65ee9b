// SPDX-License-Identifier: Apache-2.0
package io.eventlet.cli;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

import java.io.StringReader;
import java.util.Properties;

class LoggingTest {
    private static Properties settings(boolean isDebug) throws Exception {
        var settings = new Properties();
        settings.load(new StringReader(Logging.settings(isDebug)));
        return settings;
    }

    @Test
    void onlyWarningsOfOursAreForPeople() throws Exception {
        assertThat(settings(false))
                .containsEntry("io.eventlet.level", "WARNING")
                .containsEntry("org.jline.level", "OFF"); // it warns of a TERM that is unknown
    }

    @Test
    void debuggingShowsAll() throws Exception {
        assertThat(settings(true))
                .containsEntry("io.eventlet.level", "FINE")
                .containsEntry("org.jline.level", "WARNING");
    }
}
