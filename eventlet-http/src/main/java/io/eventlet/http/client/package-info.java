// SPDX-License-Identifier: Apache-2.0

/// An HTTP/1.1 client in blocking style, whose waits are green.
@org.jspecify.annotations.NullMarked
package io.eventlet.http.client;
