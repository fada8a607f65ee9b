// SPDX-License-Identifier: Apache-2.0
package io.eventlet.dag;

import org.jspecify.annotations.Nullable;

import java.util.ArrayList;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Objects;

/// A key of a [DagPool] has no value, because what was to compute it has failed: the cause says
/// how.
///
/// If that was because of a key that it depends on, the cause is a `KeyFailed` too, and so on: the
/// message names each hop, or the first and the last of many, and [#keys()] has all. Of a chain
/// that is too long to be printed the causes are this one and the last 32 hops. The stack trace is
/// of the thread that wanted the value.
public final class KeyFailed extends RuntimeException {
    private static final long serialVersionUID = 1;
    private static final int MOST_NAMED = 16; // at each end of a chain
    private static final int MOST_CAUSES = 2 * MOST_NAMED; // what prints them recurses

    private final transient @Nullable Object key; // null where it came from another JVM
    private final transient @Nullable KeyFailed because; // the next hop
    private final int hops;

    KeyFailed(Object key, Throwable cause) {
        super(key.toString(), near(cause));
        this.key = key;
        because = cause instanceof KeyFailed failed ? failed : null;
        hops = 1 + (because == null ? 0 : because.hops);
    }

    private static @Nullable Throwable near(Throwable cause) {
        return cause instanceof KeyFailed failed && failed.hops > MOST_CAUSES
                ? failed.getCause() // that with the most hops that there may be
                : cause;
    }

    private @Nullable Throwable next() {
        return because == null ? getCause() : because;
    }

    /// Each hop and the first error: made when it is asked for, since each one names all before it.
    @Override
    public String getMessage() {
        var named = new ArrayList<String>();
        @Nullable Throwable hop = this;
        while (hop instanceof KeyFailed failed) {
            named.add(failed.keyText() + " failed: ");
            hop = failed.next();
        }
        int more = named.size() - 2 * MOST_NAMED;
        if (more > 0) {
            var left = named.subList(MOST_NAMED, MOST_NAMED + more);
            left.clear();
            left.add("(" + more + " more) ");
        }
        return String.join("", named) + hop;
    }

    private String keyText() {
        return Objects.requireNonNull(super.getMessage());
    }

    /// The key whose value was wanted; of a `KeyFailed` that was serialized its text.
    public Object key() {
        return key == null ? keyText() : key;
    }

    /// This key, the one because of which it failed, and so on to the first that has failed.
    public List<Object> keys() {
        var keys = new ArrayList<>();
        var seen = Collections.<Throwable>newSetFromMap(new IdentityHashMap<>()); // for circles
        @Nullable Throwable hop = this;
        while (hop != null && seen.add(hop)) {
            if (hop instanceof KeyFailed failed) {
                keys.add(failed.key());
                hop = failed.next();
            } else {
                hop = hop.getCause();
            }
        }
        return List.copyOf(keys);
    }
}
