// SPDX-License-Identifier: Apache-2.0
package io.eventlet.poll;

import org.jspecify.annotations.Nullable;

import java.util.concurrent.atomic.AtomicReferenceArray;
import java.util.function.Consumer;

/// The watch of each descriptor that has one. Thread-safe, without locks.
final class UringWatches {
    private static final int PER_CHUNK = 1024;

    private final AtomicReferenceArray<@Nullable AtomicReferenceArray<@Nullable UringWatch>>
            chunks = new AtomicReferenceArray<>(4096);

    @Nullable UringWatch get(int descriptor) {
        int index = descriptor / PER_CHUNK;
        var chunk = index < chunks.length() ? chunks.get(index) : null;
        return chunk == null ? null : chunk.get(descriptor % PER_CHUNK);
    }

    /// Calls for each that is there, and for its other side.
    void forEach(Consumer<UringWatch> call) {
        for (int i = 0; i < chunks.length(); i++) {
            var chunk = chunks.get(i);
            for (int j = 0; chunk != null && j < PER_CHUNK; j++) {
                for (var each = chunk.get(j); each != null; each = each.output) {
                    call.accept(each);
                }
            }
        }
    }

    /// Whether there is a place for a number.
    boolean takes(int descriptor) {
        return descriptor >= 0 && descriptor / PER_CHUNK < chunks.length();
    }

    /// Puts a watch, or nothing, where another has been, which is returned.
    @Nullable UringWatch exchange(int descriptor, @Nullable UringWatch watch) {
        int index = descriptor / PER_CHUNK;
        var chunk = chunks.get(index);
        if (chunk == null) {
            if (watch == null) {
                return null;
            }
            var made = new AtomicReferenceArray<@Nullable UringWatch>(PER_CHUNK);
            var there = chunks.compareAndExchange(index, null, made);
            chunk = there == null ? made : there;
        }
        return chunk.getAndSet(descriptor % PER_CHUNK, watch);
    }
}
