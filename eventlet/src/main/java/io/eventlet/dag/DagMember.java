// SPDX-License-Identifier: Apache-2.0
package io.eventlet.dag;

import io.eventlet.member.Member;
import io.eventlet.wait.Strand;
import io.eventlet.wait.WaitQueue;

import org.jspecify.annotations.Nullable;

import java.util.Objects;
import java.util.Set;
import java.util.function.Consumer;

/// Who computes the value of a key of a [DagPool], and what it depends on.
final class DagMember<K> {
    final K key;
    final Set<K> depends;
    final DagResults<K, ?> results; // of its dependencies, as it takes them
    final boolean eager; // begins at once, also in a bounded pool
    private @Nullable Member thread; // as soon as it is made, right after this
    // guarded by the lock of the graph:
    @Nullable Consumer<K> countdown; // until it may begin
    int missing; // dependencies that are to be there before it begins
    WaitQueue.@Nullable Waiter waiter; // for a permit of the pool

    DagMember(K key, Set<K> depends, DagResults<K, ?> results, boolean eager) {
        this.key = key;
        this.depends = depends;
        this.results = results;
        this.eager = eager;
    }

    void become(Member made) {
        thread = made;
    }

    Member thread() {
        return Objects.requireNonNull(thread);
    }

    boolean isCaller() {
        return Strand.current() == thread;
    }
}
