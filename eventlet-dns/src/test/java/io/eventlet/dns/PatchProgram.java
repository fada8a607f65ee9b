// SPDX-License-Identifier: Apache-2.0
package io.eventlet.dns;

import io.eventlet.patch.Part;
import io.eventlet.patch.PatchState;
import io.eventlet.patch.Patcher;

import java.net.InetAddress;
import java.util.List;

/// A program that patches the names of hosts; it prints what the report says of them.
final class PatchProgram {
    private PatchProgram() {}

    public static void main(String[] args) throws Exception {
        switch (args[0]) {
            case "ask" -> {
                tell("before", Patcher.report());
                tell("patched", Patcher.monkeyPatch(Part.DNS));
                System.out.println("is: " + Patcher.isMonkeyPatched(Part.DNS));
            }
            case "all" -> tell("all", Patcher.monkeyPatch());
            case "undo" -> {
                tell("patched", Patcher.monkeyPatch(Part.DNS));
                Patcher.undo(Part.DNS);
                tell("undone", Patcher.report());
                tell("again", Patcher.monkeyPatch(Part.DNS));
            }
            case "used" -> {
                var _ = InetAddress.getByName("localhost");
                for (var state : Patcher.monkeyPatch(Part.DNS)) {
                    if (state.part() == Part.DNS) {
                        System.out.println("used, before: " + state.before());
                    }
                }
                Patcher.undo(Part.DNS);
                tell("undone", Patcher.report());
            }
            case "late" -> {
                var thread = Thread.currentThread();
                var loader = thread.getContextClassLoader();
                thread.setContextClassLoader(ClassLoader.getPlatformClassLoader());
                var _ = InetAddress.getByName("localhost");
                thread.setContextClassLoader(loader);
                tell("late", Patcher.monkeyPatch(Part.DNS));
            }
            case "elsewhere" -> {
                Thread.currentThread().setContextClassLoader(ClassLoader.getPlatformClassLoader());
                tell("elsewhere", Patcher.monkeyPatch(Part.DNS));
            }
            default -> throw new IllegalArgumentException(args[0]);
        }
    }

    private static void tell(String when, List<PatchState> states) {
        for (var state : states) {
            if (state.part() == Part.DNS) {
                System.out.println(when + ": " + state.isPatched() + ", " + state.now());
            }
        }
    }
}
