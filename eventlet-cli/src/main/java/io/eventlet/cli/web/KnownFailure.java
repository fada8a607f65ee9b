// SPDX-License-Identifier: Apache-2.0
package io.eventlet.cli.web;

import org.jspecify.annotations.Nullable;

import java.io.IOException;

/// A failure whose kind is known where it is found.
public final class KnownFailure extends IOException {
    private final FailureKind kind;

    public KnownFailure(FailureKind kind, String message) {
        this(kind, message, null);
    }

    public KnownFailure(FailureKind kind, String message, @Nullable Throwable cause) {
        super(message, cause);
        this.kind = kind;
    }

    /// What kind of failure it is.
    public FailureKind kind() {
        return kind;
    }
}
