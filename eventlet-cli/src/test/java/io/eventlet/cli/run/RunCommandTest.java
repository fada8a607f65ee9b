// SPDX-License-Identifier: Apache-2.0
package io.eventlet.cli.run;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.eventlet.cli.CommandFailure;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

import picocli.CommandLine;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.jar.Attributes;
import java.util.jar.JarOutputStream;
import java.util.jar.Manifest;

/// How the JVM of a program is started.
@Timeout(60)
class RunCommandTest {
    private static final String RUNNER = "io.eventlet.patch.run.RunProgram";

    @TempDir private Path directory;

    private static List<String> words(String... arguments) {
        var command = new RunCommand();
        var _ = new CommandLine(command).parseArgs(arguments);
        return command.words("agent.jar", "lib.jar", "dns.jar");
    }

    private static String path(String program) {
        return String.join(File.pathSeparator, program, "agent.jar", "lib.jar", "dns.jar");
    }

    private Path jar(Manifest manifest) throws IOException {
        var jar = directory.resolve("app.jar");
        new JarOutputStream(Files.newOutputStream(jar), manifest).close();
        return jar;
    }

    private static Manifest manifest(@Nullable String mainClass) {
        var manifest = new Manifest();
        manifest.getMainAttributes().put(Attributes.Name.MANIFEST_VERSION, "1.0");
        if (mainClass != null) {
            manifest.getMainAttributes().put(Attributes.Name.MAIN_CLASS, mainClass);
        }
        return manifest;
    }

    @Test
    void jarIsRunByItsMainClass() throws Exception {
        var jar = jar(manifest("com.example.Main")).toString();

        assertThat(words(jar, "--port", "80"))
                .containsSubsequence("-javaagent:agent.jar", "-cp", path(jar))
                .endsWith(RUNNER, "com.example.Main", "--port", "80");
    }

    @Test
    void whatTheManifestOpensIsOpened() throws Exception {
        var manifest = manifest("com.example.Main");
        manifest.getMainAttributes().putValue("Add-Opens", "java.base/java.util java.base/java.io");

        assertThat(words(jar(manifest).toString()))
                .contains(
                        "--add-opens=java.base/java.util=ALL-UNNAMED",
                        "--add-opens=java.base/java.io=ALL-UNNAMED");
    }

    @Test
    void classIsLookedForOnItsPath() {
        assertThat(words("-cp", "classes", "com.example.Main"))
                .contains(path("classes"))
                .endsWith(RUNNER, "com.example.Main");
    }

    @Test
    void optionsBehindTheProgramAreItsOwn() {
        assertThat(words("--hubs", "2", "Main", "--hubs", "3"))
                .contains("-Deventlet.run.hubs=2")
                .endsWith("Main", "--hubs", "3");
    }

    @Test
    void partsReportAndOptionsOfTheJvmAreHandedOn() {
        assertThat(words("--patch", "socket", "--report", "-J", "-Xmx1g", "-J", "-Da=b c", "Main"))
                .contains("-Deventlet.run.patch=socket", "-Deventlet.run.report=true")
                .containsSubsequence("-Xmx1g", "-Da=b c", "-javaagent:agent.jar");
    }

    @Test
    void resolverIsOnThePathIfNamesArePatched() {
        assertThat(words("Main")).anyMatch(word -> word.endsWith("dns.jar"));
        assertThat(words("--patch", "thread, DNS", "Main"))
                .anyMatch(word -> word.endsWith("dns.jar"));
        assertThat(words("--patch", "socket", "Main")).noneMatch(word -> word.endsWith("dns.jar"));
    }

    @Test
    void jarWithoutAMainClassIsAnError() throws Exception {
        var jar = jar(manifest(null)).toString();

        assertThatExceptionOfType(CommandFailure.class)
                .isThrownBy(() -> words(jar))
                .withMessage(jar + " says of no class that it is its main class (Main-Class)");
    }

    @Test
    void jarThatIsNotThereIsAnError() {
        assertThatExceptionOfType(CommandFailure.class)
                .isThrownBy(() -> words("no/app.jar"))
                .withMessage("no such file: no/app.jar");
    }

    @Test
    void fileThatIsNoJarIsAnError() throws Exception {
        var file = Files.writeString(directory.resolve("text.jar"), "text").toString();

        assertThatExceptionOfType(CommandFailure.class)
                .isThrownBy(() -> words(file))
                .withMessageStartingWith(file + " is no jar: ");
    }

    @Test
    void aJarHasNoOtherClassPath() throws Exception {
        var jar = jar(manifest("Main")).toString();

        assertThatExceptionOfType(CommandFailure.class)
                .isThrownBy(() -> words("-cp", "classes", jar))
                .withMessageContaining("--class-path is for a class");
    }

    @Test
    void withoutTheLauncherItSaysWhatToCall() {
        assertThatExceptionOfType(CommandFailure.class)
                .isThrownBy(() -> new RunCommand().call())
                .withMessageContaining("bin/eventlet run");
    }
}
