// SPDX-License-Identifier: Apache-2.0
package io.eventlet.cli.mirror;

import static org.assertj.core.api.Assertions.assertThat;

import io.eventlet.cli.testing.CommandRun;
import io.eventlet.http.server.Response;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/// Who asks: tokens and cookies of a copy.
@Timeout(60)
class AccessOptionsTest {
    private final List<String> cookies = new CopyOnWriteArrayList<>();
    private final List<String> asked = new CopyOnWriteArrayList<>();

    @TempDir
    @SuppressWarnings("NullAway.Init") // JUnit sets it
    private Path root;

    @SuppressWarnings("NullAway.Init") // set before each
    private FileSite site;

    private Path copy = Path.of("");

    @BeforeEach
    void serve() throws IOException {
        copy = root.resolve("copy");
        site = new FileSite(root);
        site.answering(
                "/pub/",
                request -> {
                    asked.add(request.headers().get("Authorization", "nobody"));
                    cookies.add(request.headers().get("Cookie", "none"));
                    return Response.html("<title>Index of /pub/</title><a href='a'>a</a>")
                            .header("Set-Cookie", "session=1");
                });
        site.answering(
                "/pub/a",
                request -> {
                    cookies.add(request.headers().get("Cookie", "none"));
                    return Response.text("a");
                });
    }

    @AfterEach
    void close() {
        site.close();
    }

    private CommandRun mirror(String... options) {
        var arguments = new ArrayList<>(List.of(options));
        arguments.addAll(List.of("--no-netrc", site.url("/pub/"), copy.toString()));
        return CommandRun.of(new MirrorCommand(), arguments.toArray(String[]::new));
    }

    @Test
    void cookiesThatAServerSetsAreSentBack() {
        mirror();

        assertThat(cookies).containsExactly("none", "session=1");
    }

    @Test
    void noCookiesAreSentIfNoneAreWanted() {
        mirror("--no-cookies");

        assertThat(cookies).containsExactly("none", "none");
    }

    @Test
    void cookiesOfAFileAreSentFromTheBeginning() throws IOException {
        var file =
                Files.writeString(
                        root.resolve("cookies"), "127.0.0.1\tFALSE\t/\tFALSE\t0\tlogin\tme\n");

        mirror("--load-cookies", file.toString());

        assertThat(cookies).containsExactly("login=me", "session=1; login=me");
    }

    @Test
    void theTokenOfAFileIsToldToTheServersOfTheStarts() throws IOException {
        var file = Files.writeString(root.resolve("token"), "abc.def\n");

        mirror("--bearer-file", file.toString());

        assertThat(asked).containsExactly("Bearer abc.def");
    }

    @Test
    void theUserOfAUrlAsksAtItsServerAndIsKeptNowhere() {
        var url = site.url("/pub/").replace("://", "://me:p%40ss@");

        CommandRun run =
                CommandRun.of(
                        new MirrorCommand(), "-v", "--json", "--no-netrc", url, copy.toString());
        CommandRun report = CommandRun.of(new MirrorCommand(), "--report", copy.toString());

        assertThat(run.exitCode()).isZero();
        assertThat(asked).containsExactly("Basic bWU6cEBzcw==");
        assertThat(run.out() + run.err() + report.out()).doesNotContain("p%40ss", "p@ss");
    }

    @Test
    void aUserWithAColonIsNoUser() {
        var url = site.url("/pub/").replace("://", "://m%3Ae:secret@");

        CommandRun run = CommandRun.of(new MirrorCommand(), url, copy.toString());

        assertThat(run.exitCode()).isEqualTo(2);
        assertThat(run.err()).contains("must not have a colon").doesNotContain("secret");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"--header;A: b\001c", "--header;Content-Length: 5", "--user-agent;a\001b"})
    void aFieldThatCannotBeSentIsMisuse(String option) {
        CommandRun run = mirror(option.split(";", -1));

        assertThat(run.exitCode()).isEqualTo(2);
        assertThat(run.err()).contains(option.substring(0, option.indexOf(';')) + ": ");
        assertThat(asked).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"--bearer-file token", "--user me --password=x"})
    void aFieldAndAnOptionDoNotBothSayWhoAsks(String option) {
        var options = new ArrayList<>(List.of("--header", "authorization : Basic eHg="));
        options.addAll(List.of(option.split(" ", -1)));

        CommandRun run = mirror(options.toArray(String[]::new));

        assertThat(run.exitCode()).isEqualTo(2);
        assertThat(run.err()).contains("--header Authorization excludes");
        assertThat(asked).isEmpty();
    }

    @Test
    void fileThatIsNoneIsNamedWithItsTrouble() throws IOException {
        var file = Files.writeString(root.resolve("cookies"), "login=me\n");

        CommandRun run = mirror("--load-cookies", file.toString());

        assertThat(run.exitCode()).isEqualTo(3);
        assertThat(run.err()).contains("cannot read '" + file + "': line 1 has 1 fields");
        assertThat(asked).isEmpty();
    }
}
