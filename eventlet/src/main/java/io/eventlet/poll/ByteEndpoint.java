// SPDX-License-Identifier: Apache-2.0
package io.eventlet.poll;

import java.io.IOException;

/// Where bytes are read or written in a stream: a connection, or one end of a pipe.
///
/// What [Endpoint] says of deadlines, cancellations and threads holds for each.
public interface ByteEndpoint extends Opened {
    /// Reads at least one byte if `length` is not 0; -1 at the end of the stream.
    int read(byte[] into, int offset, int length, long deadline) throws IOException;

    /// Writes at least one byte if `length` is not 0, and returns how many.
    int write(byte[] from, int offset, int length, long deadline) throws IOException;
}
