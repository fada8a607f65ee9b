// SPDX-License-Identifier: Apache-2.0
package io.eventlet;

import java.util.ArrayList;
import java.util.List;

/// A key of a [DagPool] has no value, because what was to compute it has failed: the cause says
/// how.
///
/// If that was because of a key that it depends on, the cause is a `KeyFailed` too, and so on: the
/// message and [#keys()] name each hop. The stack trace is of the thread that wanted the value.
public final class KeyFailed extends RuntimeException {
    private static final long serialVersionUID = 1;
    private static final int DEEPEST_CAUSE = 1000; // chains of causes may be circular

    private final transient Object key;

    KeyFailed(Object key, Throwable cause) {
        super(key + " failed: " + (cause instanceof KeyFailed ? cause.getMessage() : cause), cause);
        this.key = key;
    }

    /// The key whose value was wanted.
    public Object key() {
        return key;
    }

    /// This key, the one because of which it failed, and so on to the first that has failed.
    public List<Object> keys() {
        var keys = new ArrayList<>();
        Throwable hop = this;
        for (int depth = 0; hop != null && depth < DEEPEST_CAUSE; depth++) {
            if (hop instanceof KeyFailed failed) {
                keys.add(failed.key);
            }
            hop = hop.getCause();
        }
        return List.copyOf(keys);
    }
}
