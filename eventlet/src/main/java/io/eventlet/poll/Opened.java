// SPDX-License-Identifier: Apache-2.0
package io.eventlet.poll;

import java.io.Closeable;

/// Something of the system that is held until it is closed: a connection, a listener, a socket of
/// datagrams, an end of a pipe. Closing ends the operations of other threads with an `IOException`.
public interface Opened extends Closeable {
    boolean isOpen();
}
