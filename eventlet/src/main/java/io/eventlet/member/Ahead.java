// SPDX-License-Identifier: Apache-2.0
package io.eventlet.member;

import org.jspecify.annotations.Nullable;

import java.util.List;

/// What may be ahead of a wait: work of pools that waits for a permit. If who waits is a member of
/// the same pool, and so keeps one, it lends that.
public interface Ahead {
    /// Lends the permit to work that is to begin before the wait can end: to what waits for one
    /// now, or to what is the first to do so.
    void seek(Loan loan);

    /// Called when the wait has ended.
    void forget(Loan loan);

    /// All of some; null if there are none.
    static @Nullable Ahead of(List<? extends Ahead> some) {
        return switch (some.size()) {
            case 0 -> null;
            case 1 -> some.getFirst();
            default -> new Several(List.copyOf(some));
        };
    }

    /// Of which any may be ahead.
    record Several(List<Ahead> some) implements Ahead {
        @Override
        public void seek(Loan loan) {
            for (var one : some) {
                if (loan.isLent()) {
                    return;
                }
                one.seek(loan);
            }
        }

        @Override
        public void forget(Loan loan) {
            some.forEach(one -> one.forget(loan));
        }
    }
}
