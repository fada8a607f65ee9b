// SPDX-License-Identifier: Apache-2.0
package io.eventlet.hub;

import io.eventlet.os.VirtualThreads;
import io.eventlet.wait.Strand;

import org.jspecify.annotations.Nullable;

/// What a green thread has from its spawner: its scoped values, where the JDK lets us pass them on,
/// and a name, so that a dump shows families.
public final class Inheritance {
    final @Nullable String name;
    final @Nullable Object scopedValues;

    private Inheritance(@Nullable String name, @Nullable Object scopedValues) {
        this.name = name;
        this.scopedValues = scopedValues;
    }

    /// That of the caller, for threads that are made now or later.
    public static Inheritance ofCaller() {
        var strand = Strand.current();
        return named(
                strand == null || strand.hubClock() == null ? null : strand.thread().getName());
    }

    /// That of the caller but for the name.
    public static Inheritance named(@Nullable String name) {
        return new Inheritance(name, VirtualThreads.scopedValues());
    }

    /// Nothing of the caller: for threads of an executor, which has no spawner.
    public static Inheritance onlyName(String name) {
        return new Inheritance(name, null);
    }
}
