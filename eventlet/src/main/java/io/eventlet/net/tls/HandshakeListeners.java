// SPDX-License-Identifier: Apache-2.0
package io.eventlet.net.tls;

import io.eventlet.GreenThread;

import java.util.List;
import java.util.Objects;
import java.util.concurrent.CopyOnWriteArrayList;

import javax.net.ssl.HandshakeCompletedEvent;
import javax.net.ssl.HandshakeCompletedListener;
import javax.net.ssl.SSLSession;
import javax.net.ssl.SSLSocket;

/// Who is told when the handshake of a socket is done, in a green thread of their own. Thread-safe.
final class HandshakeListeners {
    private final List<HandshakeCompletedListener> listeners = new CopyOnWriteArrayList<>();

    void add(HandshakeCompletedListener listener) {
        listeners.add(Objects.requireNonNull(listener));
    }

    void remove(HandshakeCompletedListener listener) {
        if (!listeners.remove(listener)) {
            throw new IllegalArgumentException("this listener was not added: " + listener);
        }
    }

    void tell(SSLSocket socket, SSLSession session) {
        if (!listeners.isEmpty()) {
            var event = new HandshakeCompletedEvent(socket, session);
            GreenThread.spawnN(() -> listeners.forEach(l -> l.handshakeCompleted(event)));
        }
    }
}
