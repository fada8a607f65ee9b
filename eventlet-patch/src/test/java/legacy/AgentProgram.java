// SPDX-License-Identifier: Apache-2.0
package legacy;

import io.eventlet.patch.agent.Agent;
import io.eventlet.patch.agent.ThreadPatch;

import java.util.Timer;
import java.util.TimerTask;
import java.util.concurrent.CompletableFuture;

/// Says of each way to make a thread what kind it is: before threads are patched, while they are,
/// and after.
public final class AgentProgram {
    private AgentProgram() {}

    public static void main(String[] ways) throws Exception {
        var workers = new Workers();
        print("before", workers, ways);
        var patch = new ThreadPatch(Agent.instrumentation());
        patch.patch(true, true, false);
        print("patched", workers, ways);
        System.out.println("patched quiet timer: " + quietTimer());
        System.out.println("changed: " + patch.changed().keySet());
        System.out.println("left: " + patch.left());
        System.out.println("failed: " + patch.failed());
        patch.patch(false, true, false);
        print("executors", workers, ways);
        patch.patch(false, false, false);
        print("removed", workers, ways);
        patch.patch(true, false, false);
        print("threads", workers, ways);
        Thread last =
                Makers.thread(() -> {
                    Workers.pause();
                    System.out.println("last: " + Thread.currentThread().isVirtual());
                });
        last.start();
        Workers.CALLS.set(Integer.MIN_VALUE);
    }

    private static void print(String when, Workers workers, String[] ways) {
        for (var way : ways) {
            System.out.println(when + " " + way + ": " + workers.apply(way));
        }
    }

    private static boolean quietTimer() throws Exception {
        var isVirtual = new CompletableFuture<Boolean>();
        var timer = new Timer("quiet", true);
        timer.schedule(
                new TimerTask() {
                    @Override
                    public void run() {
                        isVirtual.complete(
                                Thread.currentThread().isVirtual()
                                        && Thread.currentThread().getName().equals("quiet"));
                    }
                },
                1);
        try {
            return isVirtual.get();
        } finally {
            timer.cancel();
        }
    }
}
