// SPDX-License-Identifier: Apache-2.0
package io.eventlet.hub;

import io.eventlet.os.VirtualThreads;
import io.eventlet.poll.AlarmClock;
import io.eventlet.poll.Network;
import io.eventlet.poll.Poller;
import io.eventlet.wait.Clock;
import io.eventlet.wait.Interrupter;
import io.eventlet.wait.UncaughtErrors;
import io.eventlet.wait.Waits;

import org.jspecify.annotations.Nullable;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executor;
import java.util.concurrent.ForkJoinPool;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;

/// The loop of a hub: runs what is ready, polls, fires timers; again and again on one thread.
final class HubLoop implements Engine, AlarmClock {
    /*
     * Rules of the loop: it takes no lock of the library, logs nothing, loads no class and calls no
     * user code.
     * A turn runs what was ready when it began, or a few tasks more, since a poll costs as much as
     * a switch; then it polls, so that a thread which keeps yielding cannot keep descriptors from
     * being polled; and fires timers after polling, so that a thread whose bytes have arrived finds
     * them before it finds its deadline.
     *
     * What is marked "hub only" belongs to the `carrier`. A green thread on the carrier may touch
     * it too, after it has asked isCurrent(), and only in the methods that Takeover knows of, here
     * or in what the loop is made of.
     *
     * Wake-ups are arranged by the inbox. In the same way others push and then look at `closed`, and
     * the loop sets `closed` and then empties it.
     */
    private static final int LEAST_TASKS = 16; // of a turn, if there are so many
    private static final VarHandle RUNNING;

    /// What runs while timers fire, for the watchdog.
    private static final Runnable FIRING_TIMERS =
            new Runnable() {
                @Override
                public void run() {}
            };

    private static final long STOP_NANOS = TimeUnit.SECONDS.toNanos(1);
    private static final long FAILURE_PAUSE_NANOS = TimeUnit.MILLISECONDS.toNanos(10);

    static {
        try {
            RUNNING =
                    MethodHandles.lookup().findVarHandle(HubLoop.class, "running", Runnable.class);
            // needed when memory has run out, and then no class can be initialised
            for (var needed :
                    List.of(
                            UncaughtErrors.class,
                            Stall.class,
                            Timer.Fired.class,
                            PortableEngine.class,
                            SystemTimers.class,
                            SystemTimers.Firing.class)) {
                Class.forName(needed.getName(), true, needed.getClassLoader());
            }
        } catch (ReflectiveOperationException e) {
            throw new ExceptionInInitializerError(e);
        }
    }

    private final Hub hub;
    final Poller poller;
    private final Polls polls;
    final RunQueue queue;
    final Timers timers;
    private final Lookout lookout;
    private final Scheduler scheduler = new Scheduler();
    final Executor fallback = ForkJoinPool.commonPool();
    private final Consumer<Runnable> toFallback = fallback::execute; // made beforehand
    private final CountDownLatch stopped = new CountDownLatch(1);
    private final Takeover takeover;
    private final InterrupterThreads interrupters;
    private final Interrupter interrupter;

    private volatile LoopThread carrier;
    private volatile boolean stopping;
    private volatile boolean closed; // what comes now goes to the fallback

    private final Membership membership = new Membership(this);
    private final Inspection inspection = new Inspection(this, membership);
    private final Tally turns = new Tally();
    private long polledAt; // hub only

    // for the watchdog; written by the hub
    @SuppressWarnings("UnusedVariable") // by RUNNING
    private @Nullable Runnable running;

    private final Tally tasks = new Tally(); // but for those of the interrupter
    private final Tally looks = new Tally(); // tasks of the interrupter
    private long seen = -1; // hub only: how many tasks when the interrupter was told to look again

    HubLoop(Hub hub, Poller poller, Clock clock, RunQueue queue) {
        this.hub = hub;
        this.poller = poller;
        polls = new Polls(poller);
        this.queue = queue;
        timers = new Timers(clock);
        lookout = new Lookout(AwakeHubs.OF_THIS_JVM, clock);
        polledAt = clock.nanoTime();
        takeover = new Takeover(this);
        interrupters = new InterrupterThreads(this);
        interrupter = new Interrupter(interrupters, 0);
        carrier = new LoopThread(this, threadName(), this::turnWhileCarrier);
    }

    String threadName() {
        return "hub-" + hub.name();
    }

    /// Whether time passes by itself; else a hub of a simulation stands still while threads run.
    boolean isOnSystemClock() {
        return timers.clock() == Clock.system();
    }

    void start() {
        carrier.start();
    }

    /// What the JDK knows of us.
    private final class Scheduler extends HubScheduler {
        @Override
        void makeReady(Runnable task) {
            HubLoop.this.execute(task);
        }

        @Override
        ScheduledFuture<?> scheduleWait(Runnable task, long nanos) {
            return HubLoop.this.scheduleWait(task, nanos);
        }
    }

    private void turnWhileCarrier() {
        var self = (LoopThread) Thread.currentThread();
        while (carrier == self) {
            turnOrReport(self);
            if (stopping && carrier == self && finishOrReport(self)) {
                return;
            }
        }
    }

    /// A turn fails when there is no memory, or by a clock of the user's; the hub goes on.
    private void turnOrReport(LoopThread self) {
        try {
            turn(self);
        } catch (Throwable e) {
            survive(self, e);
        }
    }

    private void survive(LoopThread self, Throwable error) {
        boolean ignored = queue.inbox.wake();
        RUNNING.setOpaque(this, null);
        UncaughtErrors.reportLater(self, error);
        LockSupport.parkNanos(FAILURE_PAUSE_NANOS);
    }

    private void turn(LoopThread self) {
        turns.add(1);
        for (int n = Math.max(queue.beginTurn(), LEAST_TASKS); n > 0; n--) {
            var ready = queue.poll();
            var task = ready == null && lookout.isOut() ? awaitSent() : ready;
            if (task == null) {
                break;
            }
            RUNNING.setOpaque(this, task);
            (interrupters.isBehind(task) ? looks : tasks).add(1);
            run(task);
            if (carrier != self) {
                return; // another has taken over
            }
        }
        RUNNING.setOpaque(this, null);
        if (stopping) {
            return;
        }
        if (!isOnSystemClock()) {
            lookBeforeTimeGoesOn();
        }
        long wait = queue.isEmpty() && !lookout.isOut() ? timers.untilNext() : 0;
        if (wait == 0) {
            polls.poll(0);
        } else {
            polls.poll(queue.inbox.sleep() && !stopping ? wait : 0);
            boolean ignored = queue.inbox.wake();
        }
        long now = timers.clock().nanoTime();
        if (wait != 0 && isOnSystemClock()) {
            lookout.noteSleep(now - polledAt, !queue.inbox.isEmpty());
        }
        polledAt = now;
        if (timers.isDue(now)) {
            RUNNING.setOpaque(this, FIRING_TIMERS);
            timers.fireDue(now);
            RUNNING.setOpaque(this, null);
        }
    }

    /// What others send while the hub looks; null if there is nothing by the time it has to poll.
    private @Nullable Runnable awaitSent() {
        RUNNING.setOpaque(this, null);
        if (stopping || !lookout.look(queue.inbox, polledAt, timers.untilNext())) {
            return null;
        }
        int ignored = queue.beginTurn();
        return queue.poll();
    }

    /// Where time stands still while threads run, whoever has come into a wait since the
    /// interrupter looked is seen there before it moves.
    private void lookBeforeTimeGoesOn() {
        long now = tasks.get();
        if (now != seen) {
            seen = now;
            interrupter.lookAgain();
        }
    }

    private void run(Runnable task) {
        try {
            task.run();
        } catch (Throwable e) { // not of a green thread: those end in their own handlers
            if (VirtualThreads.goesOnAfter(e, task)) { // there was no memory to end its wait
                execute(task);
            }
            UncaughtErrors.reportLater(Thread.currentThread(), e);
        }
    }

    // ---- from all threads

    /// The time of its clock when it polled last, for what runs on it.
    @Override
    public long polledAt() {
        return polledAt;
    }

    boolean isCurrent() {
        return VirtualThreads.currentCarrier() == carrier;
    }

    /// Makes a task ready. Never rejects, never blocks, never runs it inline.
    void execute(Runnable task) {
        if (isCurrent() && !closed) {
            queue.add(task);
        } else {
            send(task);
        }
    }

    /// Has the loop run something, or another thread once the loop has ended.
    void send(Runnable task) {
        queue.inbox.push(task);
        if (closed) {
            queue.inbox.drain(toFallback);
        } else {
            queue.inbox.wake(poller);
        }
    }

    @Override
    public void start(Thread unstarted) {
        unstarted.start();
    }

    @Override
    public void noteStarted() {} // who has entered is known

    @Override
    public ScheduledFuture<?> schedule(Runnable task, long nanos) {
        return schedule(new Timer(timers, task, nanos));
    }

    private Timer schedule(Timer timer) {
        if (isCurrent()) {
            timers.add(timer);
        } else {
            send(() -> addSent(timer));
        }
        return timer;
    }

    @Override
    public Future<?> callAt(long time, Runnable call) {
        return schedule(new Timer(timers, call, time - timers.clock().nanoTime(), true));
    }

    /// Ends a timed wait. One inside the JDK looks at the system's clock when it goes on, so
    /// another clock must not end it.
    ScheduledFuture<?> scheduleWait(Runnable task, long nanos) {
        if (isOnSystemClock()) {
            return schedule(new Timer(timers, task, nanos, true));
        }
        boolean ours =
                VirtualThreads.currentCarrier() instanceof LoopThread thread
                        && thread.isTimedByHubClock();
        return ours
                ? schedule(new Timer(timers, task, nanos, true))
                : PortableEngine.SYSTEM_WAITS.schedule(task, nanos, TimeUnit.NANOSECONDS);
    }

    private void addSent(Timer timer) {
        if (closed) {
            handOver(timer);
        } else {
            timers.add(timer);
        }
    }

    @Override
    public Thread create(@Nullable String threadName, Runnable body) {
        return VirtualThreads.create(scheduler, threadName, body);
    }

    @Override
    public Interrupter interrupter() {
        return interrupter;
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

    // ---- who lives here, and what others may look at

    @Override
    public void enter(HubStrand strand) {
        membership.enter(strand);
    }

    @Override
    public void leave(HubStrand strand) {
        membership.leave(strand);
    }

    @Override
    public void tellLive(Consumer<HubStrand> tell) {
        membership.tellLive(tell);
    }

    @Override
    public boolean awaitIdle(long deadline) {
        return membership.awaitIdle(deadline);
    }

    @Override
    public HubStatistics statistics(String hubName) {
        return inspection.statistics(hubName);
    }

    @Override
    public @Nullable List<Object> holdings(long nanos) {
        return inspection.holdings(nanos);
    }

    @Override
    public List<StackTraceElement> stack() {
        return inspection.stack();
    }

    @Override
    public HubSnapshot snapshot(String hubName, long nanos) {
        return inspection.snapshot(hubName, nanos);
    }

    Inspection inspection() {
        return inspection;
    }

    // ---- stopping

    @Override
    public void stop() {
        stopping = true;
        poller.wakeup();
        if (!isCurrent()) {
            boolean ignored = Waits.await(stopped, Waits.deadlineAfter(STOP_NANOS));
        }
    }

    /// Without memory it is tried again.
    private boolean finishOrReport(LoopThread self) {
        try {
            finish();
            return true;
        } catch (Throwable e) {
            survive(self, e);
            return false;
        }
    }

    /// What is left goes on without us: nothing that was ready or will be due is lost. Whatever
    /// fails leaves what it has not done to the next attempt.
    private void finish() {
        Watchdog.forget(this);
        AwakeHubs.OF_THIS_JVM.remove(queue.inbox);
        closed = true;
        queue.drain(toFallback);
        timers.drain(HubLoop::handOver);
        poller.close();
        membership.stop();
        interrupter.lookAgain(); // from now on it pauses by the system's clock
        stopped.countDown();
    }

    /// Has a timer fired elsewhere when it is due.
    private static void handOver(Timer timer) {
        if (!timer.isDead()) {
            SystemTimers.take(timer);
        }
    }

    // ---- for the watchdog

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

    /// Changes with each task, and with each turn in which timers fire.
    long progress() {
        return tasks.get() + looks.get() + turns.get();
    }

    /// Counts the tasks that were begun, but for those of the interrupter.
    long tasks() {
        return tasks.get();
    }

    /// Counts the turns.
    long turns() {
        return turns.get();
    }

    /// Whether it has ended.
    boolean isClosed() {
        return closed;
    }

    Takeover takeover() {
        return takeover;
    }

    /// Ends a poll that waits.
    void wakeup() {
        poller.wakeup();
    }

    /// From now on another thread is the one on the loop.
    void replaceCarrier(LoopThread successor) {
        carrier = successor;
    }

    /// Called on the new carrier when the one before is out of the loop.
    void goOn() {
        var self = (LoopThread) Thread.currentThread();
        if (carrier == self && !closed) {
            polls.poll(0); // first what the pinned thread may wait for
            turnWhileCarrier();
        }
    }
}
