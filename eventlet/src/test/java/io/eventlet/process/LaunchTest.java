// SPDX-License-Identifier: Apache-2.0
package io.eventlet.process;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.eventlet.hub.HubStrand;
import io.eventlet.testing.junit.NoLeaks;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;

import java.io.IOException;

/// Starts whose callers go away.
@Timeout(60)
@ExtendWith(NoLeaks.class)
class LaunchTest {
    private static final int KILLED = 128 + 9;

    private static Launch launch() throws IOException {
        var sleep = new ProcessBuilder("sleep", "30"); // ends by itself if nobody kills it
        return new Launch(sleep, HubStrand.networkOfCaller());
    }

    @Test
    void aProcessThatNobodyHasTakenYetIsKilledWhenItIsGivenUp() throws Exception {
        var launch = launch();
        var process = launch.run();

        launch.giveUp();

        assertThat(process.waitFor()).isEqualTo(KILLED);
    }

    @Test
    void aProcessThatIsGivenUpBeforeItBeginsIsNotStarted() throws IOException {
        var launch = launch();

        launch.giveUp();

        assertThatThrownBy(launch::run)
                .isInstanceOf(IOException.class)
                .hasMessage("nobody waits for the process any more");
    }
}
