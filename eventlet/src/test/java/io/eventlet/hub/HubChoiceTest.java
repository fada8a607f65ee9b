// SPDX-License-Identifier: Apache-2.0
package io.eventlet.hub;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.eventlet.ChildJvm;
import io.eventlet.poll.PollerKind;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import java.net.URISyntaxException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/// How a program, a property or the environment chooses what hubs poll with.
@Tag("hub-only") // once is enough
@Timeout(120)
class HubChoiceTest {
    private static final String NATIVE = "--enable-native-access=ALL-UNNAMED";
    private static final String DENIED = "--illegal-native-access=deny";

    /// What the JVMs of these tests run: each argument is asked for in turn.
    static final class Program {
        private Program() {}

        public static void main(String[] args) {
            for (String name : args) {
                try {
                    Hub.use(name);
                } catch (RuntimeException e) {
                    System.out.println(e);
                }
            }
            try {
                System.out.println(Hub.main().poller());
            } catch (RuntimeException e) {
                System.out.println(e);
            }
        }
    }

    private static List<String> run(
            Map<String, String> environment, List<String> options, String... names)
            throws Exception {
        var command = new ArrayList<String>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(ChildJvm.QUICK);
        command.add("--class-path=" + locationOf(Hub.class) + ":" + locationOf(Program.class));
        command.add("--add-opens=java.base/java.lang=ALL-UNNAMED");
        command.addAll(options.contains(DENIED) ? options : with(NATIVE, options));
        command.add(Program.class.getName());
        command.addAll(List.of(names));
        var builder = new ProcessBuilder(command);
        builder.environment().remove(HubChoice.VARIABLE);
        builder.environment().putAll(environment);
        var process = builder.redirectError(ProcessBuilder.Redirect.DISCARD).start();
        try (var output = process.inputReader()) {
            var lines = output.readAllLines();
            assertThat(process.waitFor()).as(lines::toString).isZero();
            return lines;
        }
    }

    private static List<String> with(String option, List<String> others) {
        var all = new ArrayList<>(others);
        all.add(option);
        return all;
    }

    private static Path locationOf(Class<?> type) throws URISyntaxException {
        return Path.of(type.getProtectionDomain().getCodeSource().getLocation().toURI());
    }

    private static List<String> run(String... names) throws Exception {
        return run(Map.of(), List.of(), names);
    }

    @Test
    void namesAreThoseOfKindsOrOfEventlet() {
        assertThat(HubChoice.of("Epoll", "x").pollers()).containsExactly(PollerKind.EPOLL);
        assertThat(HubChoice.of("epolls", "x").pollers()).containsExactly(PollerKind.EPOLL);
        assertThat(HubChoice.of("io_uring, epoll", "x").pollers())
                .containsExactly(PollerKind.IO_URING, PollerKind.EPOLL);
        assertThat(HubChoice.of("portable", "x").pollers()).isEmpty();
        assertThat(HubChoice.of("auto", "x")).isNull();
    }

    @Test
    void anUnknownNameIsAnErrorThatTellsTheNames() {
        assertThatThrownBy(() -> HubChoice.of("turbo", "-Deventlet.hub=turbo"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage(
                        "-Deventlet.hub=turbo: expected auto, epoll, io_uring, libevent, kqueue or"
                                + " portable");
    }

    @Test
    void portableModeMayBeTheLastOfAList() {
        var choice = HubChoice.of("io_uring, epoll, portable", "x");

        assertThat(choice.pollers()).containsExactly(PollerKind.IO_URING, PollerKind.EPOLL);
        assertThat(choice.contains(PollerKind.EPOLL)).isTrue();
        assertThat(choice.contains(PollerKind.KQUEUE)).isFalse();
        assertThat(choice.contains(null)).isTrue();
        assertThatThrownBy(() -> choice.ensureAgrees("hub"))
                .hasMessageContaining("contradict each other");
    }

    @Test
    void whatIsNoHubInAListIsAnErrorThatTellsWhatListsAre() {
        for (String list : List.of("io_uring,auto", "portable,epoll", "auto,portable", "epoll,")) {
            assertThatThrownBy(() -> HubChoice.of(list, "x"))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessage(
                            "x: expected epoll, io_uring, libevent, kqueue, in the order of"
                                    + " preference, and portable only as the last");
        }
    }

    @Test
    void aModeAndAHubThatContradictEachOtherAreAnError() {
        var portable = HubChoice.of("portable", "EVENTLET_HUB=portable");
        var epoll = HubChoice.of("epoll", "EVENTLET_HUB=epoll");

        portable.ensureAgrees("portable");
        portable.ensureAgrees("auto");
        epoll.ensureAgrees("hub");
        assertThatThrownBy(() -> portable.ensureAgrees("hub"))
                .hasMessage("EVENTLET_HUB=portable and -Deventlet.mode=hub contradict each other");
        assertThatThrownBy(() -> epoll.ensureAgrees("portable"))
                .hasMessageContaining("contradict each other");
    }

    @Test
    void aProgramChoosesBeforeTheFirstHub() throws Exception {
        assertThat(run("portable")).containsExactly("jdk");
        assertThat(run("epoll", "epolls")).containsExactly("epoll");
    }

    @Test
    void aSecondChoiceIsTooLateIfItIsAnother() throws Exception {
        assertThat(run("portable", "epoll"))
                .containsExactly(
                        "java.lang.IllegalStateException: Hub.use(\"epoll\") comes too late: this"
                                + " JVM uses portable already",
                        "jdk");
    }

    @Test
    void aChoiceThatFailsLeavesTheUsualOne() throws Exception {
        assertThat(run("turbo")).hasSize(2).last().isEqualTo("epoll");
    }

    @Test
    void aHubThatIsNotThereIsAnErrorThatNamesThoseThatAre() throws Exception {
        assertThat(run("kqueue"))
                .satisfiesExactly(
                        line ->
                                assertThat(line)
                                        .startsWith(
                                                "java.lang.IllegalStateException:"
                                                    + " Hub.use(\"kqueue\"), but kqueue is not"
                                                    + " there: it is known of macOS and FreeBSD,"
                                                    + " and this is Linux; this machine has epoll,")
                                        .endsWith(", portable"),
                        line -> assertThat(line).isEqualTo("epoll"));
    }

    @Test
    void theFirstOfSeveralThatIsThereIsTaken() throws Exception {
        assertThat(run(Map.of(), List.of("-Deventlet.hub=kqueue,epoll"), "epoll"))
                .containsExactly("epoll");
    }

    @Test
    void portableModeIsTakenWhereNoneBeforeItIsThere() throws Exception {
        assertThat(run(Map.of(), List.of("-Deventlet.hub=kqueue,portable"))).containsExactly("jdk");
    }

    @Test
    void ofSeveralOfWhichNoneIsThereTheLastIsNamed() throws Exception {
        assertThat(run(Map.of(), List.of("-Deventlet.hub=kqueue,kqueue")))
                .singleElement()
                .asString()
                .contains("-Deventlet.hub=kqueue,kqueue, but kqueue is not there");
    }

    /// Where the kernel forbids it, as containers do, that is an error too, and not another hub.
    @Test
    void ioUringIsUsedWhereItIsAllowed() throws Exception {
        assertThat(run("io_uring").getFirst())
                .satisfiesAnyOf(
                        line -> assertThat(line).isEqualTo("io_uring"),
                        line -> assertThat(line).contains("this process may not use io_uring"));
    }

    @Test
    void theEnvironmentChooses() throws Exception {
        assertThat(run(Map.of("EVENTLET_HUB", "portable"), List.of())).containsExactly("jdk");
    }

    @Test
    void nothingAsNameIsNoChoice() throws Exception {
        assertThat(run(Map.of("EVENTLET_HUB", "portable"), List.of("-Deventlet.hub=")))
                .containsExactly("jdk");
        assertThat(run(Map.of("EVENTLET_HUB", ""), List.of())).containsExactly("epoll");
    }

    @Test
    void thePropertyIsBeforeTheEnvironmentAndTheProgramBeforeBoth() throws Exception {
        var environment = Map.of("EVENTLET_HUB", "turbo");

        assertThat(run(environment, List.of("-Deventlet.hub=portable"))).containsExactly("jdk");
        assertThat(run(environment, List.of("-Deventlet.hub=turbo"), "portable"))
                .containsExactly("jdk");
    }

    @Test
    void withoutTheOptionsOfHubModeAChoiceFailsAndNamesThem() throws Exception {
        assertThat(run(Map.of(), List.of("-Deventlet.hub=epoll", DENIED)))
                .singleElement()
                .asString()
                .contains("-Deventlet.hub=epoll, but native access is denied; hub mode needs");
    }
}
