// SPDX-License-Identifier: Apache-2.0
package io.eventlet.db;

import org.junit.jupiter.api.extension.AfterEachCallback;
import org.junit.jupiter.api.extension.BeforeEachCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.logging.Handler;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import java.util.logging.SimpleFormatter;

/// What pools logged during a test, as it is read.
final class LoggedLines extends Handler implements BeforeEachCallback, AfterEachCallback {
    private static final Logger LOGGER = Logger.getLogger("io.eventlet");

    private final List<String> lines = new CopyOnWriteArrayList<>();

    List<String> list() {
        return lines;
    }

    @Override
    public void beforeEach(ExtensionContext context) {
        LOGGER.addHandler(this);
    }

    @Override
    public void afterEach(ExtensionContext context) {
        LOGGER.removeHandler(this);
    }

    @Override
    public void publish(LogRecord record) {
        var line = new SimpleFormatter().formatMessage(record);
        if (line.startsWith("connection pool")) { // others may log of a machine that is busy
            lines.add(line);
        }
    }

    @Override
    public void flush() {}

    @Override
    public void close() {}
}
