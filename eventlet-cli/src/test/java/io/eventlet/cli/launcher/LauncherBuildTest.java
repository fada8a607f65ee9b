// SPDX-License-Identifier: Apache-2.0
package io.eventlet.cli.launcher;

import static org.assertj.core.api.Assertions.assertThat;

import io.eventlet.cli.launcher.LauncherProcess.End;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/// When it builds, and when it does not.
@Timeout(60)
class LauncherBuildTest {
    @TempDir private Path directory;
    private Checkout checkout;

    @BeforeEach
    void checkOut() throws Exception {
        checkout = new Checkout(directory, "checkout");
    }

    @AfterEach
    void letTheDirectoryBeDeleted() throws Exception {
        checkout.makeWritable();
    }

    @Test
    void buildsOnceAsLongAsNothingChanges() throws Exception {
        End first = checkout.start().end();
        End second = checkout.start().end();

        assertThat(first.err())
                .hasSize(1)
                .first()
                .asString()
                .startsWith("eventlet: building")
                .endsWith("the log is " + checkout.top().resolve("eventlet-cli/target/build.log"));
        assertThat(second.err()).isEmpty();
        assertThat(second.status()).isZero();
        assertThat(checkout.builds()).isEqualTo(1);
    }

    @Test
    void aSourceThatIsNewerIsBuilt() throws Exception {
        checkout.start().end();
        Files.setLastModifiedTime(
                checkout.top().resolve("eventlet/src/main/Source.java"),
                FileTime.from(
                        Files.getLastModifiedTime(checkout.jar()).toInstant().plusSeconds(1)));

        checkout.start().end();

        assertThat(checkout.builds()).isEqualTo(2);
    }

    @Test
    void aSourceThatWasSavedDuringTheBuildIsBuiltNextTime() throws Exception {
        checkout.maven(
                """
                until [ eventlet/src/main/Source.java -nt eventlet-cli/target/build.log ]; do
                    touch eventlet/src/main/Source.java
                done
                """);
        checkout.start().end();
        checkout.maven("");

        checkout.start().end();
        checkout.start().end();

        assertThat(checkout.builds()).isEqualTo(2);
    }

    @Test
    void twoFirstRunsAtOnceBuildOnce() throws Exception {
        checkout.maven("until [ -e go-on ] || [ ! -e pom.xml ]; do sleep 0.05; done");
        LauncherProcess first = checkout.start();
        assertThat(first.readError()).startsWith("eventlet: building");
        LauncherProcess second = checkout.start();
        assertThat(second.readError()).startsWith("eventlet: waiting for another build");

        Files.createFile(checkout.top().resolve("go-on"));

        assertThat(first.end().status()).isZero();
        assertThat(second.end().status()).isZero();
        assertThat(checkout.builds()).isEqualTo(1);
    }

    @Test
    void aLockOfABuilderThatIsGoneIsTakenOver() throws Exception {
        Process gone = new ProcessBuilder("true").start();
        gone.waitFor();
        Files.createDirectories(checkout.lock());
        Files.writeString(checkout.lock().resolve("pid"), gone.pid() + "\n");

        End end = checkout.start().end();

        assertThat(end.status()).isZero();
        assertThat(checkout.builds()).isEqualTo(1);
        assertThat(checkout.lock()).doesNotExist();
    }

    @Test
    void anOldLockOfNobodyIsTakenOver() throws Exception {
        Files.createDirectories(checkout.lock());
        Instant longAgo = Instant.now().minusSeconds(3600);
        Files.setLastModifiedTime(checkout.lock(), FileTime.from(longAgo));

        End end = checkout.start().end();

        assertThat(end.status()).isZero();
        assertThat(checkout.builds()).isEqualTo(1);
    }

    @Test
    void aBuildThatFailsIsSaidInTheWordsOfMaven() throws Exception {
        checkout.maven("echo '[ERROR] Source.java:1: not a statement'; exit 1");

        End end = checkout.start().end();

        assertThat(end.status()).isEqualTo(3);
        assertThat(end.out()).isEmpty();
        assertThat(end.err())
                .contains("[ERROR] Source.java:1: not a statement")
                .last()
                .asString()
                .startsWith("eventlet: the build failed; all it said is in ");
        assertThat(checkout.lock()).doesNotExist();
    }

    @Test
    void withoutMavenItSaysWhatIsMissing() throws Exception {
        Files.delete(checkout.command("mvn"));

        End end = checkout.start().end();

        assertThat(end.status()).isEqualTo(3);
        assertThat(end.err())
                .singleElement()
                .asString()
                .endsWith("has to be built, and Maven (mvn) is not on PATH");
    }

    @Test
    void inATreeThatCannotBeWrittenAnOldJarIsUsedAsItIs() throws Exception {
        checkout.start().end();
        Files.setLastModifiedTime(checkout.jar(), FileTime.from(Instant.EPOCH));
        checkout.makeWritable();
        checkout.makeReadOnly();

        End end = checkout.startCommand(asSomebodyWithoutRights(checkout.launcher())).end();

        assertThat(end.err()).isEmpty();
        assertThat(end.status()).isZero();
        assertThat(checkout.builds()).isEqualTo(1);
    }

    @Test
    void inATreeThatCannotBeWrittenAMissingJarIsSaid() throws Exception {
        checkout.makeWritable();
        checkout.makeReadOnly();

        End end = checkout.startCommand(asSomebodyWithoutRights(checkout.launcher())).end();

        assertThat(end.status()).isEqualTo(3);
        assertThat(end.err())
                .containsExactly(
                        "eventlet: %s is missing and %s cannot be written"
                                .formatted(checkout.jar(), checkout.top()));
    }

    /// The superuser may write everywhere, and so has to become somebody else.
    private List<String> asSomebodyWithoutRights(Path launcher) throws Exception {
        List<String> command = new ArrayList<>();
        if (Files.getAttribute(directory, "unix:uid").equals(0)) {
            command.addAll(List.of("setpriv", "--reuid=65534", "--regid=65534", "--clear-groups"));
        }
        command.add(launcher.toString());
        return command;
    }
}
