// SPDX-License-Identifier: Apache-2.0
package applications;

import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.CountDownLatch;

/// What the applications do with requests: `/meet/N` is answered when N of them are here, by what
/// kind of thread has handled it; `/threads` by the names of the threads of the platform.
final class Meeting {
    private final int count;
    private final CountDownLatch all;

    Meeting(int count) {
        this.count = count;
        all = new CountDownLatch(count);
    }

    String answer(String path) {
        return path.equals("/threads")
                ? String.join("\n", platformThreads())
                : meet(path.substring(path.lastIndexOf('/') + 1));
    }

    private String meet(String name) {
        all.countDown();
        try {
            all.await();
        } catch (InterruptedException e) {
            return "interrupted";
        }
        return name + " of " + count + " " + kind();
    }

    private static String kind() {
        return Thread.currentThread().isVirtual() ? "green" : "platform";
    }

    private static Set<String> platformThreads() {
        var names = new TreeSet<String>();
        for (var thread : Thread.getAllStackTraces().keySet()) {
            if (!thread.isVirtual()) {
                names.add(thread.getName());
            }
        }
        return names;
    }
}
