// SPDX-License-Identifier: Apache-2.0
package io.eventlet.interleavings;

import org.jetbrains.lincheck.datastructures.ModelCheckingOptions;
import org.jetbrains.lincheck.datastructures.Options;
import org.jetbrains.lincheck.datastructures.StressOptions;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/// What its operations do from several threads is what they could do one after the other, in an
/// order that each thread agrees with. Lincheck draws the operations, and tells which went wrong.
///
/// A model is a subclass: public operations on one thing, which must not wait without a limit. What
/// they could do is told by a plain class with the same operations, for one thread.
@Tag("interleavings")
@Timeout(300)
public abstract class LinearizableSpecification {
    private static final int SCENARIOS = Integer.getInteger("lincheck.scenarios", 20);

    private final Class<?> plain;

    protected LinearizableSpecification(Class<?> plain) {
        this.plain = plain;
    }

    /// The threads run as they like.
    @Test
    void isLinearizableUnderStress() {
        sized(new StressOptions(), 2_000).check(getClass());
    }

    /// The threads switch where Lincheck says, at an access to what they share.
    @Test
    void isLinearizableWhereverThreadsSwitch() {
        sized(new ModelCheckingOptions(), 400).check(getClass());
    }

    private <O extends Options<O, ?>> O sized(O options, int runs) {
        return options.iterations(SCENARIOS)
                .sequentialSpecification(plain)
                .invocationsPerIteration(runs)
                .threads(2)
                .actorsPerThread(3)
                .actorsBefore(2)
                .actorsAfter(2);
    }
}
