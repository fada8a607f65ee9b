// SPDX-License-Identifier: Apache-2.0
package io.eventlet.patch.agent;

import io.eventlet.patch.calls.GreenCalls;
import io.eventlet.patch.rewrite.CallRewriter;
import io.eventlet.patch.rewrite.ServerThreads;
import io.eventlet.patch.rewrite.TimerThreads;

import org.jspecify.annotations.Nullable;

import java.lang.instrument.ClassFileTransformer;
import java.lang.instrument.Instrumentation;
import java.security.ProtectionDomain;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.UnaryOperator;

/// Has the classes of the program make green threads, and processes that are waited for on hubs:
/// those that are loaded, and those that come.
///
/// Classes of the JDK are left alone, but for two that start threads of their own; so are those of
/// the library.
public final class ThreadPatch {
    private static final String OWN = "io/eventlet/";

    /// The classes of the JDK that are changed, by their internal names.
    private static final Map<String, UnaryOperator<byte[]>> OF_JDK =
            Map.of(
                    "java/util/Timer", TimerThreads::rewrite,
                    "sun/net/httpserver/ServerImpl", ServerThreads::rewrite);

    private final Instrumentation instrumentation;
    private final Map<String, List<String>> changed = new ConcurrentHashMap<>();
    private final Map<String, List<String>> left = new ConcurrentHashMap<>();
    private final Map<String, String> failed = new ConcurrentHashMap<>();
    private final Transformer transformer = new Transformer();
    private volatile boolean patchesThreads;
    private volatile boolean patchesExecutors;
    private volatile boolean patchesProcesses;

    public ThreadPatch(Instrumentation instrumentation) {
        this.instrumentation = instrumentation;
    }

    /// Says what is to be green: `new Thread` and timers; executors and asynchronous stages; child
    /// processes. Threads that run go on as they are. Not to be called by two threads at once.
    public void patch(boolean threads, boolean executors, boolean processes) {
        boolean was = patchesThreads || patchesExecutors || patchesProcesses;
        boolean is = threads || executors || processes;
        boolean isMore =
                (threads && !patchesThreads)
                        || (executors && !patchesExecutors)
                        || (processes && !patchesProcesses);
        patchesThreads = threads;
        patchesExecutors = executors;
        patchesProcesses = processes;
        var before = Set.copyOf(changed.keySet());
        changed.clear();
        if (isMore || !is) {
            left.clear();
            failed.clear();
        }
        if (is && !was) {
            instrumentation.addTransformer(transformer, true);
        } else if (was && !is) {
            instrumentation.removeTransformer(transformer);
        }
        again(isMore ? Set.of() : before);
    }

    /// Whether a call is replaced. Those on a thread that there is work with every kind of thread.
    private boolean isPatched(String owner, String method) {
        if (owner.equals("java.lang.ProcessBuilder") || method.equals("exec")) {
            return patchesProcesses;
        }
        boolean makesThread =
                owner.equals("java.lang.Thread")
                        && (method.equals("<init>") || method.equals("startVirtualThread"));
        if (makesThread) {
            return patchesThreads;
        }
        return patchesExecutors || !owner.startsWith("java.util.concurrent.");
    }

    public Map<String, List<String>> changed() {
        return Map.copyOf(changed);
    }

    public Map<String, List<String>> left() {
        return Map.copyOf(left);
    }

    public Map<String, String> failed() {
        return Map.copyOf(failed);
    }

    /// Has classes that are loaded transformed again: those named, or all that may make threads.
    private void again(Set<String> names) {
        var classes = new ArrayList<Class<?>>();
        for (Class<?> known : instrumentation.getAllLoadedClasses()) {
            boolean isMeant =
                    names.isEmpty() ? isOfProgram(known) : names.contains(known.getName());
            if ((isMeant || isOfJdk(known)) && instrumentation.isModifiableClass(known)) {
                classes.add(known);
            }
        }
        again(classes);
    }

    /// The JVM changes all of a list, or none if one of them cannot be changed: that one is found
    /// by halves, since each call stops all threads for a moment.
    private void again(List<Class<?>> classes) {
        if (classes.isEmpty()) {
            return;
        }
        try {
            instrumentation.retransformClasses(classes.toArray(Class<?>[]::new));
        } catch (Throwable e) { // InternalError among others
            if (classes.size() == 1) {
                var name = classes.getFirst().getName();
                failed.put(name, String.valueOf(e));
                changed.remove(name);
                return;
            }
            int half = classes.size() / 2;
            again(classes.subList(0, half));
            again(classes.subList(half, classes.size()));
        }
    }

    private static boolean isOfJdk(@Nullable ClassLoader loader) {
        return loader == null || loader == ClassLoader.getPlatformClassLoader();
    }

    private static boolean isOfJdk(Class<?> known) {
        return isOfJdk(known.getClassLoader())
                && OF_JDK.containsKey(known.getName().replace('.', '/'));
    }

    private static boolean isOfProgram(Class<?> known) {
        return !known.isHidden()
                && !known.isArray()
                && !known.isPrimitive()
                && isOfProgram(known.getClassLoader(), known.getName().replace('.', '/'));
    }

    private static boolean isOfProgram(@Nullable ClassLoader loader, String internalName) {
        return loader != null
                && loader != ClassLoader.getPlatformClassLoader()
                && !internalName.startsWith(OWN)
                && canSeeCalls(loader);
    }

    /// A class can only call what its loader finds.
    private static boolean canSeeCalls(ClassLoader loader) {
        for (var next = loader; next != null; next = next.getParent()) {
            if (next == GreenCalls.class.getClassLoader()) {
                return true;
            }
        }
        return false;
    }

    private final class Transformer implements ClassFileTransformer {
        @Override
        public byte @Nullable [] transform(
                @Nullable Module module,
                @Nullable ClassLoader loader,
                @Nullable String name,
                @Nullable Class<?> redefined,
                @Nullable ProtectionDomain domain,
                byte[] bytes) {
            if (name == null) {
                return null;
            }
            var ofJdk = isOfJdk(loader) && patchesThreads ? OF_JDK.get(name) : null;
            if (ofJdk == null && !isOfProgram(loader, name)) {
                return null;
            }
            var dotted = name.replace('/', '.');
            try {
                if (ofJdk != null || loader == null) {
                    return ofJdk == null ? null : ofJdk.apply(bytes);
                }
                var rewritten =
                        new CallRewriter(loader, ThreadPatch.this::isPatched).rewrite(bytes);
                if (!rewritten.left().isEmpty()) {
                    left.put(dotted, rewritten.left());
                }
                if (rewritten.changed().isEmpty()) {
                    return null;
                }
                if (module != null && module.isNamed()) {
                    readCalls(module);
                }
                changed.put(dotted, rewritten.changed());
                return rewritten.bytes();
            } catch (Throwable e) { // the JVM would hide it
                failed.put(dotted, String.valueOf(e));
                return null;
            }
        }
    }

    private void readCalls(Module module) {
        instrumentation.redefineModule(
                module,
                Set.of(GreenCalls.class.getModule()),
                Map.of(),
                Map.of(),
                Set.of(),
                Map.of());
    }
}
