// SPDX-License-Identifier: Apache-2.0
package io.eventlet.cli;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.net.ConnectException;
import java.net.UnknownHostException;
import java.nio.file.NoSuchFileException;
import java.util.concurrent.ExecutionException;

import javax.net.ssl.SSLHandshakeException;

class ErrorReportTest {
    private final StringWriter err = new StringWriter();
    private final ErrorReport reports = new ErrorReport(new PrintWriter(err), () -> false);

    @Test
    void failureOfACommandSaysWhatItSaysWithItsExitCode() {
        var failure = new CommandFailure(ExitCode.CONFIGURATION, "limit 'x' is not a number");

        assertReport(failure, 3, "eventlet fetch: limit 'x' is not a number");
    }

    @Test
    void unknownHostIsANetworkFailure() {
        assertReport(
                new UnknownHostException("nowhere.invalid"),
                4,
                "eventlet fetch: unknown host: nowhere.invalid");
    }

    @Test
    void refusedConnectionIsANetworkFailure() {
        assertReport(
                new ConnectException("Connection refused"),
                4,
                "eventlet fetch: Connection refused");
    }

    @Test
    void failedHandshakeIsATlsFailure() {
        assertReport(
                new SSLHandshakeException("no trusted certificate"),
                5,
                "eventlet fetch: no trusted certificate");
    }

    @Test
    void missingFileIsAConfigurationFailure() {
        assertReport(
                new NoSuchFileException("urls.txt"), 3, "eventlet fetch: no such file: urls.txt");
    }

    @Test
    void failureIsFoundUnderWhatCarriedIt() {
        var carried =
                new ExecutionException(new UncheckedIOException(new IOException("disk full")));

        assertReport(carried, 3, "eventlet fetch: disk full");
    }

    @Test
    void messageOfSeveralLinesIsPrintedAsOne() {
        assertReport(new IOException("first\n  second"), 3, "eventlet fetch: first; second");
    }

    @Test
    void aSettingOfTheUserIsNoDefect() {
        assertReport(
                new IllegalArgumentException("-Deventlet.mode=turbo: expected auto, hub"),
                3,
                "eventlet fetch: -Deventlet.mode=turbo: expected auto, hub");
    }

    @Test
    void anythingElseIsADefectNamedByItsType() {
        assertReport(
                new IllegalStateException("no hub"),
                70,
                "eventlet fetch: IllegalStateException: no hub");
    }

    @Test
    void interruptionEndsAsCtrlCDoes() {
        assertReport(new InterruptedException(), 130, "eventlet fetch: interrupted");
    }

    private void assertReport(Throwable failure, int status, String line) {
        assertThat(reports.failure("eventlet fetch", failure)).isEqualTo(status);
        assertThat(err.toString().lines()).containsExactly(line);
    }
}
