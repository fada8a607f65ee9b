// SPDX-License-Identifier: Apache-2.0
package io.eventlet.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.eventlet.cli.options.HubNameConverter;
import io.eventlet.cli.testing.CommandProcess;
import io.eventlet.poll.PollerKind;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

import picocli.CommandLine;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Map;
import java.util.stream.Collectors;

@Timeout(60)
class MainTest {
    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();
    private Map<String, String> environment = Map.of();

    @Test
    void versionNamesEventletAndTheJavaThatRunsIt() {
        int status = run("--version");

        assertThat(status).isZero();
        assertThat(out.toString())
                .startsWith("eventlet ")
                .contains("Java " + Runtime.version().feature());
        assertThat(err.toString()).isEmpty();
    }

    @Test
    void helpListsEveryCommandWithExamplesAndExitCodes() {
        int status = run("--help");

        assertThat(status).isZero();
        assertThat(out.toString()).contains("Examples:").contains("130   stopped by Ctrl-C");
        for (Commands.Entry entry : Commands.ALL) {
            assertThat(out.toString()).contains("  " + entry.name()).contains(entry.description());
        }
    }

    static Iterable<Commands.Entry> commands() {
        return Commands.ALL;
    }

    @ParameterizedTest
    @MethodSource("commands")
    void commandIsListedUnderItsOwnNameAndDescription(Commands.Entry entry) {
        var spec = new CommandLine(entry.command().get()).getCommandSpec();

        assertThat(spec.name()).isEqualTo(entry.name());
        assertThat(spec.usageMessage().description()[0]).isEqualTo(entry.description());
    }

    @ParameterizedTest
    @MethodSource("commands")
    void helpOfCommandListsExitCodesAndDebugging(Commands.Entry entry) {
        int status = run(entry.name(), "--help");

        assertThat(status).isZero();
        assertThat(out.toString())
                .startsWith("Usage: eventlet " + entry.name())
                .contains("Exit codes:")
                .contains("--debug");
    }

    @ParameterizedTest
    @CsvSource({"mirror, true", "echo, false"})
    void helpOfCommandListsNoCodesOfOthers(String command, boolean isListed) {
        run(command, "--help");

        assertThat(out.toString().contains("a server broke the protocol")).isEqualTo(isListed);
        assertThat(out.toString().contains("143   stopped by SIGTERM")).isEqualTo(isListed);
    }

    @ParameterizedTest
    @MethodSource("commands")
    void versionOfCommandIsThatOfEventlet(Commands.Entry entry) {
        int status = run(entry.name(), "--version");

        assertThat(status).isZero();
        assertThat(out.toString()).startsWith("eventlet ");
    }

    @Test
    void unknownOptionIsAUsageErrorOfOneLine() {
        int status = run("--bogus");

        assertThat(status).isEqualTo(2);
        assertThat(err.toString().lines())
                .containsExactly("eventlet: unknown option '--bogus'; see 'eventlet --help'");
        assertThat(out.toString()).isEmpty();
    }

    @Test
    void anOptionOfWgetIsAnsweredWithWhatToDo() {
        int status = run("mirror", "--tries=3", "http://localhost/", "copy");

        assertThat(status).isEqualTo(2);
        assertThat(err.toString())
                .startsWith(
                        "eventlet mirror: unknown option '--tries' (--retries N counts the tries"
                                + " after the first); see ");
    }

    @Test
    void aMisspeltOptionWithAValueIsGuessed() {
        run("mirror", "--retires=3", "http://localhost/", "copy");

        assertThat(err.toString()).contains("'--retires', did you mean '--retries'");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "--pasword=s3cret http://localhost/ copy",
                "-c http://me:s3cret@localhost/ copy",
                "-T http://me:s3/cret@localhost/ copy",
                "-T http://me:s@3cret@localhost/ copy",
                "-T http://me:it's@3cret@localhost/ copy",
                "--user me --ask-password=s3cret http://localhost/ copy",
                "--user me --ask-password=it's3cret http://localhost/ copy",
                "-Zhttp://me:s3cret@localhost/ copy"
            })
    void misuseShowsNoPassword(String arguments) {
        int status = run(("mirror " + arguments).split(" ", -1));

        assertThat(status).isEqualTo(2);
        assertThat(err.toString()).isNotEmpty().doesNotContain("cret");
    }

    @Test
    void anOptionWithoutAValueThatGotOneIsNamedWithoutIt() {
        run("mirror", "--user", "me", "--ask-password=s3cret", "http://localhost/", "copy");

        assertThat(err.toString()).startsWith("eventlet mirror: option '--ask-password' takes no");
    }

    @Test
    void unknownCommandIsNamedWithTheOnesThereAre() {
        int status = run("bogus");

        assertThat(status).isEqualTo(2);
        assertThat(err.toString().lines())
                .singleElement()
                .asString()
                .startsWith("eventlet: 'bogus' is not a command (commands: ")
                .contains("completion");
    }

    @Test
    void misspeltCommandIsGuessed() {
        int status = run("complet");

        assertThat(status).isEqualTo(2);
        assertThat(err.toString()).contains("did you mean 'completion'");
    }

    @Test
    void aCommandThatIsLikeNoneIsNotGuessed() {
        run("nosuch");

        assertThat(err.toString()).doesNotContain("did you mean");
    }

    @Test
    void ofAnOptionThatIsGivenTwiceTheLastCounts() {
        int status = run("fetch", "-c", "3", "-c", "4", "no-url");

        assertThat(status).isEqualTo(1);
        assertThat(err.toString()).contains("1 bad URL");
    }

    @Test
    void commandLineWithoutCommandIsAUsageError() {
        int status = run();

        assertThat(status).isEqualTo(2);
        assertThat(err.toString()).startsWith("eventlet: a command is expected (commands: ");
    }

    @Test
    void unexpectedArgumentOfCommandIsNamed() {
        int status = run("completion", "tcsh");

        assertThat(status).isEqualTo(2);
        assertThat(err.toString())
                .startsWith("eventlet completion: unexpected argument 'tcsh'; see 'eventlet");
    }

    @Test
    void usageErrorHasNoStackTraceUnlessDebuggingIsAskedFor() {
        run("completion", "--bogus");
        String quiet = err.toString();
        environment = Map.of("EVENTLET_DEBUG", "1");

        run("completion", "--bogus");

        assertThat(quiet).doesNotContain("\tat ");
        assertThat(err.toString()).contains("UnmatchedArgumentException").contains("\tat ");
    }

    @ParameterizedTest
    @CsvSource({"--debug,fetch", "fetch,--debug"})
    void debuggingTellsTheModeThatWasChosen(String first, String second) throws Exception {
        try (var fetch = CommandProcess.start(first, second, "no-url")) {
            assertThat(fetch.readErrors()).contains(" mode: green threads");
            assertThat(fetch.exitCode()).isEqualTo(1);
        }
    }

    @Test
    void withoutDebuggingTheModeIsNotTold() throws Exception {
        try (var fetch = CommandProcess.start("fetch", "no-url")) {
            assertThat(fetch.readErrors()).doesNotContain("mode");
        }
    }

    @ParameterizedTest
    @CsvSource({"--hub,portable,fetch", "fetch,--hub,portable"})
    void theHubCanBeChosen(String first, String second, String third) throws Exception {
        try (var fetch = CommandProcess.start("--debug", first, second, third, "no-url")) {
            assertThat(fetch.readErrors())
                    .contains("portable mode, as -Deventlet.hub=portable asks");
        }
    }

    @Test
    void aHubThatIsNotThereIsOneLineThatNamesThoseThatAre() throws Exception {
        try (var echo = CommandProcess.start("echo", "--hub", "kqueue", "--port", "0")) {
            assertThat(echo.readErrors())
                    .startsWith("eventlet echo: -Deventlet.hub=kqueue, but kqueue is not there: ")
                    .contains("; this machine has epoll, ");
            assertThat(echo.exitCode()).isEqualTo(3);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"turbo", "epoll,turbo", "portable,epoll", "epoll,auto", ""})
    void anUnknownHubIsOneLineThatTellsTheNames(String name) {
        int status = run("echo", "--hub=" + name, "--port", "0");

        assertThat(status).isEqualTo(2);
        assertThat(err.toString().lines())
                .singleElement()
                .asString()
                .startsWith("eventlet echo: Invalid value for option '--hub'")
                .contains("'" + name + "' is not a hub")
                .contains("expected auto, epoll, io_uring, libevent, kqueue, portable");
    }

    @ParameterizedTest
    @ValueSource(strings = {"portable", "IO_URING, epoll", "io_uring,epoll,portable"})
    void hubsMayBeAListThatEndsWithPortableMode(String names) {
        assertThat(new HubNameConverter().convert(names)).isEqualTo(names);
    }

    @ParameterizedTest
    @EnumSource
    void eachHubOfTheLibraryHasItsName(PollerKind kind) {
        assertThat(HubNameConverter.NAMES).contains(kind.label());
    }

    @Test
    void theHelpOfTheDocumentsIsThatOfTheProgram() throws Exception {
        int status = run("--help");

        var help = out.toString().lines().takeWhile(line -> !line.isEmpty());
        assertThat(status).isZero();
        assertThat(Path.of("..", "docs", "commands.md"))
                .content()
                .contains(help.collect(Collectors.joining("\n    ", "    ", "\n\n")));
    }

    @Test
    void helpHasColorsOnlyWhereTheEnvironmentAllowsThem() {
        environment = Map.of("CLICOLOR_FORCE", "1");
        run("--help");
        String forced = out.toString();
        environment = Map.of("CLICOLOR_FORCE", "1", "NO_COLOR", "1");
        out.getBuffer().setLength(0);

        run("--help");

        assertThat(forced).contains("\u001b[");
        assertThat(out.toString()).doesNotContain("\u001b[");
    }

    @Test
    void completionIsAScriptThatBashAccepts() throws Exception {
        int status = run("completion");

        var bash = new ProcessBuilder("bash", "-n").redirectErrorStream(true).start();
        try (var script = bash.outputWriter(StandardCharsets.UTF_8)) {
            script.write(out.toString());
        }
        String complaints = bash.inputReader(StandardCharsets.UTF_8).readAllAsString();
        assertThat(status).isZero();
        assertThat(complaints).isEmpty();
        assertThat(bash.waitFor()).isZero();
        assertThat(out.toString()).contains("complete -F");
    }

    private int run(String... args) {
        var terminal = new Terminal(false, false, environment);
        return Main.run(terminal, new PrintWriter(out), new PrintWriter(err), args);
    }
}
