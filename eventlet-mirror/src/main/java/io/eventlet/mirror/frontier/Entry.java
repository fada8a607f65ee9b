// SPDX-License-Identifier: Apache-2.0
package io.eventlet.mirror.frontier;

import java.util.Objects;

/// A URL that a run has seen.
///
/// @param url the URL, as it is asked for
/// @param host whose limits it is under, such as `http://example.org:8080`
/// @param depth how many links lead to it from where the run began
/// @param from the URL at which it was found; empty for a start
/// @param state what has become of it
/// @param tries how often it was tried in vain
/// @param note what is known of it: why it was skipped, how it failed, what the one who fetched it
///   wants to find again
public record Entry(
        String url, String host, int depth, String from, State state, int tries, String note) {
    private static final char BETWEEN = '\n'; // in no URL

    public Entry {
        Objects.requireNonNull(state);
        if (depth < 0 || tries < 0) {
            throw new IllegalArgumentException(
                    "depth and tries must not be negative: %d, %d".formatted(depth, tries));
        }
        if (url.indexOf(BETWEEN) >= 0 || host.indexOf(BETWEEN) >= 0 || from.indexOf(BETWEEN) >= 0) {
            throw new IllegalArgumentException("a URL has no line ends: " + url);
        }
    }

    /// One that is to be fetched.
    public static Entry of(String url, String host, int depth, String from) {
        return new Entry(url, host, depth, from, State.QUEUED, 0, "");
    }

    /// The same with another end.
    public Entry ended(State end, String newNote) {
        return new Entry(url, host, depth, from, end, tries, newNote);
    }

    Entry triedAgain(String newNote) {
        return new Entry(url, host, depth, from, State.QUEUED, tries + 1, newNote);
    }

    Entry afresh() {
        return new Entry(url, host, depth, from, State.QUEUED, 0, note);
    }

    /// All but the URL, for a store whose key that is.
    String stored() {
        return String.join(
                String.valueOf(BETWEEN),
                host,
                Integer.toString(depth),
                from,
                state.name(),
                Integer.toString(tries),
                note);
    }

    static Entry restored(String url, String stored) {
        var parts = stored.split(String.valueOf(BETWEEN), 6);
        return new Entry(
                url,
                parts[0],
                Integer.parseInt(parts[1]),
                parts[2],
                State.valueOf(parts[3]),
                Integer.parseInt(parts[4]),
                parts[5]);
    }
}
