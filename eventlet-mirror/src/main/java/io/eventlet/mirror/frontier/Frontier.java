// SPDX-License-Identifier: Apache-2.0
package io.eventlet.mirror.frontier;

import org.jspecify.annotations.Nullable;

import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.function.Consumer;
import java.util.function.Predicate;

/// What a run has to do and has done: every URL that was seen, once, with its state.
///
/// Whoever fetches claims a URL for a time, and says what has become of it; a claim whose lease has
/// ended is given to another, and what the first one says then is ignored. URLs of one host come
/// breadth first, those found first before others of the same depth, and hosts take turns.
///
/// Meant to be implemented by others, for runs of several machines. All methods may be called by
/// any thread, and may wait for a disk or a network: that blocks the green thread that calls, and
/// ends when this is killed. What cannot be kept or read ends them with a `RuntimeException`: an
/// [java.io.UncheckedIOException], or one of the library that a frontier is made of. It ends the
/// run.
public interface Frontier extends AutoCloseable {
    /// Adds a URL that has not been seen; false if it has been, which changes nothing. One whose
    /// state is not [State#QUEUED] is only recorded.
    boolean discovered(Entry entry);

    /// Adds those that have not been seen; gives back these, in their order.
    default Collection<Entry> discovered(Collection<Entry> entries) {
        return entries.stream().filter(this::discovered).toList();
    }

    /// Whether others may claim from it at the same time, from other processes.
    default boolean isShared() {
        return false;
    }

    /// Begins a run, or goes on with one that has not ended.
    ///
    /// In a run that goes on, what has failed and what a rule has left out is looked at again; in
    /// one that begins over a copy of which nothing was left, all is.
    default Beginning begin() {
        boolean isNew = count(State.QUEUED) == 0; // or nothing was left
        if (isNew) {
            requeue(State.DONE);
        }
        requeue(State.SKIPPED); // the rules may be others
        requeue(State.FAILED);
        return isNew ? Beginning.NEW : Beginning.GOES_ON;
    }

    /// The number of the run that has begun last, from 1; 0 if nobody but this process begins any.
    default long run() {
        return 0;
    }

    /// Says that this worker has found nothing left to do.
    default void end() {}

    /// Takes the next URL that is due, of a host that the predicate accepts; null if there is none.
    /// The lease may have begun before, as [#age] says.
    @Nullable Claim claim(Duration lease, Predicate<? super String> hosts);

    /// How long before it was given out the lease of a claim had begun, at most.
    default Duration age(Claim claim) {
        return Duration.ZERO;
    }

    /// Gives a claim more time, from now on; false if it has been lost.
    boolean renew(Claim claim, Duration lease);

    /// Gives claims more time, from now on; gives back those that have not been lost.
    default Collection<Claim> renew(Collection<Claim> claims, Duration lease) {
        return claims.stream().filter(claim -> renew(claim, lease)).toList();
    }

    /// Says how it ended. False if the claim has been lost: then it changes nothing.
    boolean done(Claim claim, State end, String note);

    /// Puts the URL back, to be claimed again from then on. False if the claim has been lost.
    boolean retry(Claim claim, Instant from, String note);

    /// Gives back a claim of which nothing has been tried, or not in vain.
    boolean release(Claim claim);

    /// Has no URL of a host claimed before then. A later time replaces an earlier one.
    void block(String host, Instant until);

    /// When the next URL is due that no predicate holds back: long ago if one is now, null if none
    /// is queued. Claims count from the end of their leases.
    @Nullable Instant due();

    /// What is known of a URL; null if it has not been seen.
    @Nullable Entry find(String url);

    /// How many URLs have a state; those that are claimed count as queued.
    long count(State state);

    /// Puts all that have a state into the queue again, with their notes, as if nothing had been
    /// tried.
    void requeue(State state);

    /// Puts one URL into the queue again with another note, as if nothing had been tried; false,
    /// and no change, if its state or its note are no longer as they were found. Of one that is
    /// queued only the note changes; if it is claimed, that is lost unless its claim is given back.
    boolean requeue(Entry found, String note);

    /// Gives out all that is known, in the order of the URLs or of their first sight. The consumer
    /// must not call the frontier.
    void forEach(Consumer<? super Entry> consumer);

    /// Makes what has been said so far survive the end of the process, if this keeps anything.
    void save();

    @Override
    void close();
}
