// SPDX-License-Identifier: Apache-2.0

/// An HTTP/1.1 server whose handlers are functions from a request to a response.
@org.jspecify.annotations.NullMarked
package io.eventlet.http.server;
