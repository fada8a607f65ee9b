// SPDX-License-Identifier: Apache-2.0
package io.eventlet.dag;

import org.jspecify.annotations.Nullable;

/// What computes the value of a key of a [DagPool] from those of other keys.
@FunctionalInterface
public interface DagTask<K, V extends @Nullable Object> {
    /// The value of the key; the results of the keys that it depends on come as they are there.
    V run(K key, DagResults<K, V> results) throws Exception;
}
