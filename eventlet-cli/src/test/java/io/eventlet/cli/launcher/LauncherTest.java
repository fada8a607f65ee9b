// SPDX-License-Identifier: Apache-2.0
package io.eventlet.cli.launcher;

import static org.assertj.core.api.Assertions.assertThat;

import io.eventlet.cli.launcher.LauncherProcess.End;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/// How it is found, and what it finds.
@Timeout(60)
class LauncherTest {
    @TempDir private Path directory;
    private Checkout checkout;

    @BeforeEach
    void checkOut() throws Exception {
        checkout = new Checkout(directory, "checkout");
    }

    @Test
    void startsTheProgramWithItsArguments() throws Exception {
        End end = checkout.start("fetch", "two words", "*", "").end();

        assertThat(end.status()).isZero();
        assertThat(end.out())
                .startsWith(directory.toRealPath().resolve("jdk").toString())
                .contains("--add-opens=java.base/java.lang=ALL-UNNAMED")
                .endsWith(
                        "-cp",
                        checkout.jar().toString(),
                        "io.eventlet.cli.Main",
                        "fetch",
                        "two words",
                        "*",
                        "");
    }

    @Test
    void optionsForTheJvmAreWordsAndNoPatterns() throws Exception {
        End end = checkout.with("EVENTLET_JAVA_OPTS", "-Xmx2g -Dx=*").start().end();

        assertThat(end.out()).contains("-Xmx2g", "-Dx=*");
    }

    @Test
    void aLinkToItLeadsToItsCheckout() throws Exception {
        Path link = Files.createSymbolicLink(directory.resolve("link"), checkout.launcher());

        End end = checkout.startCommand(List.of(link.toString())).end();

        assertThat(end.out()).contains(checkout.jar().toString());
    }

    @Test
    void aLinkToALinkLeadsToItsCheckout() throws Exception {
        Path elsewhere = Files.createDirectory(directory.resolve("elsewhere"));
        Files.createSymbolicLink(elsewhere.resolve("near"), checkout.launcher());
        Path link = Files.createSymbolicLink(directory.resolve("far"), Path.of("elsewhere/near"));

        End end = checkout.startCommand(List.of(link.toString())).end();

        assertThat(end.out()).contains(checkout.jar().toString());
    }

    @Test
    void aPathWithSpacesIsNoObstacle() throws Exception {
        checkout = new Checkout(Files.createDirectory(directory.resolve("sub")), "check  out");

        End end = checkout.start("--version").end();

        assertThat(end.status()).isZero();
        assertThat(end.out()).contains(checkout.jar().toString());
    }

    @ParameterizedTest
    @ValueSource(strings = {".", "elsewhere"})
    void anExportedCdpathIsNoObstacle(String cdpath) throws Exception {
        Files.createDirectories(checkout.top().resolve("elsewhere/bin"));
        checkout.with("CDPATH", cdpath);

        End end = checkout.startCommand(List.of("bash", "-c", "bin/eventlet --version")).end();

        assertThat(end.status()).isZero();
        assertThat(end.out()).contains(checkout.jar().toString());
    }

    @Test
    void worksWithoutHome() throws Exception {
        End end = checkout.without("HOME").start().end();

        assertThat(end.status()).isZero();
        assertThat(end.err()).hasSize(1).first().asString().startsWith("eventlet: building");
    }

    @Test
    void afterAJavaHomeThatIsTooOldThePathIsLookedAt() throws Exception {
        Path onPath = checkout.jdk("other", "25");
        Files.createSymbolicLink(checkout.command("java"), onPath.resolve("bin/java"));

        End end = checkout.with("JAVA_HOME", checkout.jdk("old", "17.0.2")).start().end();

        assertThat(end.out()).startsWith(onPath.toString());
    }

    @Test
    void afterAJavaHomeThatIsNotThereTheUsualPlacesAreLookedAt() throws Exception {
        checkout.jdkInUsualPlace("/usr/lib/jvm/a", "21.0.1");
        Path newEnough = checkout.jdkInUsualPlace("/usr/lib/jvm/b", "26");

        End end = checkout.with("JAVA_HOME", directory.resolve("nowhere")).start().end();

        assertThat(end.out()).startsWith(newEnough.toString());
    }

    @Test
    void withoutAJdkThatIsNewEnoughItSaysWhatToSet() throws Exception {
        End end = checkout.with("JAVA_HOME", checkout.jdk("old", "24.0.2")).start().end();

        assertThat(end.status()).isEqualTo(3);
        assertThat(end.out()).isEmpty();
        assertThat(end.err())
                .containsExactly(
                        "eventlet: no JDK 25 or newer was found in JAVA_HOME, PATH or the usual"
                                + " places; set JAVA_HOME to one, or install one: a package such as"
                                + " openjdk-25-jdk or temurin-25-jdk, or a download from"
                                + " https://adoptium.net/");
    }

    /// Without one, the first file that the JVM opens would be read as standard input.
    @ParameterizedTest
    @CsvSource({"0, <&-", "1, >&-", "2, 2>&-"})
    void aDescriptorThatIsClosedIsTaken(int descriptor, String closing) throws Exception {
        var said = directory.resolve("said");
        checkout.java("[ -e /dev/fd/%d ] && echo taken >'%s'".formatted(descriptor, said));

        End end =
                checkout.startCommand(List.of("bash", "-c", "bin/eventlet fetch - " + closing))
                        .end();

        assertThat(end.status()).isZero();
        assertThat(said).hasContent("taken");
    }

    @ParameterizedTest
    @CsvSource({"LC_ALL,C", "LC_CTYPE,POSIX", "LANG,C", "LANG,''"})
    void inALocaleWithoutLettersArgumentsHaveThemAllTheSame(String variable, String locale)
            throws Exception {
        checkout.java("echo \"${LC_ALL:-$LC_CTYPE}\"; printf '%s\\n' \"$@\"");

        End end = checkout.with(variable, locale).start("fetch").end();

        assertThat(end.out()).startsWith("C.UTF-8").contains("-Dstdout.encoding=US-ASCII");
    }

    @Test
    void anotherLocaleIsLeftAlone() throws Exception {
        checkout.java("echo \"$LC_ALL $LC_CTYPE $LANG\"; printf '%s\\n' \"$@\"");

        End end = checkout.with("LANG", "de_DE.UTF-8").start("fetch").end();

        assertThat(end.out())
                .startsWith("  de_DE.UTF-8")
                .noneMatch(option -> option.startsWith("-Dstdout"));
    }

    @Test
    void aCacheThatCannotBeMadeKeepsNothingFromStarting() throws Exception {
        End end = checkout.without("EVENTLET_NO_CACHE").start("demo").end();

        assertThat(end.status()).isZero();
        assertThat(end.err()).last().isEqualTo("eventlet: preparing a faster start, once");
        assertThat(end.out()).endsWith("io.eventlet.cli.Main", "demo");
    }

    @ParameterizedTest
    @CsvSource({"0, true", "1, false"})
    void aCacheIsKeptIfItsTrainingHasNotFailed(int status, boolean kept) throws Exception {
        checkout.java(
                """
                for word; do
                    case $word in -XX:AOTCacheOutput=*) echo cache >"${word#*=}"; exit %d ;; esac
                done
                printf '%%s\\n' "$@"
                """
                        .formatted(status));

        checkout.without("EVENTLET_NO_CACHE").start("demo").end();

        try (var files = Files.list(checkout.jar().getParent())) {
            assertThat(files.anyMatch(file -> file.toString().endsWith(".aot"))).isEqualTo(kept);
        }
    }
}
