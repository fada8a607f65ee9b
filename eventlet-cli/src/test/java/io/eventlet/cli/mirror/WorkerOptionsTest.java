// SPDX-License-Identifier: Apache-2.0
package io.eventlet.cli.mirror;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import picocli.CommandLine;

import java.nio.file.Path;

@Timeout(60)
class WorkerOptionsTest {
    @CommandLine.Command
    private static final class Holder {
        @CommandLine.ArgGroup(validate = false)
        private WorkerOptions workers = new WorkerOptions();
    }

    private static WorkerOptions options(String... arguments) {
        var holder = new Holder();
        new CommandLine(holder).parseArgs(arguments);
        return holder.workers;
    }

    @Test
    void nothingIsSharedIfNothingIsSaid() {
        var options = options();

        assertThat(options.contradiction()).isEmpty();
        assertThat(options.isAsked()).isFalse();
        assertThat(options.directory(Path.of("copy"))).isEqualTo(Path.of("copy"));
    }

    @Test
    void eachWorkerMayHaveAPartOfTheDirectory() {
        var options =
                options("--frontier", "postgresql://db/x", "--worker-id", "w1", "--shard-dir");

        assertThat(options.contradiction()).isEmpty();
        assertThat(options.directory(Path.of("copy"))).isEqualTo(Path.of("copy", "w1"));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "--status | need --frontier",
                "--worker-id w1 | need --frontier",
                "--frontier mysql://db/x | not this: mysql://db/x",
                "--frontier postgresql://me:secret@db/x | postgresql://me:***@db/x",
                "--frontier postgresql://db/x --crawl A-B | small letters, digits and _",
                "--frontier postgresql://db/x --worker-id a/b | the name of a worker has",
                "--frontier postgresql://db/x --lease 1s | --lease must be 5s or longer"
            })
    void whatIsWrongIsSaid(String arguments, String problem) {
        var options = options(arguments.split(" ", -1));

        assertThat(options.contradiction()).contains(problem).doesNotContain("secret");
    }
}
