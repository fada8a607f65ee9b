// SPDX-License-Identifier: Apache-2.0
package io.eventlet.http.server;

import io.eventlet.http.wire.Input;
import io.eventlet.http.wire.Output;

import org.jspecify.annotations.Nullable;

import java.io.IOException;

/// Sends the responses of a connection, and says what became of them.
final class ResponseSender {
    private static final System.Logger LOGGER = System.getLogger("io.eventlet");

    private final ServerSettings settings;
    private final TimedSocket socket;
    private final Input in;
    private final Output out;

    ResponseSender(ServerSettings settings, TimedSocket socket, Input in, Output out) {
        this.settings = settings;
        this.socket = socket;
        this.in = in;
        this.out = out;
    }

    /// Null if it could not be sent to its end.
    @Nullable ResponseWriter send(Request request, Response response, boolean keep, long start)
            throws IOException {
        ResponseWriter writer;
        try {
            writer = new ResponseWriter(out, request, response, settings.serverField(), keep);
        } catch (IllegalArgumentException e) {
            LOGGER.log(System.Logger.Level.WARNING, "the response to " + request + " is wrong", e);
            var other = inPlaceOf(response, FailedHandling.closing(500, "Internal Server Error"));
            return send(request, other, false, start);
        }
        Throwable failure = null;
        try {
            writer.write();
            boolean isToldOf = writer.upgrade() != null || response.whenSent() != null;
            if (isToldOf || in.buffered() == 0) { // else it goes with the next, or before a wait
                out.flush();
            }
        } catch (IOException | RuntimeException e) {
            failure = e;
            bodyFailed(request, writer, e);
            return null;
        } catch (Throwable e) { // such as a kill
            failure = e;
            if (writer.endsWithConnection()) {
                socket.resetOnClose();
            }
            throw e;
        } finally {
            if (failure != null) {
                closeBody(response);
            }
            sent(request, response, writer, start, failure);
        }
        return writer;
    }

    /// Whoever waits for the end of a response is told also if another one is sent.
    Response inPlaceOf(Response response, Response other) {
        closeBody(response);
        var told = response.whenSent();
        return told == null ? other : other.whenSent(told);
    }

    /// Of a response that is not sent, or not to its end.
    private void closeBody(Response response) {
        try {
            if (response.body() instanceof ResponseBody.Stream stream) {
                stream.stream().close();
            }
        } catch (IOException e) {
            LOGGER.log(System.Logger.Level.DEBUG, "closing a body for " + socket.socket(), e);
        }
    }

    /// The response is not whole, and the client has to see that.
    private void bodyFailed(Request request, ResponseWriter writer, Exception error)
            throws IOException {
        if (socket.isOutputBroken()) {
            LOGGER.log(System.Logger.Level.DEBUG, "the client of " + request + " has gone", error);
            return;
        }
        var level =
                request.isBodyFailure(error) // the client's, which the writer reads
                        ? System.Logger.Level.DEBUG
                        : System.Logger.Level.WARNING;
        LOGGER.log(level, "the body of the response to " + request + " failed", error);
        if (writer.endsWithConnection()) {
            socket.resetOnClose();
        } else {
            out.flush();
        }
    }

    private void sent(
            Request request,
            Response response,
            ResponseWriter writer,
            long start,
            @Nullable Throwable failure) {
        settings.log(
                socket.socket(), request, response.status(), writer.bodyBytes(), start, failure);
        var action = response.whenSent();
        if (action != null) {
            try {
                action.accept(new Response.Sent(response.status(), writer.bodyBytes(), failure));
            } catch (RuntimeException e) {
                LOGGER.log(System.Logger.Level.WARNING, "what follows " + request + " failed", e);
            }
        }
    }
}
