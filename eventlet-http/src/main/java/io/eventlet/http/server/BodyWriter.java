// SPDX-License-Identifier: Apache-2.0
package io.eventlet.http.server;

import java.io.IOException;
import java.io.OutputStream;

/// Writes the body of a response while it is sent. A write blocks while the client does not read:
/// that is the back-pressure. `flush` sends what was written so far. If it throws, the connection
/// is cut, so that the client knows that the body is not whole.
@FunctionalInterface
public interface BodyWriter {
    void writeTo(OutputStream out) throws IOException;
}
