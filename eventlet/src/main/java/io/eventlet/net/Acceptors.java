// SPDX-License-Identifier: Apache-2.0
package io.eventlet.net;

import io.eventlet.hub.HubStrand;
import io.eventlet.poll.Endpoint;
import io.eventlet.poll.Network;
import io.eventlet.wait.Mutex;

import org.jspecify.annotations.Nullable;

import java.io.IOException;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.locks.ReentrantLock;

/// Who accepts from a listener. The threads of a hub take turns; each hub has turns of its own, so
/// that none waits for another that is busy. Thread-safe.
final class Acceptors {
    private final GreenSocketImpl listener;
    private final ReentrantLock lock = new ReentrantLock();
    private volatile List<Place> places = List.of(); // written under lock
    private boolean closed; // guarded by lock

    /// Where the threads of a network accept.
    private record Place(Network network, Endpoint endpoint, Mutex turn) {}

    Acceptors(GreenSocketImpl listener) {
        this.listener = listener;
    }

    Endpoint accept(long deadline) throws IOException {
        var place = here();
        if (!acquire(place.turn, deadline)) {
            throw new SocketTimeoutException("Accept timed out");
        }
        try {
            return place.endpoint.accept(deadline);
        } finally {
            place.turn.release();
        }
    }

    private boolean acquire(Mutex turn, long deadline) throws IOException {
        try {
            return turn.acquire(deadline);
        } catch (RuntimeException | Error e) {
            throw listener.toldNotBegun(e);
        }
    }

    private Place here() throws IOException {
        var network = HubStrand.networkOfCaller();
        var known = find(network);
        return known != null ? known : add(network);
    }

    private @Nullable Place find(Network network) {
        for (var place : places) {
            if (place.network == network) {
                return place;
            }
        }
        return null;
    }

    private Place add(Network network) throws IOException {
        lock.lock();
        try {
            if (closed) {
                throw new SocketException("Socket closed");
            }
            var known = find(network);
            if (known != null) {
                return known;
            }
            closeThoseOfClosedHubs();
            var endpoint = listener.endpoint().acceptingOn(network);
            var place = new Place(network, endpoint, turnOn(endpoint));
            var all = new ArrayList<>(places);
            all.add(place);
            places = List.copyOf(all);
            return place;
        } finally {
            lock.unlock();
        }
    }

    /// Some networks accept at one place for all.
    private Mutex turnOn(Endpoint endpoint) {
        for (var place : places) {
            if (place.endpoint == endpoint) {
                return place.turn;
            }
        }
        return new Mutex() {
            @Override
            public String toString() {
                return "mutex of accepts from " + listener.name();
            }
        };
    }

    private void closeThoseOfClosedHubs() throws IOException {
        var own = listener.endpoint();
        var kept = new ArrayList<Place>();
        for (var place : places) {
            if (place.endpoint == own || place.network.isOpen()) {
                kept.add(place);
            } else {
                place.endpoint.close();
            }
        }
        places = List.copyOf(kept);
    }

    /// Ends the accepts of all.
    void close() throws IOException {
        lock.lock();
        try {
            closed = true;
        } finally {
            lock.unlock();
        }
        for (var place : places) {
            place.endpoint.close();
        }
    }
}
