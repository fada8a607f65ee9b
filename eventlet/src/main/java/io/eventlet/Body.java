// SPDX-License-Identifier: Apache-2.0
package io.eventlet;

import io.eventlet.hub.Hub;
import io.eventlet.hub.Inheritance;
import io.eventlet.member.Member;
import io.eventlet.wait.UncaughtErrors;

import org.jspecify.annotations.Nullable;

import java.time.Duration;
import java.util.Objects;
import java.util.concurrent.Callable;
import java.util.concurrent.Future;
import java.util.function.Consumer;

/// What the thread of a green thread runs, and where it is cancelled.
final class Body<T extends @Nullable Object> extends Member implements Runnable {
    /// How many bodies run inside one another on one stack, each by a few frames of the library's
    /// and its own. More than a recursion of people's making has, and few enough for large frames.
    private static final int MOST_INLINE = 32;

    private volatile Object owner; // the green thread, or just its thread, see forget()
    private final Hub hub;
    private @Nullable Callable<? extends T> work; // dropped when it begins
    private boolean known; // own thread: somebody on it has asked which green thread it is
    private int inline; // own thread: bodies that it runs inside one another
    private Thread.@Nullable UncaughtExceptionHandler given; // own thread: by others

    Body(GreenThread<T> green, Hub hub, Callable<? extends T> work) {
        owner = green;
        this.hub = hub;
        this.work = work;
    }

    /// The green thread; null once that has ended with an error which waits to be seen.
    @SuppressWarnings("unchecked")
    @Nullable GreenThread<T> green() {
        return owner instanceof GreenThread<?> green ? (GreenThread<T>) green : null;
    }

    /// Called at its end. Whoever holds the thread no longer holds its outcome, so that one which
    /// nobody can ask for any more is garbage, whoever still has the thread.
    void forget(GreenThread<?> ended, Thread thread) {
        if (owner == ended) {
            owner = thread;
        }
    }

    // ---- as a member

    @Override
    public void start() {
        startThread();
    }

    Future<?> startLater(long nanos, Consumer<Throwable> onFailure) {
        return startThreadAfter(nanos, onFailure);
    }

    /// The thread that runs it.
    Thread newThread(Inheritance inheritance) {
        return newThread(inheritance, this);
    }

    @Override
    public void startAfter(Duration delay) {
        var green = Objects.requireNonNull(green(), "it has ended");
        var ignored = green.startAfter(delay, null);
    }

    @Override
    public boolean cancel() {
        var green = green();
        return green != null && green.cancel();
    }

    @Override
    public boolean fail(Throwable error) {
        var green = green();
        return green != null && green.fail(error);
    }

    @Override
    public void kill() {
        var green = green();
        if (green != null) {
            green.kill();
        }
    }

    /// Called when it has an outcome.
    void end() {
        leavePool();
    }

    // ---- what runs on it

    /// Called when somebody on it is given its green thread, and may kill or link that later.
    void noteKnown() {
        known = true;
    }

    boolean isKnown() {
        return known;
    }

    /// Whether it may run one more body inline; [#endInline] follows if so.
    boolean beginInline() {
        if (inline == MOST_INLINE) {
            return false;
        }
        inline++;
        return true;
    }

    void endInline() {
        inline--;
    }

    // ---- its life

    @Override
    public void run() {
        takeHandlersPlace();
        var begun = work;
        var green = green();
        work = null;
        if (begun == null || green == null || !green.begin()) {
            return;
        }
        try {
            green.run(begun);
        } finally {
            leaveHub();
        }
    }

    /// Code that made its thread by a factory may have given it a handler, in the place of this
    /// one.
    private void takeHandlersPlace() {
        var thread = Thread.currentThread();
        var handler = thread.getUncaughtExceptionHandler();
        if (handler != this) {
            given = handler;
            thread.setUncaughtExceptionHandler(this);
        }
    }

    @Override
    public Thread.@Nullable UncaughtExceptionHandler given() {
        return given;
    }

    /// Called when it begins: on the list of those that live.
    void enter() {
        enterHub();
    }

    /// A kill that the body has not met is void: it must not hit a link instead.
    void prepareToEnd() {
        forgetCancellations();
    }

    @Override
    public Thread thread() {
        var known = owner;
        return known instanceof GreenThread<?> green ? green.thread() : (Thread) known;
    }

    @Override
    public Hub hub() {
        return hub;
    }

    @Override
    public boolean hasEnded() {
        var green = green();
        return green == null || green.isDead();
    }

    /// An error of the machinery: those of the work have become its outcome.
    @Override
    public void uncaughtException(Thread thread, Throwable error) {
        UncaughtErrors.report(thread, error);
    }

    @Override
    public String toString() {
        return owner.toString();
    }

    /// A body without a result as one with none.
    static Callable<@Nullable Void> callable(Task body) {
        Objects.requireNonNull(body);
        return () -> {
            body.run();
            return null;
        };
    }
}
