// SPDX-License-Identifier: Apache-2.0
package io.eventlet.cli;

import picocli.CommandLine;
import picocli.CommandLine.Command;

/// The command `eventlet`, what `bin/eventlet` starts.
@Command(name = "eventlet", mixinStandardHelpOptions = true)
public final class Main {
    private Main() {}

    public static void main(String... args) {
        System.exit(new CommandLine(new Main()).execute(args));
    }
}
