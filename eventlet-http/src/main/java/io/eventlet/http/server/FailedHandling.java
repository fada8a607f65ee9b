// SPDX-License-Identifier: Apache-2.0
package io.eventlet.http.server;

import io.eventlet.TimeoutExpired;
import io.eventlet.errors.Cancelled;
import io.eventlet.http.BadMessage;

import org.jspecify.annotations.Nullable;

import java.net.SocketTimeoutException;

/// What is answered when a handler has thrown.
final class FailedHandling {
    private static final System.Logger LOGGER = System.getLogger("io.eventlet");

    private FailedHandling() {}

    /// The response to what was thrown; a kill goes on.
    static Response answerTo(Request request, Throwable error) {
        return switch (error) {
            case StatusException said -> Response.text(said.status(), said.getMessage() + "\n");
            case BadMessage bad when request.isBodyFailure(bad) ->
                    closing(bad.status(), bad.getMessage());
            case SocketTimeoutException _ when request.isBodyFailure(error) ->
                    closing(408, "the body did not come in time");
            case TimeoutExpired _ -> {
                LOGGER.log(System.Logger.Level.WARNING, "{0} took too long", request);
                yield closing(503, "this took too long");
            }
            case Cancelled killed -> throw killed;
            case Throwable _ when request.isBodyFailure(error) -> {
                LOGGER.log(
                        System.Logger.Level.DEBUG,
                        "the body of " + request + " ended early",
                        error);
                yield closing(400, "the body did not come to its end");
            }
            default -> {
                LOGGER.log(
                        System.Logger.Level.WARNING,
                        "the handler of " + request + " failed",
                        error);
                yield closing(500, "Internal Server Error");
            }
        };
    }

    /// A response behind which the connection is closed.
    static Response closing(int status, @Nullable String text) {
        return Response.text(status, text + "\n").header("Connection", "close");
    }
}
