// SPDX-License-Identifier: Apache-2.0
package io.eventlet.cli.mirror;

import io.eventlet.cli.Terminal;
import io.eventlet.cli.display.Look;

import picocli.CommandLine.Option;

/// The options that say how a run is told.
final class OutputOptions {
    @Option(
            names = {"-v", "--verbose"},
            description = "a line for each URL, not only for those that fail")
    private boolean verbose;

    @Option(names = "--json", description = "one JSON object a line for whatever happens")
    private boolean json;

    @Option(
            names = "--plain",
            description = "nothing that moves, no colours: for screen readers and logs")
    private boolean plain;

    @Option(
            names = {"-q", "--quiet"},
            description = "failures only, no summary and no progress")
    private boolean quiet;

    EventReport report(Terminal terminal) {
        return json
                ? new JsonEvents(quiet)
                : new TextEvents(
                        plain ? Look.PLAIN : Look.of(terminal), notes(terminal), verbose && !quiet);
    }

    Look notes(Terminal terminal) {
        return plain ? Look.PLAIN : Look.ofErrors(terminal);
    }

    boolean isJson() {
        return json;
    }

    boolean isLive() {
        return !quiet && !plain;
    }

    /// Whether progress is told in lines where it is not shown live.
    boolean hasProgressLines() {
        return !quiet && !json;
    }

    boolean isQuiet() {
        return quiet;
    }
}
