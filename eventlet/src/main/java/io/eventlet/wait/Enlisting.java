// SPDX-License-Identifier: Apache-2.0
package io.eventlet.wait;

import org.jspecify.annotations.Nullable;

/// One of the things of which a `Select` does the first, as the select sees it: behind each
/// `Clause`, so that this is no method that users see.
public interface Enlisting<R extends @Nullable Object> {
    /// Does its part at once if it can and nothing else was chosen, else stands in its queue for
    /// the choice, with the waiter that is returned. Null also if something else was chosen.
    WaitQueue.@Nullable Waiter enlist(Choice choice);

    /// What comes of it, asked once and outside of all locks, with the item that was got.
    R result(@Nullable Object item);

    /// That of something which claims to be one.
    @SuppressWarnings("unchecked") // a clause of R enlists for R
    static <R extends @Nullable Object> Enlisting<R> of(Object clause) {
        if (clause instanceof Enlisting<?> enlisting) {
            return (Enlisting<R>) enlisting;
        }
        throw new IllegalArgumentException(
                "only what this library has made can be selected, not " + clause);
    }
}
