// SPDX-License-Identifier: Apache-2.0
package io.eventlet.spark;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import org.apache.hadoop.io.ArrayWritable;
import org.apache.hadoop.io.IntWritable;
import org.apache.hadoop.io.NullWritable;
import org.apache.hadoop.io.Text;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import scala.Tuple2;
import scala.Tuple3;

import java.util.ArrayList;
import java.util.Collections;
import java.util.Iterator;
import java.util.List;
import java.util.function.IntFunction;
import java.util.stream.IntStream;

/// Items of sources that give one object again and again, without Spark.
@Timeout(60)
class FreshItemsTest {
    private final Text text = new Text();
    private final IntWritable number = new IntWritable();

    private static <A> List<A> taken(int count, IntFunction<A> source) {
        return taken(IntStream.range(0, count).mapToObj(source).iterator());
    }

    private static <A> List<A> taken(Iterator<A> source) {
        var all = new ArrayList<A>();
        new FreshItems<>(source).forEachRemaining(all::add);
        return all;
    }

    private Text textOf(int i) {
        text.set("v" + i);
        return text;
    }

    private IntWritable numberOf(int i) {
        number.set(i);
        return number;
    }

    /// As a reader of formats that know nothing of Writables may fill it.
    private static final class Page {
        private int number;

        Page number(int newNumber) {
            number = newNumber;
            return this;
        }

        @Override
        public boolean equals(Object other) {
            return other instanceof Page page && page.number == number;
        }

        @Override
        public int hashCode() {
            return number;
        }
    }

    @Test
    void writablesAreCopied() {
        var items = taken(3, this::textOf);

        assertThat(items).containsExactly(new Text("v0"), new Text("v1"), new Text("v2"));
    }

    @Test
    void writablesInPairsAreCopied() {
        var items = taken(2, i -> new Tuple2<>(numberOf(i), new Tuple2<>("a" + i, textOf(i))));

        assertThat(items)
                .containsExactly(
                        new Tuple2<>(new IntWritable(0), new Tuple2<>("a0", new Text("v0"))),
                        new Tuple2<>(new IntWritable(1), new Tuple2<>("a1", new Text("v1"))));
    }

    @Test
    void nullWritableStaysTheOneThatThereIs() {
        var items = taken(2, _ -> NullWritable.get());

        assertThat(items).allMatch(item -> item == NullWritable.get());
    }

    @Test
    void writableThatCannotBeCopiedIsRefused() {
        var array = new ArrayWritable(Text.class, new Text[0]);

        assertThatExceptionOfType(IllegalStateException.class)
                .isThrownBy(() -> taken(1, _ -> array))
                .withMessageContaining("org.apache.hadoop.io.ArrayWritable")
                .withMessageContaining("map the items");
    }

    @Test
    void objectThatComesAgainWithOtherContentIsRefused() {
        var page = new Page();

        assertThatExceptionOfType(IllegalStateException.class)
                .isThrownBy(() -> taken(2, page::number))
                .withMessageContaining("one object of " + Page.class.getName())
                .withMessageContaining("map the items to copies before");
    }

    @Test
    void arrayThatComesAgainWithOtherContentIsRefused() {
        var bytes = new byte[1];

        assertThatExceptionOfType(IllegalStateException.class)
                .isThrownBy(() ->
                        taken(
                                2,
                                i -> {
                                    bytes[0] = (byte) i;
                                    return bytes;
                                }))
                .withMessageContaining("one object of [B");
    }

    @Test
    void partOfAPairThatComesAgainWithOtherContentIsRefused() {
        var page = new Page();

        assertThatExceptionOfType(IllegalStateException.class)
                .isThrownBy(() -> taken(2, i -> new Tuple2<>(i, page.number(i))));
    }

    @Test
    void writableInALargerTupleThatComesAgainIsRefused() {
        assertThatExceptionOfType(IllegalStateException.class)
                .isThrownBy(() -> taken(2, i -> new Tuple3<>(i, textOf(i), "x")))
                .withMessageContaining("one object of org.apache.hadoop.io.Text");
    }

    @Test
    void objectThatComesAgainAsItWasIsAnItemAgain() {
        var page = new Page();

        var items = taken(Collections.nCopies(3, new Tuple2<>(page, page)).iterator());

        assertThat(items).hasSize(3).allMatch(item -> item._1() == page);
    }

    @Test
    void itemsMayBeNullAndOfDifferentForms() {
        var source = new ArrayList<Object>();
        source.add(null);
        source.add(new Tuple2<>("a", null));
        source.add("b");

        var items = taken(source.iterator());

        assertThat(items).isEqualTo(source);
    }

    @Test
    void objectWithoutAHashCodeIsAnItem() {
        var broken =
                new Object() {
                    @Override
                    public int hashCode() {
                        throw new IllegalStateException("no hash code");
                    }
                };

        var items = taken(Collections.nCopies(2, broken).iterator());

        assertThat(items).containsExactly(broken, broken);
    }
}
