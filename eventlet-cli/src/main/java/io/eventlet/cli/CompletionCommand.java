// SPDX-License-Identifier: Apache-2.0
package io.eventlet.cli;

import picocli.AutoComplete;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/// `eventlet completion`: prints the completion script for bash and zsh.
@Command(
        name = "completion",
        description = "Print the completion script for bash or zsh.",
        footerHeading = "%nExamples:%n",
        footer = {
            "  source <(eventlet completion)                              this shell",
            "  eventlet completion > ~/.local/share/bash-completion/completions/eventlet",
        })
final class CompletionCommand implements Runnable {
    @Spec
    @SuppressWarnings("NullAway.Init") // picocli sets it
    private CommandSpec spec;

    @Override
    public void run() {
        var out = spec.commandLine().getOut();
        out.print(AutoComplete.bash("eventlet", spec.root().commandLine()));
        out.flush();
    }
}
