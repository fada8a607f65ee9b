// SPDX-License-Identifier: Apache-2.0
package io.eventlet.cli.tls;

import io.eventlet.cli.process.FileTrouble;

import org.jspecify.annotations.Nullable;

import java.io.IOException;
import java.nio.file.Path;

/// A certificate, key or key store that cannot be used; the message names it and what was expected.
public final class TlsFailure extends Exception {
    TlsFailure(String message) {
        this(message, null);
    }

    TlsFailure(String message, @Nullable Throwable cause) {
        super(message, cause);
    }

    static TlsFailure unreadable(Path path, IOException cause) {
        return new TlsFailure("cannot read '" + path + "': " + FileTrouble.reason(cause), cause);
    }
}
