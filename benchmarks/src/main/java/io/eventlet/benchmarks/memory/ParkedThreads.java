// SPDX-License-Identifier: Apache-2.0
package io.eventlet.benchmarks.memory;

import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;

/// Heap per thread that waits with next to nothing on its stack.
///
/// Arguments: `eventlet|jdk COUNT`. Counts the thread, its stack in the heap and the handle that
/// the program holds, not the array that holds the handles.
final class ParkedThreads {

    private ParkedThreads() {}

    public static void main(String... arguments) throws InterruptedException {
        var kind = Kind.named(arguments[0]);
        int count = Integer.parseInt(arguments[1]);
        var held = new Object[count];
        var parked = new AtomicInteger();
        var first = kind.start(() -> await(parked));
        while (parked.get() < 1) {
            Thread.sleep(1);
        }
        var before = Heap.now();
        for (int i = 0; i < count; i++) {
            held[i] = kind.start(() -> await(parked));
        }
        while (parked.get() < count + 1) {
            Thread.sleep(10);
        }
        System.out.printf(
                "what=parked kind=%s count=%d %s%n",
                arguments[0], count, Heap.now().since(before, count));
        Runtime.getRuntime().halt(held.length == count && first != null ? 0 : 1);
    }

    private static void await(AtomicInteger parked) {
        parked.incrementAndGet();
        while (true) {
            LockSupport.park();
        }
    }
}
