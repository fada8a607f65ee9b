// SPDX-License-Identifier: Apache-2.0
package io.eventlet.http.server;

import io.eventlet.GreenSemaphore;
import io.eventlet.ThrowingRunnable;
import io.eventlet.http.Headers;

import org.jspecify.annotations.Nullable;

import java.io.IOException;
import java.net.Socket;

/// One request and its response, as far as the connection is concerned. Several threads may send
/// informational responses, such as one that reads the body, and that of the connection.
final class Exchange {
    private static final byte[] CONTINUE = StatusLine.of(100);

    private final TimedSocket socket;
    private final ConnectionBuffers buffers;
    private final int minorVersion;
    private final GreenSemaphore turn = new GreenSemaphore(1); // to send ahead of the response
    private boolean continueAwaited; // the client sends the body only when it is asked to
    private boolean responding;
    private @Nullable RequestBody body;

    Exchange(
            TimedSocket socket,
            ConnectionBuffers buffers,
            int minorVersion,
            boolean continueAwaited) {
        this.socket = socket;
        this.buffers = buffers;
        this.minorVersion = minorVersion;
        this.continueAwaited = continueAwaited;
    }

    void setBody(RequestBody newBody) {
        body = newBody;
    }

    Socket socket() {
        return socket.socket();
    }

    TimedSocket timedSocket() {
        return socket;
    }

    Headers trailers() {
        return body == null ? Headers.empty() : body.trailers();
    }

    /// Called before the first byte of the body is read.
    void beginBody() throws IOException {
        if (continueAwaited) {
            inTurn(() -> {
                if (continueAwaited && !responding) {
                    continueAwaited = false;
                    var out = buffers.takeOutput();
                    out.write(CONTINUE);
                    out.write("\r\n");
                    out.flush();
                }
            });
        }
        socket.beginBody();
    }

    private void inTurn(ThrowingRunnable<IOException> sending) throws IOException {
        turn.acquire();
        try {
            sending.run();
        } finally {
            turn.release();
        }
    }

    void sendInformational(int status, Headers headers) throws IOException {
        if (status < 100 || status > 199 || status == 101) {
            throw new IllegalArgumentException(
                    "not the status of an informational response: " + status);
        }
        inTurn(() -> {
            if (responding) {
                throw new IllegalStateException("the response has begun");
            }
            if (minorVersion > 0) {
                continueAwaited &= status != 100;
                var out = buffers.takeOutput();
                out.write(StatusLine.of(status));
                out.write(headers);
                out.write("\r\n");
                out.flush();
            }
        });
    }

    void beginResponse() throws IOException {
        inTurn(() -> responding = true);
    }

    /// Whether the client may send a body yet, or not: nobody knows what comes next.
    boolean isContinueAwaited() {
        return continueAwaited;
    }
}
