// SPDX-License-Identifier: Apache-2.0
package io.eventlet.offload;

import org.jspecify.annotations.Nullable;

import java.lang.reflect.Array;
import java.util.AbstractMap.SimpleEntry;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Queue;
import java.util.Set;

/// Things that others are in: arrays, collections, maps and their entries, optionals.
final class Containers {
    private static final int DEEPEST = 16; // one may contain itself

    /// What becomes of an element, where something of a type is expected.
    @FunctionalInterface
    interface Change {
        @Nullable Object of(@Nullable Object element, Class<?> expected, int depth);
    }

    private Containers() {}

    /// A copy with other elements where something of a type is expected; the thing itself if no
    /// element becomes another, or it is none of these, or a copy would not fit.
    static @Nullable Object changed(
            @Nullable Object thing, Class<?> expected, int depth, Change change) {
        if (depth == DEEPEST) {
            return thing;
        }
        return switch (thing) {
            case Object[] array -> changed(array, depth, change);
            case Optional<?> optional when optional.isPresent() -> {
                var element = optional.get();
                var other = change.of(element, Object.class, depth + 1);
                yield other == element ? optional : Optional.ofNullable(other);
            }
            case Map.Entry<?, ?> entry -> {
                var key = change.of(entry.getKey(), Object.class, depth + 1);
                var value = change.of(entry.getValue(), Object.class, depth + 1);
                boolean same = key == entry.getKey() && value == entry.getValue();
                yield same ? entry : fitting(new SimpleEntry<>(key, value), entry, expected);
            }
            case Map<?, ?> map -> changed(map, expected, depth, change);
            case Collection<?> collection -> changed(collection, expected, depth, change);
            case null, default -> thing;
        };
    }

    private static Object changed(@Nullable Object[] array, int depth, Change change) {
        var type = array.getClass().getComponentType();
        var copy = (@Nullable Object[]) Array.newInstance(type, array.length);
        boolean same = true;
        for (int i = 0; i < array.length; i++) {
            var other = change.of(array[i], type, depth + 1);
            same &= other == array[i];
            copy[i] = type.isInstance(other) ? other : array[i];
        }
        return same ? array : copy;
    }

    private static Object changed(Map<?, ?> map, Class<?> expected, int depth, Change change) {
        var copy = new LinkedHashMap<@Nullable Object, @Nullable Object>();
        boolean same = true;
        for (var entry : map.entrySet()) {
            var key = change.of(entry.getKey(), Object.class, depth + 1);
            var value = change.of(entry.getValue(), Object.class, depth + 1);
            same &= key == entry.getKey() && value == entry.getValue();
            copy.put(key, value);
        }
        return same ? map : fitting(copy, map, expected);
    }

    private static Object changed(
            Collection<?> collection, Class<?> expected, int depth, Change change) {
        var elements = new ArrayList<@Nullable Object>(collection.size());
        boolean same = true;
        for (var element : collection) {
            var other = change.of(element, Object.class, depth + 1);
            same &= other == element;
            elements.add(other);
        }
        return same ? collection : fitting(like(collection, elements), collection, expected);
    }

    private static Collection<@Nullable Object> like(
            Collection<?> collection, List<@Nullable Object> elements) {
        return switch (collection) {
            case Set<?> _ -> new LinkedHashSet<>(elements);
            case List<?> _ -> elements;
            case Queue<?> _ when !elements.contains(null) -> new ArrayDeque<>(elements);
            default -> elements;
        };
    }

    private static Object fitting(Object copy, Object original, Class<?> expected) {
        return expected.isInstance(copy) ? copy : original;
    }
}
