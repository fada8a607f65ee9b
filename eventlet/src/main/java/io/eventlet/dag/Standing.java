// SPDX-License-Identifier: Apache-2.0
package io.eventlet.dag;

import io.eventlet.member.Loan;

import org.jspecify.annotations.Nullable;

import java.util.LinkedHashSet;
import java.util.Set;
import java.util.function.BiConsumer;

/// The members of a graph that stand for a permit of its pool, and members of that pool who wait
/// for a key and lend theirs. Guarded by the lock of the graph.
final class Standing<K> {
    private final Set<DagMember<K>> members = new LinkedHashSet<>(0); // or begun since
    private final Set<Loan> loans = new LinkedHashSet<>(0); // that came when none stood there

    void add(DagMember<K> member) {
        members.add(member);
    }

    void remove(DagMember<K> member) {
        members.remove(member);
    }

    /// Gives a loan to the first that stands there, or keeps it for the next that comes. Those that
    /// cannot be started are refused.
    void give(Loan loan, BiConsumer<DagMember<K>, Throwable> refuse) {
        while (!members.isEmpty()) {
            var member = members.iterator().next();
            members.remove(member);
            try {
                if (loan.give(member.thread())) {
                    return;
                }
            } catch (Throwable e) {
                refuse.accept(member, e);
            }
        }
        loans.add(loan);
    }

    void forget(Loan loan) {
        loans.remove(loan);
    }

    /// A loan that nobody has; null if there is none.
    @Nullable Loan firstLoan() {
        for (var all = loans.iterator(); all.hasNext(); ) {
            var loan = all.next();
            if (!loan.isLent()) {
                return loan;
            }
            all.remove();
        }
        return null;
    }
}
