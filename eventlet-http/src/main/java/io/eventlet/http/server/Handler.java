// SPDX-License-Identifier: Apache-2.0
package io.eventlet.http.server;

/// What answers requests, in the green thread of their connection: a function from a request to a
/// response, which may block. Used by many threads at once.
///
/// A [StatusException] is answered as it says. Another exception is logged and answered with 500,
/// or ends the connection if the response has begun.
@FunctionalInterface
public interface Handler {
    Response handle(Request request) throws Exception;
}
