// SPDX-License-Identifier: Apache-2.0
package io.eventlet.os;

import org.jspecify.annotations.Nullable;

import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import java.lang.invoke.VarHandle;
import java.lang.reflect.Field;
import java.util.Collection;
import java.util.concurrent.Executor;
import java.util.concurrent.ForkJoinTask;
import java.util.concurrent.locks.AbstractOwnableSynchronizer;
import java.util.concurrent.locks.AbstractQueuedLongSynchronizer;
import java.util.concurrent.locks.AbstractQueuedSynchronizer;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.LockSupport;

/// Virtual threads on a scheduler of ours: the one class that reaches into the JDK.
///
/// It needs `--add-opens java.base/java.lang=...`. Everything is looked up once; if anything is
/// missing nothing is available, and [#unavailable()] says why. Written for JDK 25; what a later
/// one does differently is found at the start, by a trial.
public final class VirtualThreads {
    /*
     * What is used of java.base, and what for:
     *
     *   ThreadBuilders.newVirtualThread(scheduler, name, characteristics, task)
     *       a virtual thread with a scheduler of its own (the public builder has no such option)
     *   Thread.currentCarrierThread()
     *       the platform thread below, to tell "on the hub" from "elsewhere" inside execute(),
     *       where Thread.currentThread() is the virtual thread that unparks
     *   Thread.scopedValueBindings, ScopedValue.scopedValueBindings()
     *       a spawner's bindings, an immutable chain, given to the thread it spawns
     *   VirtualThread.state, and some of its values
     *       to continue a thread for whose timed wait there was no memory
     *   Thread.threadLocals, Thread.inheritableThreadLocals
     *       whether a thread has any, so that it can run something else as if it were a new one
     *   the captured argument of VirtualThread.runContinuation, ForkJoinTask's adapted Runnable
     *       the virtual thread behind a task, for the watchdog and dumps
     *   Module.implAddOpens(package, module)
     *       opens java.util.concurrent to us for the latter: only where the JDK adapts its tasks
     *   the lock of an AbstractQueuedSynchronizer.ConditionObject
     *       whether who waits for a condition has been signalled, before it is interrupted
     *   NotificationEmitterSupport.listenerList
     *       whether anybody is told of the memory of the JVM, and may wake a thread then
     *   AbstractOwnableSynchronizer.getExclusiveOwnerThread()
     *       who holds a lock of the JDK, for dumps: only if java.util.concurrent.locks is opened too
     */
    private static final @Nullable Access ACCESS;
    private static final @Nullable String UNAVAILABLE;
    private static final @Nullable Waiting WAITING;
    private static final @Nullable Behind BEHIND;
    // constants of their own, so that the JIT folds them
    private static final MethodHandle CURRENT_CARRIER;
    private static final MethodHandle NEW_THREAD;

    static {
        Access access = null;
        String problem = null;
        MethodHandle carrier;
        MethodHandle constructor;
        try {
            access = Access.open();
        } catch (ReflectiveOperationException | RuntimeException e) {
            problem =
                    e instanceof IllegalAccessException
                            ? "java.base does not open java.lang to " + module()
                            : "this JDK lacks " + e.getMessage();
        }
        try {
            carrier =
                    access != null
                            ? access.currentCarrier
                            : MethodHandles.lookup()
                                    .findStatic(
                                            Thread.class,
                                            "currentThread",
                                            MethodType.methodType(Thread.class));
            constructor =
                    access != null ? access.newThread : MethodHandles.empty(Access.NEW_THREAD_TYPE);
        } catch (ReflectiveOperationException e) {
            throw new ExceptionInInitializerError(e);
        }
        ACCESS = access;
        UNAVAILABLE = problem;
        WAITING = access == null ? null : Waiting.find();
        BEHIND = access == null ? null : Behind.find();
        CURRENT_CARRIER = carrier;
        NEW_THREAD = constructor;
        if (BEHIND != null) { // links what is called without memory
            boolean ignored = goesOnAfter(new OutOfMemoryError(), BEHIND.example);
        }
    }

    private VirtualThreads() {}

    private record Access(
            MethodHandle newThread,
            MethodHandle currentCarrier,
            VarHandle bindings,
            MethodHandle snapshot) {
        static final MethodType NEW_THREAD_TYPE =
                MethodType.methodType(
                        Thread.class, Executor.class, String.class, int.class, Runnable.class);

        static Access open() throws ReflectiveOperationException {
            var self = MethodHandles.lookup();
            var builders =
                    MethodHandles.privateLookupIn(Class.forName("java.lang.ThreadBuilders"), self);
            var threads = MethodHandles.privateLookupIn(Thread.class, self);
            var scoped = MethodHandles.privateLookupIn(ScopedValue.class, self);
            var snapshotType = Class.forName("java.lang.ScopedValue$Snapshot");
            return new Access(
                    builders.findStatic(
                            builders.lookupClass(), "newVirtualThread", NEW_THREAD_TYPE),
                    threads.findStatic(
                            Thread.class,
                            "currentCarrierThread",
                            MethodType.methodType(Thread.class)),
                    threads.findVarHandle(Thread.class, "scopedValueBindings", Object.class),
                    scoped.findStatic(
                                    ScopedValue.class,
                                    "scopedValueBindings",
                                    MethodType.methodType(snapshotType))
                            .asType(MethodType.methodType(Object.class)));
        }
    }

    /// How a virtual thread begins a timed wait, and how it goes on; by the names of JDK 25.
    private record Waiting(
            VarHandle state, int timedParking, int unparked, int timedWaiting, int unblocked) {
        static @Nullable Waiting find() {
            try {
                var type = Class.forName("java.lang.VirtualThread");
                var inside = MethodHandles.privateLookupIn(type, MethodHandles.lookup());
                return new Waiting(
                        inside.findVarHandle(type, "state", int.class),
                        value(inside, "TIMED_PARKING"),
                        value(inside, "UNPARKED"),
                        value(inside, "TIMED_WAITING"),
                        value(inside, "UNBLOCKED"));
            } catch (ReflectiveOperationException | RuntimeException e) {
                return null; // another JDK: there such a thread stays where it is
            }
        }

        private static int value(MethodHandles.Lookup inside, String name)
                throws ReflectiveOperationException {
            return (int) inside.findStaticVarHandle(inside.lookupClass(), name, int.class).get();
        }
    }

    /// Where the task of a virtual thread keeps the thread, made beforehand.
    private record Behind(Class<?> task, MethodHandle thread, Runnable example) {
        static @Nullable Behind find() {
            try {
                var type = Class.forName("java.lang.VirtualThread");
                var any = Thread.ofVirtual().unstarted(() -> {});
                var task =
                        (Runnable)
                                MethodHandles.privateLookupIn(type, MethodHandles.lookup())
                                        .findVarHandle(type, "runContinuation", Runnable.class)
                                        .get(any);
                var field = field(task, Thread.class);
                return field == null
                        ? null
                        : new Behind(
                                task.getClass(),
                                MethodHandles.lookup()
                                        .unreflectGetter(field)
                                        .asType(MethodType.methodType(Thread.class, Object.class)),
                                task);
            } catch (ReflectiveOperationException | RuntimeException e) {
                return null;
            }
        }
    }

    /// Why schedulers of our own cannot be had in this JVM; null when they can.
    public static @Nullable String unavailable() {
        return UNAVAILABLE;
    }

    /// The options of the `java` command that make schedulers of our own available, and let us call
    /// the kernel without a warning.
    public static String neededOptions() {
        return "--add-opens java.base/java.lang="
                + module()
                + " --enable-native-access="
                + module();
    }

    private static String module() {
        var module = VirtualThreads.class.getModule();
        return module.isNamed() ? module.getName() : "ALL-UNNAMED";
    }

    /// An unstarted virtual thread that the given scheduler runs.
    public static Thread create(Executor scheduler, @Nullable String name, Runnable body) {
        try {
            return (Thread) NEW_THREAD.invokeExact(scheduler, name, 0, body);
        } catch (Throwable e) {
            throw Libc.unexpected(e);
        }
    }

    /// The platform thread that runs the caller: its carrier, or the caller itself.
    public static Thread currentCarrier() {
        try {
            return (Thread) CURRENT_CARRIER.invokeExact();
        } catch (Throwable e) {
            throw Libc.unexpected(e);
        }
    }

    /// The caller's scoped values, to be given to threads that do not run yet; null where there is
    /// no way to do that.
    public static @Nullable Object scopedValues() {
        var access = ACCESS;
        if (access == null) {
            return null;
        }
        Object bindings = access.bindings.get(Thread.currentThread());
        if (bindings != null) { // perhaps Thread.class, the mark of a thread that has bound nothing
            return bindings;
        }
        try {
            return access.snapshot.invokeExact(); // the JDK finds them on the stack
        } catch (Throwable e) {
            throw Libc.unexpected(e);
        }
    }

    /// Gives scoped values to a thread that has not started.
    public static void giveScopedValues(Thread to, @Nullable Object values) {
        var access = ACCESS;
        if (access != null && values != null && values != Thread.class) {
            access.bindings.set(to, values);
        }
    }

    /// Whether a thread has values of thread-locals, its own or inherited ones, or that cannot be
    /// told.
    public static boolean mayHaveLocals(Thread thread) {
        var own = Locals.OWN;
        var inherited = Locals.INHERITED;
        return own == null
                || inherited == null
                || (Object) own.get(thread) != null
                || (Object) inherited.get(thread) != null;
    }

    /// Made when somebody first asks for them.
    private static final class Locals {
        static final @Nullable VarHandle OWN = field("threadLocals");
        static final @Nullable VarHandle INHERITED = field("inheritableThreadLocals");

        private static @Nullable VarHandle field(String name) {
            try {
                var type = Class.forName("java.lang.ThreadLocal$ThreadLocalMap");
                return MethodHandles.privateLookupIn(Thread.class, MethodHandles.lookup())
                        .findVarHandle(Thread.class, name, type);
            } catch (ReflectiveOperationException e) {
                return null;
            }
        }
    }

    /// Who holds a lock of the JDK, from what its waiters park on; null when nobody does or it
    /// cannot be told, as without `--add-opens java.base/java.util.concurrent.locks=...`.
    public static @Nullable Thread ownerOf(Object synchronizer) {
        if (!(synchronizer instanceof AbstractOwnableSynchronizer) || Owners.GETTER == null) {
            return null;
        }
        try {
            return (Thread) Owners.GETTER.invoke(synchronizer);
        } catch (Throwable e) {
            throw Libc.unexpected(e);
        }
    }

    /// The option of the `java` command that makes holders of locks known; null when they are.
    public static @Nullable String neededOptionForOwners() {
        return Owners.GETTER != null
                ? null
                : "--add-opens java.base/java.util.concurrent.locks=" + module();
    }

    /// Whether a virtual thread is on a carrier now.
    public static boolean isMounted(Thread virtual) {
        String text = virtual.toString(); // VirtualThread[#1,name]/state@carrier
        return text.indexOf('@', text.lastIndexOf("]/")) >= 0;
    }

    /// Made when a dump first needs it.
    private static final class Owners {
        static final @Nullable MethodHandle GETTER = getter();

        private static @Nullable MethodHandle getter() {
            try {
                var type = AbstractOwnableSynchronizer.class;
                return MethodHandles.privateLookupIn(type, MethodHandles.lookup())
                        .findVirtual(
                                type,
                                "getExclusiveOwnerThread",
                                MethodType.methodType(Thread.class));
            } catch (ReflectiveOperationException e) {
                return null;
            }
        }
    }

    /// The virtual thread that a task given to a scheduler continues; null when it cannot be told.
    public static @Nullable Thread behind(Runnable task) {
        if (ACCESS == null) {
            return null;
        }
        if (BEHIND != null && BEHIND.task == task.getClass()) {
            try {
                return (Thread) BEHIND.thread.invokeExact((Object) task);
            } catch (Throwable e) {
                throw Libc.unexpected(e);
            }
        }
        try {
            Object own = task;
            if (task instanceof ForkJoinTask<?> && Adapted.OPENED) { // of a JDK after 26
                own = captured(task, Runnable.class);
            }
            return own == null ? null : captured(own, Thread.class);
        } catch (ReflectiveOperationException | RuntimeException e) {
            return null;
        }
    }

    /// The value of the first field of a type; null if there is none.
    private static <T> @Nullable T captured(Object by, Class<T> type)
            throws ReflectiveOperationException {
        var field = field(by, type);
        return field == null ? null : type.cast(field.get(by));
    }

    private static @Nullable Field field(Object by, Class<?> type) {
        for (Field field : by.getClass().getDeclaredFields()) {
            if (type.isAssignableFrom(field.getType())) {
                field.setAccessible(true);
                return field;
            }
        }
        return null;
    }

    /// Whether a virtual thread, whose task has just ended with an error, is to be continued by the
    /// same task at once. There was no memory then to have its timed wait ended some time, and
    /// nobody else would continue it; for the thread it is a wake-up for nothing. Needs no memory.
    public static boolean goesOnAfter(Throwable error, Runnable task) {
        if (WAITING == null || !(error instanceof OutOfMemoryError)) {
            return false;
        }
        var thread = behind(task);
        return thread != null
                && (WAITING.state.compareAndSet(thread, WAITING.timedParking, WAITING.unparked)
                        || WAITING.state.compareAndSet(
                                thread, WAITING.timedWaiting, WAITING.unblocked));
    }

    /// Whether a thread that waits for a condition of the JDK has been signalled, and waits for the
    /// lock alone; false when that cannot be told.
    public static boolean isSignalled(Thread waiter) {
        Object condition = LockSupport.getBlocker(waiter);
        if (ACCESS == null || !(condition instanceof Condition) || !Conditions.OPENED) {
            return false;
        }
        try {
            var lock = captured(condition, AbstractOwnableSynchronizer.class);
            return switch (lock) {
                case AbstractQueuedSynchronizer queue -> queue.isQueued(waiter);
                case AbstractQueuedLongSynchronizer queue -> queue.isQueued(waiter);
                case null, default -> false;
            };
        } catch (ReflectiveOperationException | RuntimeException e) {
            return false;
        }
    }

    /// Whether anybody listens to a bean of the JVM; true when that cannot be told.
    public static boolean hasListeners(Object bean) {
        if (ACCESS == null) {
            return true;
        }
        try {
            for (Class<?> type = bean.getClass(); type != null; type = type.getSuperclass()) {
                for (Field field : type.getDeclaredFields()) {
                    if (field.getName().equals("listenerList") && open(type)) {
                        field.setAccessible(true);
                        return !(field.get(bean) instanceof Collection<?> all) || !all.isEmpty();
                    }
                }
            }
        } catch (ReflectiveOperationException | RuntimeException e) {
            return true;
        }
        return true;
    }

    /// Made when the first task that is adapted to a pool has to be looked behind.
    private static final class Adapted {
        static final boolean OPENED = open(ForkJoinTask.class);
    }

    /// Made when the first thread that waits for a condition is to be interrupted.
    private static final class Conditions {
        static final boolean OPENED = open(Condition.class);
    }

    private static boolean open(Class<?> type) {
        return open(type, VirtualThreads.class.getModule());
    }

    /// Opens the package of a type of java.base to a module of ours. Whoever has java.lang opened
    /// may open the rest: no further option is needed. False where it is not.
    public static boolean open(Class<?> type, Module to) {
        try {
            MethodHandles.privateLookupIn(Module.class, MethodHandles.lookup())
                    .findVirtual(
                            Module.class,
                            "implAddOpens",
                            MethodType.methodType(void.class, String.class, Module.class))
                    .invokeExact(type.getModule(), type.getPackageName(), to);
            return true;
        } catch (Throwable e) {
            return false;
        }
    }
}
