// SPDX-License-Identifier: Apache-2.0
package io.eventlet.cli.options;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import picocli.CommandLine;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

import java.util.ArrayList;
import java.util.List;

@Timeout(60)
class RepeatedOptionsTest {
    /// The options of a group of [SomeCommand].
    static final class Group {
        @Option(names = "--level")
        private int level = 5;

        @Option(names = "--deep")
        private boolean deep;

        @Option(names = "--reject", split = ",")
        private List<String> rejected = new ArrayList<>();
    }

    @Command
    static final class SomeCommand {
        @ArgGroup(validate = false, heading = "some%n")
        private Group group = new Group();
    }

    private static Group parsed(String... arguments) {
        var command = new SomeCommand();
        var line = new CommandLine(command).setOverwrittenOptionsAllowed(true);
        line.parseArgs(arguments);
        RepeatedOptions.rejoin(line.getCommandSpec());
        return command.group;
    }

    @Test
    void theLastOfARepeatedOptionCounts() {
        assertThat(parsed("--level", "3", "--level", "4").level).isEqualTo(4);
    }

    @Test
    void theOthersOfItsGroupKeepWhatTheyWereGiven() {
        var group = parsed("--deep", "--reject", "a,b", "--level", "3", "--level", "4");

        assertThat(group.deep).isTrue();
        assertThat(group.rejected).containsExactly("a", "b");
    }

    @Test
    void listsHaveWhatWasGivenBeforeAndAfterwards() {
        var group = parsed("--reject", "a", "--level=3", "--level=4", "--reject", "b,c");

        assertThat(group.rejected).containsExactly("a", "b", "c");
    }

    @Test
    void whatWasNotGivenHasItsDefault() {
        var group = parsed("--deep", "--deep");

        assertThat(group.level).isEqualTo(5);
        assertThat(group.rejected).isEmpty();
    }
}
