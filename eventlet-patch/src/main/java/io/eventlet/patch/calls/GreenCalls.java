// SPDX-License-Identifier: Apache-2.0
package io.eventlet.patch.calls;

import org.jspecify.annotations.Nullable;

import java.io.File;
import java.io.IOException;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.StringTokenizer;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.ForkJoinPool;
import java.util.concurrent.RejectedExecutionHandler;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;

/// What patched classes call in place of the JDK's methods that make threads or processes: nothing
/// for people to call.
///
/// Threads are green, on the hub of whoever makes them, and have the names that the JDK would give.
/// Executors are those of the JDK, with all their limits and queues; only their threads differ.
public final class GreenCalls {
    /// Which method or constructor of the JDK a method stands for.
    @Retention(RetentionPolicy.RUNTIME)
    @Target(ElementType.METHOD)
    public @interface InPlaceOf {
        Class<?> of();

        /// Its name; a constructor is `<init>`.
        String method() default "<init>";

        /// Whether it is called on an object, which is the first argument here.
        boolean isVirtual() default false;

        /// Whether it stands for references to the constructor only (`ThreadPoolExecutor::new`): a
        /// call is rewritten in another way, which does for subclasses too.
        boolean isReference() default false;
    }

    private GreenCalls() {}

    // ---- java.lang.Thread

    @InPlaceOf(of = Thread.class)
    public static Thread newThread(@Nullable Runnable body) {
        return newThread(null, body);
    }

    @InPlaceOf(of = Thread.class)
    public static Thread newThread(@Nullable Runnable body, String name) {
        return newThread(null, body, name);
    }

    /// Of a group, green threads have the handler only.
    @InPlaceOf(of = Thread.class)
    public static Thread newThread(@Nullable ThreadGroup group, @Nullable Runnable body) {
        return GreenMakers.thread(group, body, GreenMakers.nextName());
    }

    @InPlaceOf(of = Thread.class)
    public static Thread newThread(
            @Nullable ThreadGroup group, @Nullable Runnable body, String name) {
        return GreenMakers.thread(group, body, Objects.requireNonNull(name, "name"));
    }

    /// The stack of a green thread grows by itself.
    @InPlaceOf(of = Thread.class)
    public static Thread newThread(
            @Nullable ThreadGroup group, @Nullable Runnable body, String name, long stackSize) {
        return newThread(group, body, name);
    }

    @InPlaceOf(of = Thread.class)
    public static Thread newThread(
            @Nullable ThreadGroup group,
            @Nullable Runnable body,
            String name,
            long stackSize,
            boolean inheritsThreadLocals) {
        return newThread(group, body, name);
    }

    /// Whether the JVM may end while it runs: said of a green thread as of another.
    @InPlaceOf(of = Thread.class, method = "setDaemon", isVirtual = true)
    public static void setDaemon(Thread thread, boolean isDaemon) {
        if (!StandIn.set(thread, isDaemon)) {
            thread.setDaemon(isDaemon);
        }
    }

    @InPlaceOf(of = Thread.class, method = "isDaemon", isVirtual = true)
    public static boolean isDaemon(Thread thread) {
        return StandIn.isDaemon(thread);
    }

    @InPlaceOf(of = Thread.class, method = "start", isVirtual = true)
    public static void start(Thread thread) {
        StandIn.start(thread);
    }

    @InPlaceOf(of = Thread.class, method = "setUncaughtExceptionHandler", isVirtual = true)
    public static void setUncaughtExceptionHandler(
            Thread thread, Thread.@Nullable UncaughtExceptionHandler handler) {
        StandIn.setHandler(thread, handler);
    }

    @InPlaceOf(of = Thread.class, method = "getUncaughtExceptionHandler", isVirtual = true)
    public static Thread.@Nullable UncaughtExceptionHandler getUncaughtExceptionHandler(
            Thread thread) {
        return StandIn.handlerOf(thread);
    }

    @InPlaceOf(of = Thread.class, method = "startVirtualThread")
    public static Thread startVirtualThread(Runnable body) {
        var thread = GreenMakers.virtual(Objects.requireNonNull(body), "");
        thread.start();
        return thread;
    }

    // ---- java.lang.Runtime

    /// A hook is a platform thread: hubs may be busy when the JVM is to end.
    @InPlaceOf(of = Runtime.class, method = "addShutdownHook", isVirtual = true)
    public static void addShutdownHook(Runtime runtime, Thread hook) {
        runtime.addShutdownHook(StandIn.hookOf(hook));
    }

    @InPlaceOf(of = Runtime.class, method = "removeShutdownHook", isVirtual = true)
    public static boolean removeShutdownHook(Runtime runtime, Thread hook) {
        return runtime.removeShutdownHook(StandIn.hookOf(hook));
    }

    // ---- processes

    @InPlaceOf(of = ProcessBuilder.class, method = "start", isVirtual = true)
    public static Process start(ProcessBuilder builder) throws IOException {
        return ProcessOnHub.start(builder);
    }

    @InPlaceOf(of = Runtime.class, method = "exec", isVirtual = true)
    public static Process exec(Runtime runtime, String command) throws IOException {
        return ProcessOnHub.start(words(command), null, null);
    }

    @InPlaceOf(of = Runtime.class, method = "exec", isVirtual = true)
    public static Process exec(Runtime runtime, String command, String @Nullable [] environment)
            throws IOException {
        return ProcessOnHub.start(words(command), environment, null);
    }

    @InPlaceOf(of = Runtime.class, method = "exec", isVirtual = true)
    public static Process exec(
            Runtime runtime,
            String command,
            String @Nullable [] environment,
            @Nullable File directory)
            throws IOException {
        return ProcessOnHub.start(words(command), environment, directory);
    }

    @InPlaceOf(of = Runtime.class, method = "exec", isVirtual = true)
    public static Process exec(Runtime runtime, String[] command) throws IOException {
        return ProcessOnHub.start(List.of(command), null, null);
    }

    @InPlaceOf(of = Runtime.class, method = "exec", isVirtual = true)
    public static Process exec(Runtime runtime, String[] command, String @Nullable [] environment)
            throws IOException {
        return ProcessOnHub.start(List.of(command), environment, null);
    }

    @InPlaceOf(of = Runtime.class, method = "exec", isVirtual = true)
    public static Process exec(
            Runtime runtime,
            String[] command,
            String @Nullable [] environment,
            @Nullable File directory)
            throws IOException {
        return ProcessOnHub.start(List.of(command), environment, directory);
    }

    /// As the JDK splits a command.
    private static List<String> words(String command) {
        if (command.isEmpty()) {
            throw new IllegalArgumentException("Empty command");
        }
        var words = new ArrayList<String>();
        new StringTokenizer(command)
                .asIterator()
                .forEachRemaining(word -> words.add((String) word));
        return words;
    }

    // ---- java.util.concurrent.Executors

    @InPlaceOf(of = Executors.class, method = "newCachedThreadPool")
    public static ExecutorService newCachedThreadPool() {
        return Executors.newCachedThreadPool(threads());
    }

    @InPlaceOf(of = Executors.class, method = "newFixedThreadPool")
    public static ExecutorService newFixedThreadPool(int threads) {
        return Executors.newFixedThreadPool(threads, threads());
    }

    @InPlaceOf(of = Executors.class, method = "newSingleThreadExecutor")
    public static ExecutorService newSingleThreadExecutor() {
        return Executors.newSingleThreadExecutor(threads());
    }

    @InPlaceOf(of = Executors.class, method = "newScheduledThreadPool")
    public static ScheduledExecutorService newScheduledThreadPool(int threads) {
        return Executors.newScheduledThreadPool(threads, threads());
    }

    @InPlaceOf(of = Executors.class, method = "newSingleThreadScheduledExecutor")
    public static ScheduledExecutorService newSingleThreadScheduledExecutor() {
        return Executors.newSingleThreadScheduledExecutor(threads());
    }

    @InPlaceOf(of = Executors.class, method = "newVirtualThreadPerTaskExecutor")
    public static ExecutorService newVirtualThreadPerTaskExecutor() {
        return Executors.newThreadPerTaskExecutor(body -> GreenMakers.virtual(body, ""));
    }

    @InPlaceOf(of = ThreadPoolExecutor.class, isReference = true)
    public static ThreadPoolExecutor newThreadPool(
            int core, int most, long idle, TimeUnit unit, BlockingQueue<Runnable> queue) {
        return new ThreadPoolExecutor(core, most, idle, unit, queue, threads());
    }

    @InPlaceOf(of = ThreadPoolExecutor.class, isReference = true)
    public static ThreadPoolExecutor newThreadPool(
            int core,
            int most,
            long idle,
            TimeUnit unit,
            BlockingQueue<Runnable> queue,
            RejectedExecutionHandler handler) {
        return new ThreadPoolExecutor(core, most, idle, unit, queue, threads(), handler);
    }

    @InPlaceOf(of = ScheduledThreadPoolExecutor.class, isReference = true)
    public static ScheduledThreadPoolExecutor newScheduledPool(int core) {
        return new ScheduledThreadPoolExecutor(core, threads());
    }

    @InPlaceOf(of = ScheduledThreadPoolExecutor.class, isReference = true)
    public static ScheduledThreadPoolExecutor newScheduledPool(
            int core, RejectedExecutionHandler handler) {
        return new ScheduledThreadPoolExecutor(core, threads(), handler);
    }

    // ---- java.util.concurrent.CompletableFuture

    @InPlaceOf(of = CompletableFuture.class, method = "supplyAsync")
    public static <T> CompletableFuture<T> supplyAsync(Supplier<T> value) {
        return CompletableFuture.supplyAsync(value, executor());
    }

    @InPlaceOf(of = CompletableFuture.class, method = "runAsync")
    public static CompletableFuture<Void> runAsync(Runnable body) {
        return CompletableFuture.runAsync(body, executor());
    }

    /// Makes green threads on the hub of the caller, with the names of the JDK's.
    @InPlaceOf(of = Executors.class, method = "defaultThreadFactory")
    public static ThreadFactory threads() {
        return GreenMakers.pool();
    }

    /// Runs each task in a green thread, where the JDK has its common pool.
    public static Executor executor() {
        return GreenMakers.EXECUTOR;
    }

    /// What a stage runs its asynchronous steps by: that of [#executor()] where the JDK has its
    /// common pool, and else its own.
    public static Executor executorOf(CompletionStage<?> stage) {
        Executor own =
                stage instanceof CompletableFuture<?> future
                        ? future.defaultExecutor()
                        : ForkJoinPool.commonPool();
        return own == ForkJoinPool.commonPool() ? executor() : own;
    }
}
