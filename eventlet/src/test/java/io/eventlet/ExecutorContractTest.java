// SPDX-License-Identifier: Apache-2.0
package io.eventlet;

import static org.assertj.core.api.Assertions.assertThat;

import io.eventlet.testing.junit.NoLeaks;

import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/// What a scheduled executor of the JDK does, ours does too: each scene is played with both, and
/// the same is seen.
@Timeout(60)
@ExtendWith(NoLeaks.class)
class ExecutorContractTest {
    /// Something that is done with an executor, and what is seen of it.
    @FunctionalInterface
    private interface Script {
        void play(ScheduledExecutorService executor, List<Object> seen) throws Exception;
    }

    enum Scene {
        RESULTS((executor, seen) -> {
            seen.add(executor.submit(() -> "value").get());
            seen.add(executor.submit(() -> {}).get());
            seen.add(executor.submit(() -> {}, "given").get());
            seen.add(executor.schedule(() -> "later", 1, TimeUnit.MILLISECONDS).get());
            seen.add(executor.schedule(() -> "past", -1, TimeUnit.DAYS).get());
        }),
        FAILURES((executor, seen) -> {
            seen.add(outcome(executor.submit(failing())));
            seen.add(outcome(executor.schedule(failing(), 0, TimeUnit.SECONDS)));
        }),
        ALL((executor, seen) -> {
            for (var future : executor.invokeAll(List.of(() -> 1, failing(), () -> 3))) {
                seen.add(future.isDone());
                seen.add(outcome(future));
            }
            seen.add(executor.invokeAll(List.of()).size());
        }),
        ALL_IN_TIME((executor, seen) -> {
            Callable<Object> never = () -> new CountDownLatch(1).await(1, TimeUnit.DAYS);
            var futures = executor.invokeAll(List.of(never), 1, TimeUnit.MILLISECONDS);
            seen.add(futures.getFirst().isDone());
            seen.add(futures.getFirst().isCancelled());
        }),
        ANY((executor, seen) -> {
            seen.add(executor.invokeAny(List.of(failing(), () -> "any")));
            seen.add(thrown(() -> executor.invokeAny(List.of(failing(), failing()))));
            seen.add(thrown(() -> executor.invokeAny(List.of())));
        }),
        NULLS((executor, seen) -> {
            seen.add(thrown(() -> executor.submit((Runnable) null)));
            seen.add(thrown(() -> executor.submit((Callable<?>) null)));
            seen.add(thrown(() -> executor.schedule((Runnable) null, 1, TimeUnit.DAYS)));
            seen.add(thrown(() -> executor.schedule(() -> {}, 1, null)));
            seen.add(
                    thrown(() -> {
                        executor.execute(null);
                        return null;
                    }));
        }),
        PERIODS((executor, seen) -> {
            seen.add(thrown(() -> executor.scheduleAtFixedRate(() -> {}, 1, 0, TimeUnit.DAYS)));
            seen.add(thrown(() -> executor.scheduleWithFixedDelay(() -> {}, 1, -1, TimeUnit.DAYS)));
        }),
        CANCELLED_BEFORE((executor, seen) -> {
            var task = executor.schedule(() -> "never", 1, TimeUnit.DAYS);
            seen.add(task.getDelay(TimeUnit.HOURS));
            seen.add(task.cancel(false));
            seen.add(task.cancel(true));
            seen.add(task.isDone());
            seen.add(task.isCancelled());
            seen.add(outcome(task));
        }),
        CANCELLED_WHILE_IT_RUNS((executor, seen) -> {
            var begun = new CountDownLatch(1);
            var ended = new CountDownLatch(1);
            var task =
                    executor.schedule(
                            () -> {
                                begun.countDown();
                                try {
                                    return new CountDownLatch(1).await(1, TimeUnit.DAYS);
                                } finally {
                                    ended.countDown();
                                }
                            },
                            0,
                            TimeUnit.SECONDS);
            begun.await();
            seen.add(task.cancel(true));
            seen.add(outcome(task));
            ended.await();
        }),
        SHUTDOWN((executor, seen) -> {
            var late = executor.schedule(() -> "late", 20, TimeUnit.MILLISECONDS);
            var periodic = executor.scheduleAtFixedRate(() -> {}, 1, 1, TimeUnit.DAYS);
            executor.shutdown();
            seen.add(executor.isShutdown());
            seen.add(thrown(() -> executor.submit(() -> "more")));
            seen.add(thrown(() -> executor.schedule(() -> "more", 1, TimeUnit.DAYS)));
            seen.add(outcome(periodic));
            seen.add(outcome(late));
            seen.add(executor.awaitTermination(50, TimeUnit.SECONDS));
            seen.add(executor.isTerminated());
        }),
        SHUTDOWN_WHILE_A_PERIODIC_TASK_RUNS((executor, seen) -> {
            var begun = new CountDownLatch(1);
            var go = new CountDownLatch(1);
            var task =
                    executor.scheduleAtFixedRate(
                            () -> {
                                begun.countDown();
                                awaitQuietly(go);
                            },
                            0,
                            1,
                            TimeUnit.NANOSECONDS);
            begun.await();
            executor.shutdown();
            seen.add(executor.isTerminated());
            go.countDown();
            seen.add(executor.awaitTermination(50, TimeUnit.SECONDS));
            seen.add(outcome(task));
        }),
        SHUTDOWN_NOW((executor, seen) -> {
            var begun = new CountDownLatch(1);
            var running =
                    executor.schedule(
                            () -> {
                                begun.countDown();
                                return new CountDownLatch(1).await(1, TimeUnit.DAYS);
                            },
                            0,
                            TimeUnit.SECONDS);
            var waiting = executor.schedule(() -> "never", 1, TimeUnit.DAYS);
            begun.await();
            seen.add(executor.shutdownNow().equals(List.of(waiting)));
            seen.add(executor.awaitTermination(50, TimeUnit.SECONDS));
            seen.add(running.isDone());
            seen.add(waiting.isDone());
        }),
        TERMINATION_IN_TIME((executor, seen) -> {
            seen.add(executor.awaitTermination(1, TimeUnit.MILLISECONDS));
            seen.add(executor.isTerminated());
        }),
        INTERRUPTED_TERMINATION((executor, seen) -> {
            Thread.currentThread().interrupt();
            seen.add(thrown(() -> executor.awaitTermination(1, TimeUnit.DAYS)));
            seen.add(Thread.currentThread().isInterrupted());
        }),
        CLOSE((executor, seen) -> {
            var task = executor.schedule(() -> seen.add("ran"), 10, TimeUnit.MILLISECONDS);
            executor.close();
            seen.add(task.isDone());
        }),
        ORDER((executor, seen) -> {
            var first = executor.schedule(() -> {}, 1, TimeUnit.DAYS);
            var second = executor.schedule(() -> {}, 2, TimeUnit.DAYS);
            seen.add(Integer.signum(first.compareTo(second)));
            seen.add(Integer.signum(second.compareTo(first)));
        }),
        RESULT_IN_TIME((executor, seen) -> {
            var task = executor.schedule(() -> {}, 1, TimeUnit.DAYS);
            try {
                seen.add(task.get(1, TimeUnit.MILLISECONDS));
            } catch (TimeoutException e) {
                seen.add("not yet");
            }
        });

        @SuppressWarnings("ImmutableEnumChecker") // they are lambdas without a state
        private final Script script;

        Scene(Script script) {
            this.script = script;
        }

        private static Callable<Object> failing() {
            return () -> {
                throw new IllegalStateException("failed");
            };
        }

        private static void awaitQuietly(CountDownLatch latch) {
            try {
                latch.await();
            } catch (InterruptedException e) {
                throw new AssertionError(e);
            }
        }

        private static String outcome(Future<?> future) throws InterruptedException {
            try {
                return String.valueOf(future.get());
            } catch (ExecutionException e) {
                return "threw " + e.getCause();
            } catch (CancellationException e) {
                return "cancelled";
            }
        }

        private static Object thrown(Callable<?> call) {
            try {
                return "returned " + call.call();
            } catch (RejectedExecutionException e) {
                return "rejected";
            } catch (Exception e) {
                return e.getClass();
            }
        }

        List<Object> seenWith(ScheduledExecutorService executor) throws Exception {
            var seen = new ArrayList<Object>();
            try {
                script.play(executor, seen);
            } finally {
                Thread.interrupted();
                executor.shutdownNow();
                executor.close();
            }
            return seen;
        }
    }

    @ParameterizedTest
    @EnumSource
    void isThatOfTheJdk(Scene scene) throws Exception {
        var expected = scene.seenWith(new ScheduledThreadPoolExecutor(2));

        assertThat(scene.seenWith(GreenExecutor.named("t-"))).isEqualTo(expected);
    }
}
