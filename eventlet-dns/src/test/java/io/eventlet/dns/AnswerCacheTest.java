// SPDX-License-Identifier: Apache-2.0
package io.eventlet.dns;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import java.util.List;
import java.util.concurrent.TimeUnit;

@Timeout(60)
class AnswerCacheTest {
    private long now = Long.MAX_VALUE - 5; // soon negative
    private final AnswerCache cache = new AnswerCache(3, () -> now);

    private void pass(long seconds) {
        now += TimeUnit.SECONDS.toNanos(seconds);
    }

    private static Answer.Found<String> found(long seconds) {
        return new Answer.Found<>(List.of("x"), seconds);
    }

    @Test
    void keepsAnAnswerForItsTime() {
        cache.put("a", RecordType.A, found(60));

        pass(59);
        var before = cache.get("a", RecordType.A);
        pass(1);
        var after = cache.get("a", RecordType.A);

        assertThat(before).isEqualTo(found(60));
        assertThat(after).isNull();
    }

    @Test
    void keepsAnAnswerForOneTypeOnly() {
        cache.put("a", RecordType.A, found(60));

        assertThat(cache.get("a", RecordType.AAAA)).isNull();
    }

    @Test
    void keepsThatThereIsNothingOfAType() {
        var nothing = new Answer.Nothing(false, 30);
        cache.put("a", RecordType.AAAA, nothing);

        assertThat(cache.get("a", RecordType.AAAA)).isEqualTo(nothing);
        assertThat(cache.get("a", RecordType.A)).isNull();
    }

    @Test
    void keepsThatThereIsNoSuchNameForAllTypes() {
        var nothing = new Answer.Nothing(true, 30);
        cache.put("a", RecordType.AAAA, nothing);

        assertThat(cache.get("a", RecordType.A)).isEqualTo(nothing);
        pass(30);
        assertThat(cache.get("a", RecordType.A)).isNull();
    }

    @Test
    void keepsNoFailures() {
        cache.put("a", RecordType.A, new Answer.Failed("SERVFAIL", true));

        assertThat(cache.get("a", RecordType.A)).isNull();
        assertThat(cache.size()).isZero();
    }

    @Test
    void keepsNothingThatMayNotBeKept() {
        cache.put("a", RecordType.A, found(0));
        cache.put("b", RecordType.A, new Answer.Nothing(true, 0));

        assertThat(cache.size()).isZero();
    }

    @Test
    void keepsNothingForMoreThanADay() {
        cache.put("a", RecordType.A, found(Integer.MAX_VALUE));

        pass(TimeUnit.DAYS.toSeconds(1));

        assertThat(cache.get("a", RecordType.A)).isNull();
    }

    @Test
    void keepsThatThereIsNothingForNoMoreThanAnHour() {
        cache.put("a", RecordType.A, new Answer.Nothing(true, Integer.MAX_VALUE));

        pass(TimeUnit.HOURS.toSeconds(1));

        assertThat(cache.get("a", RecordType.A)).isNull();
    }

    @Test
    void keepsNoMoreThanItsLimitAndThoseThatAreAskedFor() {
        for (String name : List.of("a", "b", "c")) {
            cache.put(name, RecordType.A, found(60));
        }
        var asked = cache.get("a", RecordType.A);
        cache.put("d", RecordType.A, found(60));

        assertThat(asked).isNotNull();
        assertThat(cache.size()).isEqualTo(3);
        assertThat(cache.get("a", RecordType.A)).isNotNull();
        assertThat(cache.get("b", RecordType.A)).isNull();
    }

    @Test
    void forgetsAll() {
        cache.put("a", RecordType.A, found(60));

        cache.clear();

        assertThat(cache.get("a", RecordType.A)).isNull();
    }
}
