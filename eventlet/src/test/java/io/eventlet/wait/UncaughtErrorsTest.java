// SPDX-License-Identifier: Apache-2.0
package io.eventlet.wait;

import static org.assertj.core.api.Assertions.assertThat;

import io.eventlet.LoggedRecords;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

import java.util.logging.Handler;
import java.util.logging.LogRecord;
import java.util.logging.Logger;

class UncaughtErrorsTest {
    private static final Logger LOGGER = Logger.getLogger("io.eventlet");

    @RegisterExtension private final LoggedRecords logged = new LoggedRecords();

    private final Handler failing =
            new Handler() {
                @Override
                public void publish(LogRecord record) {
                    if (record.getThrown() != null) {
                        throw new StackOverflowError("too many causes");
                    }
                }

                @Override
                public void flush() {}

                @Override
                public void close() {}
            };

    @AfterEach
    void removeHandler() {
        LOGGER.removeHandler(failing);
        UncaughtErrors.handler(null);
    }

    @Test
    void errorThatCannotBeLoggedIsNamed() {
        LOGGER.addHandler(failing);

        UncaughtErrors.report(Thread.currentThread(), new IllegalStateException("of a task"));

        assertThat(logged.lines())
                .last()
                .asString()
                .startsWith("uncaught error in " + Thread.currentThread())
                .endsWith(
                        "java.lang.IllegalStateException, which cannot be logged because of"
                                + " java.lang.StackOverflowError");
    }

    @Test
    void handlerThatThrowsTheErrorItselfLeavesItToTheLog() {
        var error = new IllegalStateException("of a task");
        UncaughtErrors.handler((_, e) -> {
            throw (IllegalStateException) e;
        });

        UncaughtErrors.report(Thread.currentThread(), error);

        assertThat(logged.lines()).last().asString().contains("uncaught error");
        assertThat(error.getSuppressed()).isEmpty();
    }
}
