// SPDX-License-Identifier: Apache-2.0
package io.eventlet.patch.rewrite;

import io.eventlet.patch.rewrite.ThreadCalls.Call;

import java.lang.classfile.ClassModel;
import java.lang.constant.ConstantDescs;
import java.util.Map;
import java.util.Optional;

/// What makes threads that stay platform threads, and why.
final class LeftCalls {
    private static final String THREAD = "java/lang/Thread";

    private static final String TIMER = "java/util/Timer";

    private static final Map<String, String> CONSTRUCTORS =
            Map.of(
                    TIMER,
                    "new Timer: its thread is green with the agent only, and if it is a"
                            + " daemon",
                    "java/util/concurrent/ForkJoinPool",
                    "new ForkJoinPool: its workers are a class of threads of their own");

    private static final Map<String, String> METHODS =
            Map.of(
                    "java/lang/ProcessBuilder.startPipeline",
                    "ProcessBuilder.startPipeline: its processes have streams of the JDK",
                    THREAD + ".ofPlatform",
                    "Thread.ofPlatform: it asks for a platform thread",
                    "java/util/concurrent/Executors.newWorkStealingPool",
                    "Executors.newWorkStealingPool: its workers are a class of threads of"
                            + " their own",
                    "java/util/concurrent/ForkJoinPool.commonPool",
                    "ForkJoinPool.commonPool: its workers are a class of threads of their"
                            + " own");

    private LeftCalls() {}

    static boolean hasOwner(String internalName) {
        return internalName.equals(THREAD)
                || CONSTRUCTORS.containsKey(internalName)
                || internalName.equals("java/lang/ProcessBuilder")
                || internalName.equals("java/util/concurrent/Executors");
    }

    static Optional<String> of(Call call) {
        if (call.name().equals(ConstantDescs.INIT_NAME)) {
            if (call.owner().equals(TIMER) && !call.type().contains("Z")) {
                return Optional.of(
                        "new Timer: its thread is no daemon, so it keeps the JVM alive, which no"
                                + " green thread does");
            }
            return Optional.ofNullable(CONSTRUCTORS.get(call.owner()));
        }
        return Optional.ofNullable(METHODS.get(call.owner() + "." + call.name()));
    }

    static String ofReference(Call call) {
        var owner = call.owner().substring(call.owner().lastIndexOf('/') + 1);
        return "%s::%s: as a reference it runs its step in the JDK's common pool"
                .formatted(owner, call.name());
    }

    /// A thread of a class of its own has fields and methods that a green one would not have.
    static Optional<String> ofClass(ClassModel model) {
        return model.superclass()
                .filter(type -> type.asInternalName().equals(THREAD))
                .map(_ -> "extends Thread: it is a thread of a class of its own");
    }
}
