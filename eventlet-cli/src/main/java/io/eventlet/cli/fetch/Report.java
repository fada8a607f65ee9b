// SPDX-License-Identifier: Apache-2.0
package io.eventlet.cli.fetch;

import java.util.List;
import java.util.Optional;

/// How the outcomes of a run read.
sealed interface Report permits TextReport, JsonReport {
    /// The line of one outcome, or none when it is not to be printed.
    Optional<String> line(Outcome outcome);

    /// The lines that close the run, for standard output.
    List<String> results(Tally.Count count);

    /// The lines that close the run, for the person who watches.
    List<String> summary(Tally.Count count);
}
