// SPDX-License-Identifier: Apache-2.0
package io.eventlet.cli;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.logging.LogManager;

/// What the library and others log: warnings, each a line of ours; all of it when debugging.
///
/// `java.util.logging` makes it when something is first logged, and not before.
public final class Logging {
    private static final String QUIET = "java.util.logging.config.class";

    /// What SLF4J, by which crawler-commons logs, says at least of itself: not that nobody listens.
    private static final String OF_OTHERS = "slf4j.internal.verbosity";

    private static final String MODE_LOGGED = "eventlet.mode.logged"; // of the library

    private static volatile boolean isDebugAsked; // before anything logs

    /// Called by `java.util.logging` and by nobody else.
    public Logging() throws IOException {
        String settings = settings(isDebugAsked || Terminal.ofProcess().isDebug());
        var bytes = settings.getBytes(StandardCharsets.ISO_8859_1);
        LogManager.getLogManager().readConfiguration(new ByteArrayInputStream(bytes));
    }

    static String settings(boolean isDebug) {
        String level = isDebug ? "FINE" : "WARNING";
        // The terminal library warns, with a stack trace, of a terminal that the system has no
        // description of, and goes on.
        String terminals = isDebug ? "WARNING" : "OFF";
        return """
        handlers=java.util.logging.ConsoleHandler
        java.util.logging.ConsoleHandler.level=ALL
        java.util.logging.SimpleFormatter.format=eventlet: %%5$s%%6$s%%n
        .level=WARNING
        io.eventlet.level=%s
        org.jline.level=%s
        """
                .formatted(level, terminals);
    }

    /// To be called before anything logs; a configuration that the user named is left alone.
    ///
    /// @param args the command line: `--debug`, wherever it stands, asks for all that is logged
    static void install(String... args) {
        isDebugAsked = Arrays.asList(args).contains("--debug");
        if (System.getProperty("java.util.logging.config.file") == null
                && System.getProperty(QUIET) == null) {
            System.setProperty(QUIET, Logging.class.getName());
            boolean isShort = args.length > 0 && args[0].equals("mirror");
            if (isShort && !isDebugAsked && !Terminal.ofProcess().isDebug()) {
                System.setProperty(MODE_LOGGED, "false"); // which would be for nobody
            }
        }
        if (System.getProperty(OF_OTHERS) == null) {
            System.setProperty(OF_OTHERS, "ERROR");
        }
    }
}
