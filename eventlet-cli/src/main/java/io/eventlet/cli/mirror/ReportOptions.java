// SPDX-License-Identifier: Apache-2.0
package io.eventlet.cli.mirror;

import org.jspecify.annotations.Nullable;

import picocli.CommandLine.Option;

import java.util.Optional;
import java.util.stream.Stream;

/// The options that ask what has become of a copy, instead of making one.
final class ReportOptions {
    @Option(
            names = "--why",
            paramLabel = "URL|FILE",
            description = "what has become of a URL, or of that of a file, and by which rule")
    private @Nullable String why;

    @Option(names = "--report", description = "the same of every URL that was seen")
    private boolean report;

    @Option(
            names = "--failed",
            description = "the URLs that failed, one a line, for another run's -i")
    private boolean failed;

    @Option(
            names = "--verify",
            description = "compare the files with the lists of checksums among them: SHA256SUMS")
    private boolean verify;

    boolean isVerify() {
        return verify;
    }

    Optional<String> why() {
        return Optional.ofNullable(why);
    }

    boolean isReport() {
        return report;
    }

    /// Whether nothing is to be fetched.
    boolean isAsked() {
        return report || failed || verify || why != null;
    }

    /// What is wrong with them.
    String contradiction() {
        return Stream.of(report, failed, verify, why != null).filter(asked -> asked).count() > 1
                ? "--why, --report, --failed and --verify exclude each other"
                : "";
    }
}
