// SPDX-License-Identifier: Apache-2.0
package io.eventlet.hub;

import static java.lang.constant.ConstantDescs.CD_long;
import static java.lang.constant.ConstantDescs.CD_void;

import java.io.IOException;
import java.lang.classfile.ClassFile;
import java.lang.classfile.ClassTransform;
import java.lang.classfile.CodeBuilder;
import java.lang.classfile.CodeElement;
import java.lang.classfile.CodeModel;
import java.lang.classfile.MethodTransform;
import java.lang.classfile.Opcode;
import java.lang.classfile.instruction.InvokeInstruction;
import java.lang.constant.ClassDesc;
import java.lang.constant.MethodTypeDesc;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Objects;
import java.util.concurrent.Callable;
import java.util.concurrent.Executor;
import java.util.concurrent.Executors;
import java.util.concurrent.ForkJoinPool;
import java.util.concurrent.ForkJoinTask;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/// Ways in which a JDK may use the scheduler of a virtual thread: the VirtualThread of the JDK that
/// runs the tests, with another way to hand tasks over, or to end timed waits.
enum VirtualThreadShape {
    /// As in JDK 27.
    SUBMITS_ADAPTED_TASKS(code ->
            ifPool(
                    code,
                    given -> {
                        given.checkcast(Desc.POOL).aload(1);
                        given.invokestatic(Desc.POOL_TASK, "adapt", Desc.ADAPT);
                        given.invokevirtual(Desc.POOL, "submit", Desc.SUBMIT_TASK).pop();
                    })),

    /// As in no JDK: which thread is behind a task cannot be seen.
    SUBMITS_CALLABLES(code ->
            ifPool(
                    code,
                    given -> {
                        given.checkcast(Desc.POOL).aload(1);
                        given.invokestatic(Desc.EXECUTORS, "callable", Desc.CALLABLE_OF);
                        given.invokevirtual(Desc.POOL, "submit", Desc.SUBMIT_CALLABLE).pop();
                    })),

    /// As in no JDK: the scheduler that was given is not asked.
    IGNORES_ITS_SCHEDULER(code -> {
        execute(code.pop().getstatic(Desc.VIRTUAL_THREAD, "DEFAULT_SCHEDULER", Desc.POOL));
    }),

    /// As in no JDK: a scheduler that was given gets nothing.
    LOSES_TASKS(code -> unlessDefault(code, CodeBuilder::pop)),

    /// As in no JDK: timed waits are ended by timers of the JDK's.
    TIMES_BY_ITSELF(VirtualThreadShape::execute);

    /// What the code above names.
    private static final class Desc {
        static final ClassDesc VIRTUAL_THREAD = ClassDesc.of("java.lang.VirtualThread");
        static final ClassDesc TIMERS = VIRTUAL_THREAD.nested("DelayedTaskSchedulers");
        static final ClassDesc RUNNABLE = of(Runnable.class);
        static final ClassDesc CALLABLE = of(Callable.class);
        static final ClassDesc EXECUTOR = of(Executor.class);
        static final ClassDesc EXECUTORS = of(Executors.class);
        static final ClassDesc POOL = of(ForkJoinPool.class);
        static final ClassDesc POOL_TASK = of(ForkJoinTask.class);
        static final MethodTypeDesc EXECUTE = MethodTypeDesc.of(CD_void, RUNNABLE);
        static final MethodTypeDesc ADAPT = MethodTypeDesc.of(POOL_TASK, RUNNABLE);
        static final MethodTypeDesc SUBMIT_TASK = MethodTypeDesc.of(POOL_TASK, POOL_TASK);
        static final MethodTypeDesc CALLABLE_OF = MethodTypeDesc.of(CALLABLE, RUNNABLE);
        static final MethodTypeDesc SUBMIT_CALLABLE = MethodTypeDesc.of(POOL_TASK, CALLABLE);
        static final MethodTypeDesc HAND_OVER = MethodTypeDesc.of(CD_void, EXECUTOR, RUNNABLE);
        static final MethodTypeDesc SCHEDULE =
                MethodTypeDesc.of(of(Future.class), RUNNABLE, CD_long, of(TimeUnit.class));

        static ClassDesc of(Class<?> type) {
            return ClassDesc.of(type.getName());
        }
    }

    /// From the scheduler on the stack, and the task in local variable 1, to a task handed over.
    @SuppressWarnings("ImmutableEnumChecker") // functions without state
    private final Consumer<CodeBuilder> handOver;

    VirtualThreadShape(Consumer<CodeBuilder> handOver) {
        this.handOver = handOver;
    }

    private static void ifPool(CodeBuilder code, Consumer<CodeBuilder> given) {
        code.dup().instanceOf(Desc.POOL);
        code.ifThenElse(given::accept, VirtualThreadShape::execute);
    }

    private static void unlessDefault(CodeBuilder code, Consumer<CodeBuilder> given) {
        code.dup().getstatic(Desc.VIRTUAL_THREAD, "DEFAULT_SCHEDULER", Desc.POOL);
        code.ifThenElse(Opcode.IF_ACMPNE, given::accept, VirtualThreadShape::execute);
    }

    private static void execute(CodeBuilder code) {
        code.aload(1).invokeinterface(Desc.EXECUTOR, "execute", Desc.EXECUTE);
    }

    /// The options that give a JVM a VirtualThread of this shape.
    String option(Path directory) throws IOException {
        var file = directory.resolve("java/lang/VirtualThread.class");
        Files.createDirectories(file.getParent());
        Files.write(file, bytes());
        return "--patch-module=java.base=" + directory;
    }

    private byte[] bytes() throws IOException {
        try (var original =
                Objects.requireNonNull(Object.class.getResourceAsStream("VirtualThread.class"))) {
            var classFile = ClassFile.of();
            var model = classFile.parse(original.readAllBytes());
            return classFile.transformClass(model, transform());
        }
    }

    private ClassTransform transform() {
        if (this == TIMES_BY_ITSELF) {
            return ClassTransform.transformingMethods(
                    method -> method.methodName().equalsString("schedule"),
                    MethodTransform.dropping(CodeModel.class::isInstance)
                            .andThen(
                                    MethodTransform.endHandler(method ->
                                            method.withCode(VirtualThreadShape::scheduleByJdk))));
        }
        return ClassTransform.transformingMethodBodies(VirtualThreadShape::callHandOver)
                .andThen(
                        ClassTransform.endHandler(type ->
                                type.withMethodBody(
                                        "handOver",
                                        Desc.HAND_OVER,
                                        ClassFile.ACC_PRIVATE | ClassFile.ACC_STATIC,
                                        code -> {
                                            handOver.accept(code.aload(0));
                                            code.return_();
                                        })));
    }

    private static void callHandOver(CodeBuilder code, CodeElement element) {
        if (element instanceof InvokeInstruction call
                && call.owner().asSymbol().equals(Desc.EXECUTOR)
                && call.name().equalsString("execute")) {
            code.invokestatic(Desc.VIRTUAL_THREAD, "handOver", Desc.HAND_OVER);
        } else {
            code.with(element);
        }
    }

    private static void scheduleByJdk(CodeBuilder code) {
        code.aload(1).lload(2).aload(4);
        code.invokestatic(Desc.TIMERS, "schedule", Desc.SCHEDULE).areturn();
    }
}
