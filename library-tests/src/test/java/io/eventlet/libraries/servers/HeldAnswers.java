// SPDX-License-Identifier: Apache-2.0
package io.eventlet.libraries.servers;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/// For how long a server holds its answers back: for as long as a question says, or until as many
/// clients as are expected have asked. Who gets an answer of that kind knows that all had asked
/// before, which takes no time; if they ask one after the other, nobody gets any.
public final class HeldAnswers implements AutoCloseable {
    /// What a question says in place of milliseconds.
    public static final long UNTIL_ALL_HAVE_ASKED = -1;

    private volatile Round round = new Round(0);

    /// The clients that are expected to ask together.
    private static final class Round {
        private final AtomicInteger missing;
        private final CompletableFuture<Void> complete = new CompletableFuture<>();

        Round(int clients) {
            missing = new AtomicInteger(clients);
        }

        CompletableFuture<Void> join() {
            if (missing.decrementAndGet() <= 0) {
                complete.complete(null);
            }
            return complete;
        }
    }

    /// Expects so many clients from now on.
    public void expect(int clients) {
        round = new Round(clients);
    }

    /// Completes when a question may be answered that says so many milliseconds, or
    /// [#UNTIL_ALL_HAVE_ASKED].
    public CompletableFuture<Void> released(long millis) {
        if (millis == UNTIL_ALL_HAVE_ASKED) {
            return round.join();
        }
        var work = new CompletableFuture<Void>();
        if (millis == 0) {
            work.complete(null);
        }
        return work.completeOnTimeout(null, millis, TimeUnit.MILLISECONDS);
    }

    /// As [#released(long)], for threads that can wait.
    void awaitRelease(long millis) throws InterruptedException {
        try {
            var ignored = released(millis).get();
        } catch (ExecutionException e) {
            throw new AssertionError("nothing completes it so", e);
        }
    }

    /// Releases those that are held still, of a test that has failed.
    @Override
    public void close() {
        round.complete.complete(null);
    }
}
