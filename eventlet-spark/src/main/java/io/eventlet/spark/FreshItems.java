// SPDX-License-Identifier: Apache-2.0
package io.eventlet.spark;

import org.apache.hadoop.conf.Configurable;
import org.apache.hadoop.io.DataInputBuffer;
import org.apache.hadoop.io.DataOutputBuffer;
import org.apache.hadoop.io.NullWritable;
import org.apache.hadoop.io.Writable;
import org.apache.hadoop.util.ReflectionUtils;
import org.jspecify.annotations.Nullable;

import scala.Product;
import scala.Tuple2;

import java.io.IOException;
import java.net.URL;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Iterator;
import java.util.List;

/// The items of a source, each an object that the source does not fill again.
///
/// Readers of Hadoop give one object for all records, with other content each time, while many
/// items are held at a time here. Writables are copied. Whether objects of other classes are filled
/// again is seen by their hash code: one that comes again with another one fails the task, as the
/// items before it cannot be had any more.
final class FreshItems<A> implements Iterator<A> {
    private final Iterator<? extends A> items;
    private List<Part> last = List.of();

    FreshItems(Iterator<? extends A> items) {
        this.items = items;
    }

    /// Something that an item consists of, and its hash code when it was given.
    private record Part(Object object, int hash) {}

    @Override
    public boolean hasNext() {
        return items.hasNext();
    }

    @Override
    public A next() {
        A item = copy(items.next());
        var parts = new ArrayList<Part>(2);
        addParts(item, parts);
        for (int i = 0; i < Math.min(parts.size(), last.size()); i++) {
            ensureNotFilledAgain(last.get(i), parts.get(i));
        }
        last = parts;
        return item;
    }

    // ---- Writables

    @SuppressWarnings({"unchecked", "NullAway"}) // of the same class, and null if it was
    private static <T extends @Nullable Object> T copy(T item) {
        if (item instanceof Writable writable) {
            return (T) copyOf(writable);
        }
        if (item instanceof Tuple2<?, ?> pair) {
            Object first = copy(pair._1());
            Object second = copy(pair._2());
            boolean isCopied = first != pair._1() || second != pair._2();
            return isCopied ? (T) new Tuple2<>(first, second) : item;
        }
        return item;
    }

    private static Writable copyOf(Writable writable) {
        if (writable == NullWritable.get()) {
            return writable;
        }
        var conf = writable instanceof Configurable its ? its.getConf() : null;
        try (var out = new DataOutputBuffer();
                var in = new DataInputBuffer()) {
            var copy = ReflectionUtils.newInstance(writable.getClass(), conf);
            writable.write(out);
            in.reset(out.getData(), out.getLength());
            copy.readFields(in);
            return copy;
        } catch (IOException | RuntimeException e) {
            throw new IllegalStateException(
                    "no copy could be made of a %s, which its source may fill again: map the items"
                                    .formatted(writable.getClass().getName())
                            + " to objects of another class before",
                    e);
        }
    }

    // ---- others

    private static void addParts(@Nullable Object item, List<Part> parts) {
        if (item instanceof Product tuple && tuple.getClass().getName().startsWith("scala.Tuple")) {
            for (int i = 0; i < tuple.productArity(); i++) {
                addParts(tuple.productElement(i), parts);
            }
        } else {
            parts.add(new Part(item == null ? "null" : item, hash(item)));
        }
    }

    private static int hash(@Nullable Object part) {
        if (part == null
                || part instanceof String
                || part instanceof Record
                || part instanceof URL) { // asks for addresses
            return 0;
        }
        try {
            return Arrays.deepHashCode(new Object[] {part}); // of arrays, that of their content
        } catch (RuntimeException | StackOverflowError e) { // it has none, so nothing can be told
            return 0;
        }
    }

    private static void ensureNotFilledAgain(Part before, Part now) {
        if (before.object == now.object && before.hash != now.hash) {
            throw new IllegalStateException(
                    "the source gave one object of %s again, with other content, so that the items"
                                    .formatted(now.object.getClass().getName())
                            + " before it are lost: map the items to copies before");
        }
    }
}
