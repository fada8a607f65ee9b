// SPDX-License-Identifier: Apache-2.0
package io.eventlet.cli.mirror;

import io.eventlet.cli.Terminal;
import io.eventlet.cli.display.Look;
import io.eventlet.http.client.HttpUrl;

import picocli.CommandLine.Option;

import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

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

    EventReport report(Terminal terminal, List<HttpUrl> starts) {
        if (json) {
            return new JsonEvents(quiet);
        }
        Set<String> unheard = ConcurrentHashMap.newKeySet();
        if (!quiet) {
            starts.forEach(start -> unheard.add(start.host()));
        }
        return new TextEvents(
                plain ? Look.PLAIN : Look.of(terminal),
                notes(terminal),
                verbose && !quiet,
                unheard);
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
