// SPDX-License-Identifier: Apache-2.0
package io.eventlet.http.websocket;

/// How messages may be compressed, if the peer takes part: by `permessage-deflate`, RFC 7692.
public enum Compression {
    /// Not at all: neither offered nor accepted.
    NONE,

    /// Each on its own: a connection that waits holds nothing for it.
    EACH_MESSAGE,

    /// With what was sent before as a dictionary, where the peer agrees: smaller if messages are
    /// alike, for up to 300 KiB of memory outside the heap for each connection, all the time.
    WITH_CONTEXT
}
