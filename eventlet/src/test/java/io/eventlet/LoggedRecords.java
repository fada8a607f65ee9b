// SPDX-License-Identifier: Apache-2.0
package io.eventlet;

import org.junit.jupiter.api.extension.AfterEachCallback;
import org.junit.jupiter.api.extension.BeforeEachCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.logging.Handler;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import java.util.logging.SimpleFormatter;

/// What the library logged during a test.
public final class LoggedRecords extends Handler implements BeforeEachCallback, AfterEachCallback {
    private static final Logger LOGGER = Logger.getLogger("io.eventlet");

    private final List<LogRecord> records = new CopyOnWriteArrayList<>();

    /// The messages, before parameters are put in.
    public List<String> messages() {
        return records.stream().map(LogRecord::getMessage).toList();
    }

    /// The messages as they are read.
    public List<String> lines() {
        return records.stream().map(new SimpleFormatter()::formatMessage).toList();
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
        records.add(record);
    }

    @Override
    public void flush() {}

    @Override
    public void close() {}
}
