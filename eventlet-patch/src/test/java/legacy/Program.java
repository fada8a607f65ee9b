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
        var main = Thread.currentThread();
        new Thread(
                        () -> {
                            while (main.isAlive()) {
                                Thread.yield();
                            }
                            System.out.println("last: " + describe());
                        })
                .start();
    }

    private static String describe() {
        var thread = Thread.currentThread();
        return (thread.isVirtual() ? "green " : "platform ") + thread.getName();
    }
}
