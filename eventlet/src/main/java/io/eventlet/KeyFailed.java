// SPDX-License-Identifier: Apache-2.0
package io.eventlet;

import java.util.ArrayList;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Objects;

/// A key of a [DagPool] has no value, because what was to compute it has failed: the cause says
/// how.
///
/// If that was because of a key that it depends on, the cause is a `KeyFailed` too, and so on: the
/// message names each hop, or the first and the last of many, and [#keys()] has all. The stack
/// trace is of the thread that wanted the value.
public final class KeyFailed extends RuntimeException {
    private static final long serialVersionUID = 1;
    private static final int MOST_NAMED = 16; // at each end of a chain

    private final transient Object key;

    KeyFailed(Object key, Throwable cause) {
        super(key.toString(), cause);
        this.key = key;
    }

    /// Each hop and the first error: made when it is asked for, since each one names all before it.
    @Override
    public String getMessage() {
        var hops = new ArrayList<String>();
        Throwable hop = this;
        while (hop instanceof KeyFailed failed) {
            hops.add(failed.keyText() + " failed: ");
            hop = hop.getCause();
        }
        int more = hops.size() - 2 * MOST_NAMED;
        if (more > 0) {
            var left = hops.subList(MOST_NAMED, MOST_NAMED + more);
            left.clear();
            left.add("(" + more + " more) ");
        }
        return String.join("", hops) + hop;
    }

    private String keyText() {
        return Objects.requireNonNull(super.getMessage());
    }

    /// The key whose value was wanted.
    public Object key() {
        return key;
    }

    /// This key, the one because of which it failed, and so on to the first that has failed.
    public List<Object> keys() {
        var keys = new ArrayList<>();
        var seen = Collections.<Throwable>newSetFromMap(new IdentityHashMap<>()); // for circles
        Throwable hop = this;
        while (hop != null && seen.add(hop)) {
            if (hop instanceof KeyFailed failed) {
                keys.add(failed.key);
            }
            hop = hop.getCause();
        }
        return List.copyOf(keys);
    }
}
