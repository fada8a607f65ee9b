// SPDX-License-Identifier: Apache-2.0
package io.eventlet.http.websocket;

import static io.eventlet.http.websocket.Frame.ping;
import static io.eventlet.http.websocket.Frame.pong;
import static io.eventlet.http.websocket.Frame.text;

import static org.assertj.core.api.Assertions.assertThat;

import io.eventlet.Eventlet;
import io.eventlet.testing.Simulation;
import io.eventlet.testing.junit.NoLeaks;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;

import java.time.Duration;

/// What becomes of a peer that says nothing.
@Tag("hub-only") // by a clock of its own
@Timeout(60)
@ExtendWith(NoLeaks.class)
class SilenceTest {
    private static final Duration TEN = Duration.ofSeconds(10);

    private interface Scene {
        void play(Echo echo) throws Exception;
    }

    private static void simulate(WebSocketSettings settings, Scene scene) throws Exception {
        Simulation.inOrder()
                .run(() -> {
                    try (var echo = new Echo(false, null, settings)) {
                        scene.play(echo);
                    }
                });
    }

    @Test
    void peerThatIsSilentIsSentAPing() throws Exception {
        simulate(
                Echo.SETTINGS.keepAlive(TEN),
                echo -> {
                    echo.start();
                    Eventlet.sleep(Duration.ofSeconds(9));
                    echo.send(text("x"));
                    Eventlet.sleep(Duration.ofSeconds(9));

                    assertThat(echo.read(2)).hasToString("[text x, ping ]");
                });
    }

    @Test
    void peerThatAnswersIsKept() throws Exception {
        simulate(
                Echo.SETTINGS.keepAlive(TEN),
                echo -> {
                    echo.start();
                    for (int i = 0; i < 100; i++) {
                        assertThat(echo.read()).hasToString("ping ");
                        echo.send(pong(""));
                    }
                    echo.send(text("here"));

                    assertThat(echo.read()).hasToString("text here");
                });
    }

    @Test
    void peerThatDoesNotAnswerIsGivenUp() throws Exception {
        simulate(
                Echo.SETTINGS.keepAlive(TEN),
                echo -> {
                    assertThat(echo.socket.receive()).isNull();
                    assertThat(echo.socket.closeCode()).isEqualTo(1006);
                    assertThat(echo.socket.closeReason())
                            .isEqualTo("the peer has not answered a ping for PT10S");
                });
    }

    @Test
    void peerThatSendsNoMessagesIsSentAwayThoughItAnswersPings() throws Exception {
        simulate(
                Echo.SETTINGS.keepAlive(TEN).idleLimit(Duration.ofSeconds(35)),
                echo -> {
                    echo.start();
                    for (int i = 0; i < 3; i++) {
                        assertThat(echo.read()).hasToString("ping ");
                        echo.send(pong(""));
                    }

                    assertThat(echo.end()).containsExactly("close 1001");
                    assertThat(echo.socket.closeReason()).isEqualTo("idle");
                });
    }

    @Test
    void peerThatSendsOnlyPingsIsSentAway() throws Exception {
        simulate(
                Echo.SETTINGS.keepAlive(Duration.ZERO).idleLimit(TEN),
                echo -> {
                    echo.start();
                    for (int i = 0; i < 3; i++) {
                        echo.send(ping("here"));
                        Eventlet.sleep(Duration.ofSeconds(6));
                    }

                    assertThat(echo.end())
                            .containsExactly("pong here", "pong here", "pong here", "close 1001");
                });
    }

    @Test
    void messagesKeepItOpen() throws Exception {
        simulate(
                Echo.SETTINGS.keepAlive(Duration.ZERO).idleLimit(TEN),
                echo -> {
                    echo.start();
                    for (int i = 0; i < 10; i++) {
                        Eventlet.sleep(Duration.ofSeconds(9));
                        echo.send(text("x"));
                        assertThat(echo.read()).hasToString("text x");
                    }

                    assertThat(echo.end()).containsExactly("close 1001");
                });
    }

    @Test
    void whoLooksForMessagesNowAndThenSendsPingsToo() throws Exception {
        simulate(
                Echo.SETTINGS.keepAlive(TEN),
                echo -> {
                    for (int i = 0; i < 7; i++) {
                        boolean came =
                                io.eventlet.Timeout.silent(
                                        Duration.ofSeconds(3), () -> echo.socket.receive());
                        assertThat(came).as("%d", i).isEqualTo(i == 6);
                    }

                    assertThat(echo.read()).hasToString("ping ");
                    assertThat(echo.socket.closeCode()).isEqualTo(1006);
                });
    }

    @Test
    void withoutLimitsItWaitsForEver() throws Exception {
        simulate(
                Echo.SETTINGS.keepAlive(Duration.ZERO),
                echo -> {
                    echo.start();
                    Eventlet.sleep(Duration.ofDays(30));
                    echo.send(text("still here"));

                    assertThat(echo.read()).hasToString("text still here");
                });
    }
}
