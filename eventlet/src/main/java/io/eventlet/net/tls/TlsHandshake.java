// SPDX-License-Identifier: Apache-2.0
package io.eventlet.net.tls;

import java.io.IOException;

import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLEngineResult;
import javax.net.ssl.SSLEngineResult.HandshakeStatus;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLHandshakeException;

/// The first handshake of a TLS connection. Not thread-safe.
final class TlsHandshake {
    private final SSLEngine engine;
    private final TlsInput input;
    private final TlsOutput output;
    private final TlsTasks tasks;
    private boolean finished; // the engine is done with it

    TlsHandshake(SSLEngine engine, TlsInput input, TlsOutput output, TlsTasks tasks) {
        this.engine = engine;
        this.input = input;
        this.output = output;
        this.tasks = tasks;
    }

    /// Begins, or goes on where it was interrupted; returns when all of it is sent.
    void make(long deadline) throws IOException {
        if (!finished) {
            engine.beginHandshake();
        }
        while (!finished) {
            switch (engine.getHandshakeStatus()) {
                case NEED_TASK -> tasks.run();
                case NEED_WRAP -> noteFinished(output.wrapNothing());
                case NEED_UNWRAP, NEED_UNWRAP_AGAIN -> receive(deadline);
                case FINISHED, NOT_HANDSHAKING -> throw closedByPeer();
            }
        }
        output.wrapOwn(); // tickets for sessions to come
        output.flush(deadline);
    }

    private void receive(long deadline) throws IOException {
        output.flush(deadline);
        var result = input.unwrapWithoutData();
        noteFinished(result);
        switch (result.getStatus()) {
            case OK -> {}
            case BUFFER_UNDERFLOW -> {
                if (!input.fill(deadline)) {
                    throw closedByPeer();
                }
            }
            case BUFFER_OVERFLOW -> throw new SSLException("Data in the middle of a handshake");
            case CLOSED -> throw closedByPeer();
        }
    }

    private static SSLHandshakeException closedByPeer() {
        return new SSLHandshakeException("The peer closed the connection during the handshake");
    }

    private void noteFinished(SSLEngineResult result) {
        if (result.getHandshakeStatus() == HandshakeStatus.FINISHED) {
            finished = true;
        }
    }
}
