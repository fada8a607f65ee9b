// SPDX-License-Identifier: Apache-2.0
package io.eventlet.dns;

import java.util.List;

/// What has come of a question for one type of records.
sealed interface Answer {
    /// There is something: addresses, or for a PTR question the names of an address.
    record Found<T>(List<T> values, long seconds) implements Answer {
        public Found {
            values = List.copyOf(values);
        }
    }

    /// There is nothing.
    ///
    /// @param noSuchName whether there is nothing of any type
    /// @param seconds for how long it may be kept; 0 if not at all
    record Nothing(boolean noSuchName, long seconds) implements Answer {}

    /// The alias of another name, of which the server has not said more.
    record Alias(String target, long seconds) implements Answer {}

    /// Nobody has said whether there is anything.
    ///
    /// @param heard whether a server has said at least that it cannot say
    /// @param seconds for how long nobody is asked again; 0 if at once
    record Failed(String why, boolean heard, long seconds) implements Answer {
        Failed(String why, boolean heard) {
            this(why, heard, 0);
        }
    }
}
