// SPDX-License-Identifier: Apache-2.0
package legacy;

import java.util.Timer;
import java.util.TimerTask;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.RejectedExecutionHandler;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;
import java.util.function.IntFunction;
import java.util.function.Supplier;

/// A library of old that makes threads in every way: tells which kind of thread does the work.
public final class Workers implements Function<String, String> {
    public static final AtomicInteger CALLS = new AtomicInteger();

    private static final class OwnThread extends Thread {
        OwnThread(Runnable body) {
            super(body, "own");
        }
    }

    /// A future whose steps have an executor of their own.
    private static final class OwnFuture extends CompletableFuture<Integer> {
        OwnFuture() {
            boolean ignored = complete(1);
        }

        @Override
        public Executor defaultExecutor() {
            return Runnable::run;
        }
    }

    private static final class OwnPool extends ThreadPoolExecutor {
        OwnPool() {
            super(1, 1, 1, TimeUnit.SECONDS, new LinkedBlockingQueue<>(), new AbortPolicy());
        }
    }

    private interface MakesPool {
        ExecutorService make(
                int core, int most, long idle, TimeUnit unit, BlockingQueue<Runnable> queue);
    }

    private interface MakesHandledPool {
        ExecutorService make(
                int core,
                int most,
                long idle,
                TimeUnit unit,
                BlockingQueue<Runnable> queue,
                RejectedExecutionHandler handler);
    }

    /// A subclass that makes a thread before and after it calls that of its superclass.
    private static final class Nested extends Thread {
        final Thread inner;

        Nested(Runnable body) {
            super(body);
            inner = new Thread(body);
        }
    }

    @Override
    public String apply(String way) {
        CALLS.incrementAndGet();
        try {
            return switch (way) {
                case "new Thread" -> inThread(body -> new Thread(body));
                case "named Thread" -> inThread(body -> new Thread(body, body == null ? "" : "n"));
                case "Thread::new" -> inThread(Thread::new);
                case "grouped Thread" ->
                        inThread(body -> new Thread(new ThreadGroup("g"), body, "n", 1 << 16));
                case "own Thread" -> inThread(OwnThread::new);
                case "nested Thread" -> inThread(body -> new Nested(body).inner);
                case "virtual Thread" -> inThread(body -> Thread.startVirtualThread(body));
                case "cached" -> in(Executors.newCachedThreadPool());
                case "fixed" -> in(Executors.newFixedThreadPool(2));
                case "single" -> in(Executors.newSingleThreadExecutor());
                case "scheduled" -> in(Executors.newScheduledThreadPool(2));
                case "single scheduled" -> in(Executors.newSingleThreadScheduledExecutor());
                case "per task" -> in(Executors.newVirtualThreadPerTaskExecutor());
                case "factory" -> inThread(Executors.defaultThreadFactory()::newThread);
                case "pool" ->
                        in(
                                new ThreadPoolExecutor(
                                        1, 1, 1, TimeUnit.SECONDS, new LinkedBlockingQueue<>()));
                case "own pool" -> in(new OwnPool());
                case "scheduled pool" ->
                        in(
                                new ScheduledThreadPoolExecutor(
                                        1, new ThreadPoolExecutor.AbortPolicy()));
                case "reference" -> {
                    Supplier<ExecutorService> made = Executors::newCachedThreadPool;
                    yield in(made.get());
                }
                case "pool reference" -> {
                    MakesPool made = ThreadPoolExecutor::new;
                    yield in(made.make(1, 1, 1, TimeUnit.SECONDS, new LinkedBlockingQueue<>()));
                }
                case "handled pool reference" -> {
                    MakesHandledPool made = ThreadPoolExecutor::new;
                    yield in(
                            made.make(
                                    1,
                                    1,
                                    1,
                                    TimeUnit.SECONDS,
                                    new LinkedBlockingQueue<>(),
                                    new ThreadPoolExecutor.AbortPolicy()));
                }
                case "scheduled reference" -> {
                    IntFunction<ExecutorService> made = ScheduledThreadPoolExecutor::new;
                    yield in(made.apply(1));
                }
                case "supplyAsync reference" -> {
                    Function<Supplier<String>, CompletableFuture<String>> made =
                            CompletableFuture::supplyAsync;
                    yield made.apply(Workers::kind).get();
                }
                case "stage reference" -> {
                    Function<Function<Integer, String>, CompletableFuture<String>> made =
                            CompletableFuture.completedFuture(1)::thenApplyAsync;
                    yield made.apply(_ -> kind()).get();
                }
                case "supplyAsync" -> CompletableFuture.supplyAsync(Workers::kind).get();
                case "thenApplyAsync" ->
                        CompletableFuture.completedFuture(1).thenApplyAsync(_ -> kind()).get();
                case "stage" -> {
                    CompletionStage<Integer> stage = CompletableFuture.completedFuture(1);
                    yield stage.thenApplyAsync(_ -> kind()).toCompletableFuture().get();
                }
                case "own default" -> new OwnFuture().thenApplyAsync(_ -> kind()).get();
                case "joined" ->
                        CompletableFuture.completedFuture(1)
                                .thenCombineAsync(
                                        CompletableFuture.completedFuture(2), (_, _) -> kind())
                                .get();
                case "work stealing" -> in(Executors.newWorkStealingPool());
                case "timer" -> inTimer();
                case "here" -> kind();
                case "peer" -> new Peer().toString();
                default -> throw new IllegalArgumentException(way);
            };
        } catch (Exception e) {
            throw new IllegalStateException(e);
        }
    }

    /// Returns when the program has come to the end of `main`.
    static void pause() {
        while (CALLS.get() >= 0) {
            Thread.yield();
        }
    }

    private static String kind() {
        return Thread.currentThread().isVirtual() ? "green" : "platform";
    }

    private static String in(ExecutorService executor) throws Exception {
        try {
            Callable<String> task = Workers::kind;
            return executor.submit(task).get();
        } finally {
            executor.shutdownNow();
        }
    }

    private static String inThread(Function<Runnable, Thread> made) throws Exception {
        var kind = new CompletableFuture<String>();
        Thread thread = made.apply(() -> kind.complete(kind()));
        if (thread.getState() == Thread.State.NEW) {
            thread.setDaemon(false);
            thread.start();
        }
        thread.join();
        return kind.get();
    }

    private static String inTimer() throws Exception {
        var kind = new CompletableFuture<String>();
        var timer = new Timer(true);
        timer.schedule(
                new TimerTask() {
                    @Override
                    public void run() {
                        kind.complete(kind());
                    }
                },
                0);
        try {
            return kind.get();
        } finally {
            timer.cancel();
        }
    }
}
