// SPDX-License-Identifier: Apache-2.0
package io.eventlet.mirror.fetch;

import java.io.IOException;
import java.io.Serial;

/// The disk takes no more: of this file or of any other.
public final class DiskFailure extends IOException {
    @Serial private static final long serialVersionUID = 1;

    DiskFailure(IOException cause) {
        super("cannot write: " + cause.getMessage(), cause);
    }
}
