// SPDX-License-Identifier: Apache-2.0

/// HTTP/1.1 as bytes: heads, bodies and their framing, read and written, with no socket.
@org.jspecify.annotations.NullMarked
package io.eventlet.http.wire;
