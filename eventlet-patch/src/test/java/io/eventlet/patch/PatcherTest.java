// SPDX-License-Identifier: Apache-2.0
package io.eventlet.patch;

import static org.assertj.core.api.Assertions.assertThat;

import io.eventlet.Eventlet;
import io.eventlet.GreenThread;
import io.eventlet.GreenThreads;
import io.eventlet.foreign.ForeignWaits;
import io.eventlet.testing.junit.NoLeaks;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

import java.io.IOException;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.ArrayList;

/// Patching: when, how often, and what is said of it.
@Timeout(60)
@ExtendWith(NoLeaks.class)
class PatcherTest {
    private static final int PAIRS = 20;
    private static final int ROUNDS = 300;

    @AfterEach
    void undo() {
        Patcher.undo();
    }

    @Test
    @Tag("hub-only")
    void allPartsThatCanBeArePatchedIfNoneIsNamed() {
        var states = Patcher.monkeyPatch();

        assertThat(states).extracting(PatchState::part).containsExactly(Part.values());
        assertThat(states).filteredOn(PatchState::isPatched).hasSize(1);
        assertThat(Patcher.isMonkeyPatched(Part.SOCKET)).isTrue();
    }

    @Test
    void partsThatNeedTheAgentSaySo() {
        var states = Patcher.monkeyPatch(Part.THREAD, Part.EXECUTOR, Part.PROCESS);

        assertThat(states)
                .filteredOn(state ->
                        state.part() != Part.SOCKET
                                && state.part() != Part.DNS
                                && state.part() != Part.FILE)
                .hasSize(3)
                .allMatch(state -> !state.isPatched() && state.now().contains("-javaagent:"));
        assertThat(Patcher.isMonkeyPatched(Part.THREAD)).isFalse();
    }

    @Test
    void filesAreNeverPatchedAndTheReportSaysWhy() {
        var state =
                Patcher.monkeyPatch(Part.FILE).stream()
                        .filter(found -> found.part() == Part.FILE)
                        .findFirst()
                        .orElseThrow();

        assertThat(Patcher.isMonkeyPatched(Part.FILE)).isFalse();
        assertThat(state.isPatched()).isFalse();
        assertThat(state.now()).contains("no kernel says when a file can be read", "offload");
    }

    @Test
    void namesOfHostsNeedAModuleThatSaysSo() {
        var states = Patcher.monkeyPatch(Part.DNS);

        assertThat(states)
                .filteredOn(state -> state.part() == Part.DNS)
                .singleElement()
                .satisfies(state -> {
                    assertThat(state.isPatched()).isFalse();
                    assertThat(state.now()).startsWith("eventlet-dns is not on the class path");
                });
        assertThat(Patcher.isMonkeyPatched(Part.DNS)).isFalse();
    }

    @Test
    @Tag("hub-only")
    void theReportSaysWhatWasInUseBeforeAndWhatStaysAsItWas() {
        Patcher.monkeyPatch(Part.SOCKET);

        assertThat(Patcher.report())
                .first()
                .satisfies(state -> {
                    assertThat(state.before()).contains("pollers of the JDK for reading");
                    assertThat(state.now()).contains("the hub of the thread that waits");
                    assertThat(state.exceptions()).anyMatch(line -> line.contains("on no hub"));
                    assertThat(state).asString().startsWith("SOCKET: patched");
                });
    }

    @Test
    void nothingIsPatchedBeforeItIsAskedFor() {
        assertThat(Patcher.isMonkeyPatched(Part.SOCKET)).isFalse();
        assertThat(Patcher.report()).noneMatch(PatchState::isPatched);
    }

    @Test
    @Tag("hub-only")
    void patchingAgainChangesNothing() throws IOException {
        Patcher.monkeyPatch(Part.SOCKET);
        Patcher.monkeyPatch(Part.SOCKET);
        Patcher.undo(Part.SOCKET);

        assertThat(Patcher.isMonkeyPatched(Part.SOCKET)).isFalse();
        assertIsPolled(JdkWait.SOCKET_READ, false);
    }

    @Test
    @Tag("hub-only")
    void canBePatchedAfterItWasUndone() throws IOException {
        Patcher.monkeyPatch(Part.SOCKET);
        Patcher.undo(Part.SOCKET);
        Patcher.monkeyPatch(Part.SOCKET);

        assertIsPolled(JdkWait.SELECT, true);
    }

    private static void assertIsPolled(JdkWait wait, boolean byHub) throws IOException {
        try (var scene = wait.open()) {
            var waiting = Eventlet.spawn(scene::await);
            Eventually.until(() -> waiting.thread().getState() == Thread.State.WAITING);

            assertThat(ForeignWaits.isIn(waiting.thread())).isEqualTo(byHub);
            scene.satisfy();
            assertThat(waiting.await()).isTrue();
        }
    }

    @ParameterizedTest
    @EnumSource
    @Tag("hub-only")
    void whoWaitsWhenItIsPatchedIsWokenWhenItIsReady(JdkWait wait) throws IOException {
        try (var scene = wait.open()) {
            var waiting = Eventlet.spawn(scene::await);
            Eventually.until(() -> waiting.thread().getState() == Thread.State.WAITING);

            Patcher.monkeyPatch(Part.SOCKET);
            scene.satisfy();

            assertThat(waiting.await()).isTrue();
        }
    }

    @ParameterizedTest
    @EnumSource
    @Tag("hub-only")
    void whoWaitsWhenItIsPatchedIsWokenWhenItsSocketIsClosed(JdkWait wait) throws IOException {
        try (var scene = wait.open()) {
            var waiting = Eventlet.spawn(scene::await);
            Eventually.until(() -> waiting.thread().getState() == Thread.State.WAITING);

            Patcher.monkeyPatch(Part.SOCKET);
            scene.closeWaitedOn();

            assertThat(waiting.await()).isFalse();
        }
    }

    @ParameterizedTest
    @EnumSource
    @Tag("hub-only")
    void whoWaitsWhenItIsUndoneGoesOnByThePollersOfTheJdk(JdkWait wait) throws IOException {
        Patcher.monkeyPatch(Part.SOCKET);
        try (var scene = wait.open()) {
            var waiting = Eventlet.spawn(scene::await);
            Eventually.until(() -> ForeignWaits.isIn(waiting.thread()));

            Patcher.undo(Part.SOCKET);
            Eventually.until(() -> waiting.thread().getState() == Thread.State.WAITING);
            boolean byHub = ForeignWaits.isIn(waiting.thread());
            scene.satisfy();

            assertThat(waiting.await()).isTrue();
            assertThat(byHub).isFalse();
        }
    }

    @ParameterizedTest
    @EnumSource
    @Tag("hub-only")
    void whoWaitsWhenItIsUndoneIsWokenWhenItIsReady(JdkWait wait) throws IOException {
        Patcher.monkeyPatch(Part.SOCKET);
        try (var scene = wait.open()) {
            var waiting = Eventlet.spawn(scene::await);
            Eventually.until(() -> ForeignWaits.isIn(waiting.thread()));

            Patcher.undo(Part.SOCKET);
            scene.satisfy();

            assertThat(waiting.await()).isTrue();
        }
    }

    @ParameterizedTest
    @EnumSource
    @Tag("hub-only")
    void whoWaitsWhenItIsUndoneIsWokenWhenItsSocketIsClosed(JdkWait wait) throws IOException {
        Patcher.monkeyPatch(Part.SOCKET);
        try (var scene = wait.open()) {
            var waiting = Eventlet.spawn(scene::await);
            Eventually.until(() -> ForeignWaits.isIn(waiting.thread()));

            Patcher.undo(Part.SOCKET);
            scene.closeWaitedOn();

            assertThat(waiting.await()).isFalse();
        }
    }

    @Test
    @Tag("hub-only")
    void trafficGoesOnWhilePatchesComeAndGo() throws IOException {
        try (var listener = new ServerSocket(0, PAIRS, JdkWait.LOOPBACK)) {
            var talks = new ArrayList<GreenThread<Integer>>();
            for (int i = 0; i < PAIRS; i++) {
                var client = new Socket(JdkWait.LOOPBACK, listener.getLocalPort());
                var server = listener.accept();
                talks.add(Eventlet.spawn(() -> count(client, true)));
                talks.add(Eventlet.spawn(() -> count(server, false)));
            }

            while (talks.stream().anyMatch(talk -> !talk.isDead())) {
                Patcher.monkeyPatch(Part.SOCKET);
                Patcher.undo(Part.SOCKET);
            }

            assertThat(GreenThreads.awaitAll(talks)).containsOnly(ROUNDS);
        }
    }

    /// Sends and receives the numbers of the rounds in turn, and says how many were right.
    private static int count(Socket socket, boolean begins) throws IOException {
        try (socket) {
            socket.setTcpNoDelay(true);
            var in = socket.getInputStream();
            var out = socket.getOutputStream();
            int right = 0;
            for (int i = 0; i < ROUNDS; i++) {
                if (begins) {
                    out.write(i & 0xff);
                    right += in.read() == (i & 0xff) ? 1 : 0;
                } else {
                    right += in.read() == (i & 0xff) ? 1 : 0;
                    out.write(i & 0xff);
                }
            }
            return right;
        }
    }

    @Test
    @Tag("portable-only")
    void inPortableModeNothingIsPatchedAndTheReportSaysWhy() {
        var states = Patcher.monkeyPatch(Part.SOCKET);

        assertThat(states)
                .first()
                .satisfies(state -> {
                    assertThat(state.isPatched()).isFalse();
                    assertThat(state.now()).contains("portable mode");
                });
    }
}
