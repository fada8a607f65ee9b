// SPDX-License-Identifier: Apache-2.0
package io.eventlet.patch.rewrite;

import io.eventlet.patch.calls.GreenCalls;

import org.jspecify.annotations.Nullable;

import java.lang.constant.ClassDesc;
import java.lang.constant.ConstantDescs;
import java.lang.constant.MethodTypeDesc;
import java.lang.reflect.Modifier;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionHandler;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.ThreadPoolExecutor;

/// The calls of the JDK that make threads, and what is called in their place.
///
/// The table is made from the JDK that runs: a method that it does not have is not in it, and a
/// constructor of `Thread` that we do not know is left as it is.
final class ThreadCalls {
    static final ClassDesc CALLS = desc(GreenCalls.class);
    private static final ClassDesc FACTORY = desc(ThreadFactory.class);
    private static final ClassDesc EXECUTOR = desc(Executor.class);
    private static final ClassDesc HANDLER = desc(RejectedExecutionHandler.class);

    /// `GreenCalls.executorOf`.
    static final MethodTypeDesc EXECUTOR_OF =
            MethodTypeDesc.of(EXECUTOR, desc(CompletionStage.class));

    private static final Map<Call, Green.Same> REFERENCES = new HashMap<>(); // filled by all()
    private static final Map<Call, Green> ALL = all();

    /// A method or constructor that is called.
    record Call(String owner, String name, String type) {
        static Call of(Class<?> owner, String name, String type) {
            return new Call(owner.getName().replace('.', '/'), name, type);
        }
    }

    /// What is called instead.
    sealed interface Green {
        /// A static method of [GreenCalls] that takes the same.
        record Same(String name, MethodTypeDesc type) implements Green {}

        /// The same method or constructor of the JDK with one more argument, which a static method
        /// of [GreenCalls] gives: as the last one, or before the last.
        record More(String name, ClassDesc given, boolean beforeLast, MethodTypeDesc type)
                implements Green {}

        /// The same method of an asynchronous stage with the executor for that stage.
        record OfStage(int arguments, MethodTypeDesc type) implements Green {}
    }

    private ThreadCalls() {}

    /// What stands for a call; null if that is left as it is.
    static @Nullable Green of(Call call) {
        return ALL.get(call);
    }

    /// What stands for a reference to a method or constructor; null if there is nothing that takes
    /// the same.
    static Green.@Nullable Same ofReference(Call call) {
        return ALL.get(call) instanceof Green.Same same ? same : REFERENCES.get(call);
    }

    /// Whether a class that has none of these owners in it can be left as it is.
    static boolean hasOwner(String internalName) {
        return OWNERS.contains(internalName);
    }

    private static final List<String> OWNERS =
            ALL.keySet().stream().map(Call::owner).distinct().toList();

    private static Map<Call, Green> all() {
        var calls = new HashMap<Call, Green>();
        for (var method : GreenCalls.class.getMethods()) {
            var replaced = method.getAnnotation(GreenCalls.InPlaceOf.class);
            if (replaced == null) {
                continue;
            }
            var type = type(method.getReturnType(), method.getParameterTypes());
            var name = replaced.method();
            var calledType = type;
            if (name.equals(ConstantDescs.INIT_NAME)) {
                calledType = type.changeReturnType(ConstantDescs.CD_void);
            } else if (replaced.isVirtual()) {
                calledType = type.dropParameterTypes(0, 1);
            }
            var call = Call.of(replaced.of(), name, calledType.descriptorString());
            var same = new Green.Same(method.getName(), type);
            if (replaced.isReference()) {
                REFERENCES.put(call, same);
            } else {
                calls.put(call, same);
            }
        }
        addConstructors(calls, ThreadPoolExecutor.class);
        addConstructors(calls, ScheduledThreadPoolExecutor.class);
        addAsync(calls, CompletableFuture.class);
        addAsync(calls, CompletionStage.class);
        return Map.copyOf(calls);
    }

    /// Constructors that have a sister with a thread factory behind what they take, or before the
    /// handler at its end.
    private static void addConstructors(Map<Call, Green> calls, Class<?> owner) {
        for (var constructor : owner.getConstructors()) {
            var type = type(void.class, constructor.getParameterTypes());
            int count = type.parameterCount();
            if (type.parameterList().contains(FACTORY)) {
                continue;
            }
            boolean beforeLast = count > 0 && type.parameterType(count - 1).equals(HANDLER);
            int at = beforeLast ? count - 1 : count;
            var longer = type.insertParameterTypes(at, FACTORY);
            calls.put(
                    Call.of(owner, ConstantDescs.INIT_NAME, type.descriptorString()),
                    new Green.More("threads", FACTORY, beforeLast, longer));
        }
    }

    /// Methods that have a sister with an executor behind what they take.
    private static void addAsync(Map<Call, Green> calls, Class<?> owner) {
        var methods = List.of(owner.getMethods());
        for (var method : methods) {
            var type = type(method.getReturnType(), method.getParameterTypes());
            var longer = type.insertParameterTypes(type.parameterCount(), EXECUTOR);
            boolean hasSister =
                    methods.stream()
                            .anyMatch(other ->
                                    other.getName().equals(method.getName())
                                            && type(
                                                            other.getReturnType(),
                                                            other.getParameterTypes())
                                                    .equals(longer));
            int count = type.parameterCount();
            if (!hasSister) {
                continue;
            }
            if (Modifier.isStatic(method.getModifiers())) {
                calls.putIfAbsent(
                        Call.of(owner, method.getName(), type.descriptorString()),
                        new Green.More("executor", EXECUTOR, false, longer));
            } else if (count == 1 || count == 2) {
                calls.put(
                        Call.of(owner, method.getName(), type.descriptorString()),
                        new Green.OfStage(count, longer));
            }
        }
    }

    private static MethodTypeDesc type(Class<?> result, Class<?>[] parameters) {
        var types = new ClassDesc[parameters.length];
        for (int i = 0; i < parameters.length; i++) {
            types[i] = desc(parameters[i]);
        }
        return MethodTypeDesc.of(desc(result), types);
    }

    private static ClassDesc desc(Class<?> type) {
        return Objects.requireNonNull(type).describeConstable().orElseThrow();
    }
}
