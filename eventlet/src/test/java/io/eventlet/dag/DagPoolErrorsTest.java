// SPDX-License-Identifier: Apache-2.0
package io.eventlet.dag;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.eventlet.Event;
import io.eventlet.Eventually;
import io.eventlet.GreenPool;
import io.eventlet.GreenThreadKilled;
import io.eventlet.ReportedErrors;
import io.eventlet.testing.junit.NoLeaks;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.extension.RegisterExtension;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.ObjectInputStream;
import java.io.ObjectOutputStream;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/// Keys that fail.
@Timeout(60)
@ExtendWith(NoLeaks.class)
class DagPoolErrorsTest {
    @RegisterExtension final ReportedErrors reported = new ReportedErrors();

    private final IOException error = new IOException("bogus");
    private final DagPool<String, Object> pool = new DagPool<>();

    private Object fail() throws IOException {
        throw error;
    }

    /// From Eventlet's dagpool_test.py: test_waitall_exc.
    @Test
    void awaitAllThrowsTheFirstFailure() {
        pool.spawn("a", List.of(), (_, _) -> fail());

        var failed = catchThrowableOfType(KeyFailed.class, pool::awaitAll);

        assertThat(failed.key()).isEqualTo("a");
        assertThat(failed).hasCause(error).hasMessage("a failed: java.io.IOException: bogus");
    }

    /// From Eventlet's dagpool_test.py: test_propagate_exc.
    @Test
    void failureNamesEachHop() {
        pool.spawn("a", List.of(), (_, _) -> fail());
        pool.spawn("b", List.of("a"), (_, results) -> results.all());
        pool.spawn("c", List.of("b"), (_, results) -> results.all());

        var failed = catchThrowableOfType(KeyFailed.class, () -> pool.get("c"));

        assertThat(failed.keys()).containsExactly("c", "b", "a");
        assertThat(failed)
                .hasMessage("c failed: b failed: a failed: java.io.IOException: bogus")
                .hasRootCause(error);
        assertThat(failed.getCause()).isInstanceOf(KeyFailed.class);
    }

    @Test
    void failureOfALongChainNamesItsEnds() {
        var numbers = new DagPool<Integer, Object>();
        var depends = new HashMap<Integer, List<Integer>>();
        for (int i = 1; i < 10_000; i++) {
            depends.put(i, List.of(i - 1));
        }
        numbers.spawnMany(depends, (_, results) -> results.all());
        numbers.postError(0, error);

        var failed = catchThrowableOfType(KeyFailed.class, () -> numbers.get(9999));

        assertThat(failed.keys()).hasSize(10_000).startsWith(9999, 9998).endsWith(1, 0);
        assertThat(failed.getMessage())
                .startsWith("9999 failed: 9998 failed: ")
                .contains(" failed: (9968 more) 15 failed: ")
                .endsWith(" failed: 1 failed: 0 failed: java.io.IOException: bogus")
                .hasSizeLessThan(1000);
    }

    @Test
    void failureOfALongChainCanBePrinted() {
        var numbers = new DagPool<Integer, Object>();
        numbers.postError(0, error);
        for (int i = 1; i < 10_000; i++) {
            numbers.spawn(i, List.of(i - 1), (_, results) -> results.all());
        }
        var failed = catchThrowableOfType(KeyFailed.class, () -> numbers.get(9999));

        var printed = new StringWriter();
        failed.printStackTrace(new PrintWriter(printed));

        assertThat(printed.toString().lines().filter(line -> line.startsWith("Caused by: ")))
                .hasSize(33)
                .first()
                .asString()
                .startsWith("Caused by: io.eventlet.dag.KeyFailed: 31 failed: 30 failed: ");
        assertThat(failed).hasRootCause(error);
    }

    @Test
    void keysOfAFailureAreThoseBehindOtherErrorsToo() {
        pool.spawn("a", List.of(), (_, _) -> fail());
        pool.spawn(
                "b",
                List.of("a"),
                (_, results) -> {
                    try {
                        return results.all();
                    } catch (KeyFailed e) {
                        throw new IllegalStateException("wrapped", e);
                    }
                });

        var failed = catchThrowableOfType(KeyFailed.class, () -> pool.get("b"));

        assertThat(failed.keys()).containsExactly("b", "a");
        assertThat(failed).hasMessage("b failed: java.lang.IllegalStateException: wrapped");
    }

    /// From Eventlet's dagpool_test.py: test_wait_each_exc.
    @Test
    void failureIsThrownAtItsPlaceAndTheIterationGoesOn() {
        pool.postError("a", error);
        pool.post("b", 2);
        var each = pool.awaitEach(List.of("a", "b"));

        assertThatExceptionOfType(KeyFailed.class).isThrownBy(each::next);

        assertThat(each.next()).isEqualTo(Map.entry("b", 2));
    }

    /// From Eventlet's dagpool_test.py: test_post_get_exc.
    @Test
    void errorThatIsPostedAsAValueIsOne() {
        pool.post("a", error);
        pool.postError("b", error);

        assertThat(pool.get("a")).isSameAs(error);
        assertThatExceptionOfType(KeyFailed.class).isThrownBy(() -> pool.poll("b", ""));
        assertThatExceptionOfType(KeyFailed.class).isThrownBy(pool::items);
        assertThatExceptionOfType(KeyFailed.class).isThrownBy(pool::awaitAll);
        assertThatExceptionOfType(KeyFailed.class).isThrownBy(() -> pool.await(List.of("a", "b")));
    }

    /// From Eventlet's dagpool_test.py: test_post_get_exc.
    @Test
    void resultsCanBeOnlyTheValuesOrOnlyTheFailures() {
        pool.post("a", 1);
        pool.postError("b", error);

        assertThat(pool.awaitEachSuccess().all()).isEqualTo(Map.of("a", 1));
        assertThat(pool.awaitEachSuccess(List.of("b")).all()).isEmpty();
        assertThat(pool.awaitEachFailure(List.of("a")).all()).isEmpty();
        var failures = pool.awaitEachFailure().all();
        assertThat(failures).containsOnlyKeys("b");
        assertThat(failures.get("b")).hasCause(error);
    }

    @Test
    void resultThatWasToldOfStaysTheNextOne() {
        pool.postError("a", error);
        pool.post("b", 1);
        var failures = pool.awaitEachFailure(List.of("a"));
        var values = pool.awaitEachSuccess(List.of("b"));
        assertThat(failures.hasNext() && values.hasNext()).isTrue();

        pool.replace("a", "instead");
        values.close();

        assertThat(failures.next().getValue()).hasCause(error);
        assertThat(values.next()).isEqualTo(Map.entry("b", 1));
        assertThat(failures.hasNext() || values.hasNext()).isFalse();
        assertThat(pool.awaitEachFailure(List.of("a")).hasNext()).isFalse();
    }

    @Test
    void dependentMayDoWithoutWhatHasFailed() {
        pool.spawn("a", List.of(), (_, _) -> fail());
        pool.spawn(
                "b",
                List.of("a"),
                (_, results) -> {
                    try {
                        return results.next().getValue();
                    } catch (KeyFailed e) {
                        return "instead of " + e.key();
                    }
                });

        assertThat(pool.get("b")).isEqualTo("instead of a");
    }

    @Test
    void everyErrorReachesWhoWaits() {
        pool.spawn(
                "a",
                List.of(),
                (_, _) -> {
                    throw new StackOverflowError("pretended");
                });

        assertThatExceptionOfType(KeyFailed.class)
                .isThrownBy(() -> pool.get("a"))
                .withCauseInstanceOf(StackOverflowError.class);
    }

    @Test
    void memberThatIsKilledByOthersHasFailed() {
        var limit = new GreenPool(1);
        var bounded = DagPool.<String, Object>in(limit);
        var event = new Event<Object>();
        bounded.spawn("a", List.of(), (_, _) -> event.await());
        Eventually.until(() -> event.waiting() == 1);

        limit.kill();

        assertThatExceptionOfType(KeyFailed.class)
                .isThrownBy(() -> bounded.get("a"))
                .withCauseInstanceOf(GreenThreadKilled.class);
    }

    @Test
    void errorOfATaskThatNobodyAsksForIsReportedWhenThePoolIsGarbage() {
        failInAPoolThatIsDropped();

        Eventually.until(() -> {
            System.gc();
            return reported.count(error) == 1;
        });
    }

    private void failInAPoolThatIsDropped() {
        var dropped = new DagPool<String, Object>();
        dropped.spawn("a", List.of(), (_, _) -> fail());
        Eventually.until(() -> dropped.running() == 0);
    }

    @Test
    void failureAfterAMemberHasPostedItsKeyIsReported() {
        pool.spawn(
                "a",
                List.of(),
                (key, _) -> {
                    pool.post(key, "early");
                    return fail();
                });

        assertThat(pool.get("a")).isEqualTo("early");
        Eventually.until(() -> reported.count(error) == 1);
    }

    @Test
    void failureThatWasSerializedHasTheTextOfItsKeys() throws Exception {
        record Place(String name) {}
        var places = new DagPool<Place, String>();
        places.postError(new Place("here"), error);
        var failed = catchThrowableOfType(KeyFailed.class, () -> places.get(new Place("here")));

        var bytes = new ByteArrayOutputStream();
        try (var out = new ObjectOutputStream(bytes)) {
            out.writeObject(failed);
        }
        KeyFailed read;
        try (var in = new ObjectInputStream(new ByteArrayInputStream(bytes.toByteArray()))) {
            read = (KeyFailed) in.readObject();
        }

        assertThat(read.key()).isEqualTo("Place[name=here]");
        assertThat(read.keys()).containsExactly("Place[name=here]");
        assertThat(read).hasMessage(failed.getMessage());
    }
}
