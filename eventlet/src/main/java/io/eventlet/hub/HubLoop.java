// SPDX-License-Identifier: Apache-2.0
package io.eventlet.hub;

import io.eventlet.os.VirtualThreads;
import io.eventlet.poll.Network;
import io.eventlet.poll.Poller;

import org.jspecify.annotations.Nullable;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executor;
import java.util.concurrent.ForkJoinPool;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;

/// The loop of a hub: runs what is ready, polls, fires timers; again and again on one thread.
final class HubLoop implements Engine {
    /*
     * Rules of the loop: it takes no lock, logs nothing, loads no class and calls no user code.
     * A turn runs what was ready when it began, then polls, so that a thread which keeps giving
     * way cannot keep descriptors from being polled; and fires timers after polling, so that a
     * thread whose bytes have arrived finds them before it finds its deadline.
     *
     * Wake-ups. Others push to the inbox, then look at `asleep`; the loop sets `asleep`, then looks
     * at the inbox: both with full fences, so one of them sees the other.
     *
     * Relief. A green thread that waits while pinned keeps the loop's thread, and may wait for
     * something that only the loop could bring. The watchdog then makes another thread the
     * `carrier`. The old one leaves the loop at the end of the task it is in: it looks at `carrier`
     * after each task and each poll. The new one begins when the old one has left, or is known to
     * be in the task still (`tasks` has not moved since `carrier` was set, seen after a handshake).
     */
    private static final VarHandle RUNNING;
    private static final VarHandle TASKS;

    static {
        try {
            var lookup = MethodHandles.lookup();
            RUNNING = lookup.findVarHandle(HubLoop.class, "running", Runnable.class);
            TASKS = lookup.findVarHandle(HubLoop.class, "tasks", long.class);
        } catch (ReflectiveOperationException e) {
            throw new ExceptionInInitializerError(e);
        }
    }

    private final Hub hub;
    private final String name;
    private final Poller poller;
    private final RunQueue queue = new RunQueue();
    private final Timers timers;
    private final Scheduler scheduler = new Scheduler();
    private final Executor fallback = ForkJoinPool.commonPool();
    private final CountDownLatch stopped = new CountDownLatch(1);

    private volatile LoopThread carrier;
    private volatile @Nullable LoopThread left; // the last one that saw that it was relieved
    private volatile boolean asleep;
    private volatile boolean stopping;
    private volatile boolean closed; // what comes now goes to the fallback

    private @Nullable Strand live; // hub only: the first of a list
    private @Nullable CountDownLatch idle; // hub only: who waits for the list to be empty
    private int liveCount; // written by the hub, others read it roughly
    private long turns; // likewise
    private final AtomicInteger reliefs = new AtomicInteger();

    // for the watchdog; written by the hub with opaque stores
    @SuppressWarnings("UnusedVariable") // by RUNNING
    private @Nullable Runnable running;

    private long tasks;

    HubLoop(Hub hub, Poller poller, Clock clock) {
        this.hub = hub;
        name = hub.name();
        this.poller = poller;
        timers = new Timers(clock);
        carrier = new LoopThread(this, "hub-" + name, null);
    }

    void start() {
        carrier.start();
    }

    /// What the JDK knows of us. A subclass of ForkJoinPool because only of such a scheduler does
    /// it ask timers too.
    private final class Scheduler extends ForkJoinPool {
        Scheduler() {
            super(1);
        }

        @Override
        public void execute(Runnable task) {
            HubLoop.this.execute(task);
        }

        @Override
        public ScheduledFuture<?> schedule(Runnable task, long delay, TimeUnit unit) {
            return HubLoop.this.schedule(task, unit.toNanos(delay));
        }
    }

    void run() {
        var self = (LoopThread) Thread.currentThread();
        if (self.relieved != null) {
            takeOver(self, self.relieved);
        }
        while (carrier == self) {
            turn(self);
            if (stopping && carrier == self && mayStop()) {
                finish();
                return;
            }
        }
        left = self;
    }

    private void turn(LoopThread self) {
        turns++;
        for (int n = queue.beginTurn(); n > 0; n--) {
            var task = queue.poll();
            if (task == null) {
                break;
            }
            RUNNING.setOpaque(this, task);
            TASKS.setOpaque(this, tasks + 1);
            run(task);
            if (carrier != self) {
                return;
            }
        }
        RUNNING.setOpaque(this, null);
        if (stopping) {
            return;
        }
        long wait = queue.isEmpty() ? timers.untilNext() : 0;
        if (wait == 0) {
            poller.poll(0);
        } else {
            asleep = true;
            poller.poll(queue.inbox.isEmpty() && !stopping ? wait : 0);
            asleep = false;
        }
        timers.fireDue();
    }

    private static void run(Runnable task) {
        try {
            task.run();
        } catch (Throwable e) { // not of a green thread: those end in their own handlers
            UncaughtErrors.reportLater(Thread.currentThread(), e);
        }
    }

    // ---- from all threads

    boolean isCurrent() {
        return VirtualThreads.currentCarrier() == carrier;
    }

    /// Makes a task ready. Never rejects, never blocks, never runs it inline.
    void execute(Runnable task) {
        if (isCurrent()) {
            queue.add(task);
            return;
        }
        queue.inbox.push(task);
        if (closed) {
            queue.inbox.drain(fallback::execute);
        } else if (asleep) {
            asleep = false; // one wake-up is enough
            poller.wakeup();
        }
    }

    @Override
    public ScheduledFuture<?> schedule(Runnable task, long nanos) {
        if (closed) {
            return PortableEngine.TIMERS.schedule(task, nanos, TimeUnit.NANOSECONDS);
        }
        var timer = new Timer(timers, task, timers.clock().nanoTime() + Math.max(0, nanos));
        if (isCurrent()) {
            timers.add(timer);
        } else {
            execute(() -> timers.add(timer));
        }
        return timer;
    }

    @Override
    public Thread create(@Nullable String threadName, Runnable body) {
        return VirtualThreads.create(scheduler, threadName, body);
    }

    @Override
    public Mode mode() {
        return Mode.HUB;
    }

    @Override
    public Network network() {
        return poller;
    }

    @Override
    public Clock clock() {
        return timers.clock();
    }

    @Override
    public HubStatistics statistics(String hub) {
        return new HubStatistics(
                hub,
                Mode.HUB,
                poller.name(),
                liveCount,
                timers.size(),
                turns,
                tasks(),
                reliefs.get());
    }

    // ---- the list of live green threads

    // A green thread is on the hub when it begins and ends, except while it is being relieved.

    @Override
    public void enter(Strand strand) {
        if (isCurrent()) {
            link(strand);
        } else {
            execute(() -> link(strand));
        }
    }

    @Override
    public void leave(Strand strand) {
        if (isCurrent()) {
            unlink(strand);
        } else {
            execute(() -> unlink(strand));
        }
    }

    private void link(Strand strand) {
        strand.next = live;
        if (live != null) {
            live.previous = strand;
        }
        live = strand;
        liveCount++;
    }

    private void unlink(Strand strand) {
        if (strand.previous == null) {
            live = strand.next;
        } else {
            strand.previous.next = strand.next;
        }
        if (strand.next != null) {
            strand.next.previous = strand.previous;
        }
        strand.previous = null;
        strand.next = null;
        liveCount--;
        tellIfIdle();
    }

    @Override
    public void forEachLive(Consumer<Strand> action) {
        execute(() -> {
            for (var strand = live; strand != null; strand = strand.next) {
                action.accept(strand);
            }
        });
    }

    @Override
    public boolean awaitIdle(long deadline) {
        var reached = new CountDownLatch(1);
        execute(() -> {
            idle = reached;
            tellIfIdle();
        });
        return Waits.await(reached, deadline);
    }

    private void tellIfIdle() {
        if (live == null && idle != null) {
            idle.countDown();
            idle = null;
        }
    }

    // ---- stopping

    @Override
    public void stop() {
        stopping = true;
        poller.wakeup();
        if (!isCurrent()) {
            Waits.await(stopped, Waits.NEVER);
        }
    }

    private boolean mayStop() {
        return queue.isEmpty() && queue.inbox.isEmpty();
    }

    /// What is left goes on without us: nothing that was ready or due is lost.
    private void finish() {
        Watchdog.forget(this);
        closed = true;
        queue.inbox.drain(fallback::execute);
        timers.drain(fallback::execute);
        poller.close();
        stopped.countDown();
    }

    // ---- relief, and what the watchdog looks at

    Hub hub() {
        return hub;
    }

    LoopThread carrier() {
        return carrier;
    }

    /// The task that runs; null while the loop polls.
    @Nullable Runnable running() {
        return (Runnable) RUNNING.getOpaque(this);
    }

    /// Counts the tasks that were begun.
    long tasks() {
        return (long) TASKS.getOpaque(this);
    }

    /// Gives the loop to a new thread. Called by the watchdog.
    void relieve() {
        new LoopThread(this, "hub-" + name + "-" + reliefs.incrementAndGet(), carrier).start();
    }

    /// Makes the caller the loop's thread, once the one before it is out of the loop.
    private void takeOver(LoopThread self, LoopThread before) {
        carrier = self;
        while (left != before && !isParkedInTask(before)) {
            poller.wakeup();
            LockSupport.parkNanos(50_000);
        }
    }

    private boolean isParkedInTask(LoopThread before) {
        long seen = tasks();
        var stack = before.getStackTrace(); // a handshake: from here on it sees that it is relieved
        return running() != null
                && tasks() == seen
                && stack.length > 0
                && before.getState() != Thread.State.RUNNABLE;
    }
}
