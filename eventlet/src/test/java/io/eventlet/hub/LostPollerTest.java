// SPDX-License-Identifier: Apache-2.0
package io.eventlet.hub;

import static org.assertj.core.api.Assertions.assertThat;

import io.eventlet.ChildJvm;
import io.eventlet.Eventlet;
import io.eventlet.os.Sockets;
import io.eventlet.wait.UncaughtErrors;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.CountDownLatch;

/// A hub of which somebody has closed the descriptor it waits by.
@Tag("hub-only")
@Timeout(120)
class LostPollerTest {
    /// Closes that of a hub, and has timers fire there afterwards.
    static final class Program {
        private static final int TIMERS = 20;
        private static final int TURNS_OF_A_TIMER = 50;

        private Program() {}

        public static void main(String[] args) throws Exception {
            runs(Hub.main()); // with which the JDK's own poller begins
            var before = pollers();
            var hub = runs(Hub.start("lost"));
            var told = new CountDownLatch(1);
            UncaughtErrors.handler((_, error) -> {
                System.out.println(error.getMessage());
                told.countDown();
            });

            for (int number : pollers()) {
                if (!before.contains(number)) {
                    Sockets.close(number);
                }
            }
            Eventlet.spawnOn(
                            hub,
                            () -> {
                                for (int i = 0; i < TIMERS; i++) {
                                    Eventlet.sleep(Duration.ofMillis(10));
                                }
                            })
                    .await();
            told.await();
            long turns = hub.statistics().turns();
            System.out.println(turns < TIMERS * TURNS_OF_A_TIMER ? "it paused" : turns + " turns");
            System.exit(0);
        }

        /// Waits until a hub has the descriptor it waits by: its own thread sets it up.
        private static Hub runs(Hub hub) throws InterruptedException {
            Eventlet.spawnOn(hub, () -> {}).await();
            return hub;
        }

        private static Set<Integer> pollers() {
            var numbers = new TreeSet<Integer>();
            for (var number : Objects.requireNonNull(new File("/proc/self/fd").list())) {
                try {
                    var what = Files.readSymbolicLink(Path.of("/proc/self/fd", number)).toString();
                    if (what.matches("anon_inode:\\[(eventpoll|io_uring)]")) {
                        numbers.add(Integer.valueOf(number));
                    }
                } catch (IOException e) { // that of the list itself, which is closed
                }
            }
            return numbers;
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"epoll", "io_uring", "libevent"})
    void timersGoOnAndItIsReportedOnce(String hub) throws Exception {
        assertThat(ChildJvm.run(Program.class, List.of("-Deventlet.hub=" + hub)))
                .filteredOn(line -> !line.startsWith("INFO hub mode: "))
                .satisfiesExactly(
                        line -> assertThat(line).startsWith("Cannot poll: "),
                        line -> assertThat(line).isEqualTo("it paused"));
    }
}
