// SPDX-License-Identifier: Apache-2.0
package io.eventlet.http.server;

import org.junit.jupiter.api.extension.AfterEachCallback;
import org.junit.jupiter.api.extension.BeforeEachCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.logging.Handler;
import java.util.logging.Level;
import java.util.logging.LogRecord;
import java.util.logging.Logger;

/// What servers said during a test that their operators should know, of requests for one path.
final class LoggedWarnings extends Handler implements BeforeEachCallback, AfterEachCallback {
    private static final Logger LOGGER = Logger.getLogger("io.eventlet");

    private final String path;
    private final List<String> messages = new CopyOnWriteArrayList<>();

    LoggedWarnings(String path) {
        this.path = path;
    }

    List<String> messages() {
        return messages;
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
        boolean isLoud = record.getLevel().intValue() >= Level.WARNING.intValue();
        if (isLoud && record.getMessage().contains(path)) { // others may log of a busy machine
            messages.add(record.getMessage());
        }
    }

    @Override
    public void flush() {}

    @Override
    public void close() {}
}
