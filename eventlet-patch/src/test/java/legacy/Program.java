// SPDX-License-Identifier: Apache-2.0
package legacy;

import java.util.concurrent.Executors;

/// A program that knows nothing of green threads.
public final class Program {
    private Program() {}

    public static void main(String[] arguments) throws Exception {
        System.out.println("arguments: " + String.join(" ", arguments));
        System.out.println("main: " + describe());
        if (arguments.length > 0 && arguments[0].equals("fail")) {
            throw new IllegalStateException("failed as it was told to");
        }
        try (var executor = Executors.newFixedThreadPool(2)) {
            System.out.println("executor: " + executor.submit(Program::describe).get());
        }
        System.out.println("daemon: " + Thread.currentThread().isDaemon());
        Runtime.getRuntime()
                .addShutdownHook(new Thread(() -> System.out.println("hook: " + describe())));
        for (int i = 1; i <= 3; i++) {
            int number = i;
            new Thread(() -> compute("thread " + number)).start();
        }
        var left = Executors.newFixedThreadPool(1);
        for (int i = 1; i <= 3; i++) {
            int number = i;
            left.execute(() -> compute("task " + number));
        }
        left.shutdown();
    }

    /// Holds its hub while others are there that have not begun.
    private static void compute(String name) {
        long begin = System.nanoTime();
        while (System.nanoTime() - begin < 20_000_000) {
            Thread.onSpinWait();
        }
        System.out.println("done: " + name + " " + describe());
    }

    private static String describe() {
        var thread = Thread.currentThread();
        return (thread.isVirtual() ? "green " : "platform ") + thread.getName();
    }
}
