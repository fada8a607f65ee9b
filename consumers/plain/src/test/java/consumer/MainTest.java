// SPDX-License-Identifier: Apache-2.0
package consumer;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.eventlet.Eventlet;
import io.eventlet.hub.Hub;
import io.eventlet.hub.Mode;
import io.eventlet.testing.Simulation;
import io.eventlet.testing.junit.NoLeaks;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

import java.io.IOException;
import java.time.Duration;
import java.util.List;

@ExtendWith(NoLeaks.class)
class MainTest {
    @Test
    void runsInHubMode() {
        assertEquals(Mode.HUB, Hub.current().mode());
    }

    @Test
    void answersInOrder() throws IOException {
        assertEquals(List.of("a", "b"), Main.answers(List.of("a", "b")));
    }

    @Test
    void answersInVirtualTime() throws Exception {
        Simulation.explore(
                10,
                () -> {
                    Eventlet.sleep(Duration.ofHours(1));
                    assertEquals(List.of("a", "b"), Main.answers(List.of("a", "b")));
                });
    }
}
