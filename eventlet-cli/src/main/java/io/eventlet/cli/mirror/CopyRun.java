// SPDX-License-Identifier: Apache-2.0
package io.eventlet.cli.mirror;

import io.eventlet.GreenThread;
import io.eventlet.cli.CommandFailure;
import io.eventlet.cli.ExitCode;
import io.eventlet.cli.display.Board;
import io.eventlet.cli.process.FileTrouble;
import io.eventlet.cli.process.StopSignals;
import io.eventlet.mirror.crawl.Mirror;
import io.eventlet.mirror.crawl.Summary;

import org.h2.mvstore.MVStoreException;
import org.jspecify.annotations.Nullable;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;

/// One run of a mirror, shown on a board. For one platform thread.
final class CopyRun {
    private final Mirror mirror;
    private final EventQueue events;
    private final EventReport report;
    private final Board board;
    private final long start = System.nanoTime();

    CopyRun(Mirror mirror, EventQueue events, EventReport report, Board board) {
        this.mirror = mirror;
        this.events = events;
        this.report = report;
        this.board = board;
    }

    /// Runs to the end, or until a signal stops it.
    ///
    /// @param after what is done about files that have gone; null for nothing
    /// @param quiet whether there is no summary
    int run(boolean quiet, @Nullable GoneFiles after) throws IOException {
        var ending = new Ending(mirror, board::note);
        try (var signals = StopSignals.on(ending::begin)) {
            var run =
                    GreenThread.spawn(() -> {
                        try {
                            return mirror.run();
                        } finally {
                            events.close();
                        }
                    });
            events.drain(line -> {
                board.line(line);
                if (board.isBroken()) {
                    mirror.stop(); // nobody reads the lines any more
                }
            });
            var summary = result(run);
            ending.over();
            report.results(summary, elapsed()).forEach(board::line);
            if (after != null && !after.after(mirror, summary, board::line)) {
                board.note("eventlet mirror: not all is there, so nothing is deleted");
            }
            if (!quiet) {
                report.notes(summary, elapsed()).forEach(board::note);
                if (summary.left() > 0) {
                    board.note("eventlet mirror: the same command goes on from there");
                }
            }
            return signals.exitCode().orElse(exitCode(summary).status());
        } finally {
            ending.over();
        }
    }

    private Duration elapsed() {
        return Duration.ofNanos(System.nanoTime() - start);
    }

    private static Summary result(GreenThread<Summary> run) {
        try {
            return run.await();
        } catch (RuntimeException e) {
            if (e.getCause() instanceof MVStoreException lost) {
                throw lost; // as outside of a run
            }
            if (e.getCause() instanceof UncheckedIOException shared) { // a frontier that is shared
                throw new CommandFailure(ExitCode.NETWORK, FileTrouble.first(shared), e);
            }
            throw e;
        }
    }

    private ExitCode exitCode(Summary summary) {
        if (board.isBroken()) {
            return ExitCode.SOME_FAILED;
        }
        return events.trouble()
                .map(trouble ->
                        switch (trouble) {
                            case FILE -> ExitCode.CONFIGURATION;
                            case NETWORK -> ExitCode.NETWORK;
                            case TLS -> ExitCode.TLS;
                            case AUTHENTICATION -> ExitCode.AUTHENTICATION;
                            case PROTOCOL -> ExitCode.PROTOCOL;
                            case SERVER -> ExitCode.SERVER;
                            case SCOPE -> ExitCode.SOME_FAILED;
                        })
                .orElse(summary.isComplete() ? ExitCode.OK : ExitCode.SOME_FAILED);
    }
}
