// SPDX-License-Identifier: Apache-2.0
package io.eventlet.poll;

import org.jspecify.annotations.Nullable;

import java.io.IOException;
import java.nio.file.Path;

/// Where bytes are read or written in a stream: a connection, or one end of a pipe.
///
/// What [Endpoint] says of deadlines, cancellations and threads holds for each.
public interface ByteEndpoint extends Opened {
    /// Reads at least one byte if `length` is not 0; -1 at the end of the stream.
    int read(byte[] into, int offset, int length, long deadline) throws IOException;

    /// Writes at least one byte if `length` is not 0, and returns how many.
    int write(byte[] from, int offset, int length, long deadline) throws IOException;

    /// How many bytes can be read without waiting, as far as that is known.
    default int available() throws IOException {
        return 0;
    }

    /// The file by which this process can open the same thing once more, as long as this is open:
    /// to hand it to a child, which is not to share whether it waits. Null if there is none.
    default @Nullable Path reopenedAs() {
        return null;
    }
}
