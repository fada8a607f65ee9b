// SPDX-License-Identifier: Apache-2.0
package io.eventlet;

import io.eventlet.lang.Lists;
import io.eventlet.member.Ahead;
import io.eventlet.member.Loan;
import io.eventlet.wait.Choice;
import io.eventlet.wait.Enlisting;
import io.eventlet.wait.Named;
import io.eventlet.wait.WaitQueue;
import io.eventlet.wait.Waits;

import org.jspecify.annotations.Nullable;

import java.util.ArrayList;
import java.util.List;
import java.util.Objects;

/// One run of a [Select]: several clauses, of which one is chosen. For one thread.
final class Selection<R extends @Nullable Object> implements Named {
    private final List<Enlisting<? extends R>> clauses; // in the order in which they are tried
    private final List<WaitQueue.@Nullable Waiter> waiters; // of the clauses that were tried
    private @Nullable Enlisting<? extends R> chosen;
    private @Nullable Object item; // what the chosen one got

    Selection(List<Clause<? extends R>> given) {
        if (given.isEmpty()) {
            throw new IllegalArgumentException("a select needs a clause, and was given none");
        }
        clauses = new ArrayList<>(given.size());
        for (var clause : given) {
            clauses.add(Enlisting.<R>of(clause));
        }
        for (int i = clauses.size() - 1; i > 0; i--) {
            int drawn = Waits.draw(i + 1);
            clauses.set(i, clauses.set(drawn, clauses.get(i)));
        }
        waiters = new ArrayList<>(clauses.size());
    }

    /// Chooses one as soon as one can be done: false if none could until the deadline.
    boolean await(long deadline) {
        Choice choice;
        do {
            choice = new Choice(this);
            try {
                enlist(choice);
                if (!Loan.await(choice, deadline, ahead())) {
                    return false;
                }
            } finally {
                leave();
            }
        } while (!take(choice));
        return true;
    }

    /// Chooses one if one can be done now.
    boolean attempt() {
        Choice choice;
        do {
            choice = new Choice(this);
            try {
                enlist(choice);
                if (choice.close()) {
                    return false;
                }
            } finally {
                leave();
            }
        } while (!take(choice));
        return true;
    }

    private void enlist(Choice choice) {
        waiters.clear();
        for (int i = 0; i < clauses.size() && choice.isOpen(); i++) {
            waiters.add(clauses.get(i).enlist(choice));
        }
    }

    /// What may be ahead of any of them.
    private @Nullable Ahead ahead() {
        var all = new ArrayList<Ahead>(0);
        for (var clause : clauses) {
            if (clause instanceof LockedClause<?> locked && locked.ahead() != null) {
                all.add(locked.ahead());
            }
        }
        return Ahead.of(all);
    }

    /// Leaves all queues. Afterwards the one where it was woken has handed over what there is: that
    /// was done under its lock.
    private void leave() {
        for (var waiter : waiters) {
            if (waiter != null) {
                boolean ignored = waiter.leave();
            }
        }
    }

    /// Takes what was chosen: false if the choice has to be made again.
    private boolean take(Choice choice) {
        if (choice.isToBeRepeated()) {
            return false;
        }
        for (int i = 0; i < waiters.size(); i++) {
            var waiter = waiters.get(i);
            if (waiter != null && choice.isOf(waiter)) {
                chosen = clauses.get(i);
                item = waiter.item();
                return true;
            }
        }
        chosen = clauses.get(waiters.size() - 1); // the last that was tried, at once
        item = choice.item();
        return true;
    }

    R result() {
        return Objects.requireNonNull(chosen).result(item);
    }

    /// How many things there are, for errors.
    int size() {
        return clauses.size();
    }

    @Override
    public String toString() {
        return "select of " + Lists.first(clauses);
    }
}
