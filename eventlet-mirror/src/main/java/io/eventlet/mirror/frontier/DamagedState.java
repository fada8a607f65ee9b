// SPDX-License-Identifier: Apache-2.0
package io.eventlet.mirror.frontier;

import java.io.IOException;
import java.io.Serial;
import java.nio.file.Path;

/// A file that should be a [StoredFrontier] and cannot be read as one. A copy whose state is
/// deleted is begun anew.
public final class DamagedState extends IOException {
    @Serial private static final long serialVersionUID = 1;

    DamagedState(Path file, Throwable cause) {
        super("'%s' is damaged, or no state of a mirror".formatted(file), cause);
    }
}
