// SPDX-License-Identifier: Apache-2.0
package io.eventlet.patch.rewrite;

import java.lang.classfile.ClassFile;
import java.lang.classfile.ClassTransform;
import java.lang.classfile.CodeTransform;
import java.lang.classfile.Opcode;
import java.lang.classfile.instruction.InvokeInstruction;
import java.lang.constant.ClassDesc;
import java.lang.constant.ConstantDescs;
import java.lang.constant.MethodTypeDesc;
import java.util.concurrent.atomic.AtomicBoolean;

/// Has a `java.util.Timer` that is a daemon run its tasks in a virtual thread, which is one of the
/// hub of whoever makes the timer.
///
/// Its thread is a class of threads of its own, whose `run` does not ask which thread it is on. So
/// instead of being started it is given to a virtual thread as what to run. One that is no daemon
/// keeps the JVM alive, which a virtual thread does not: it is started.
public final class TimerThreads {
    private static final ClassDesc THREAD = ClassDesc.of("java.lang.Thread");
    private static final ClassDesc BUILDER = ClassDesc.of("java.lang.Thread$Builder");
    private static final ClassDesc OF_VIRTUAL = ClassDesc.of("java.lang.Thread$Builder$OfVirtual");
    private static final ClassDesc RUNNABLE = ClassDesc.of("java.lang.Runnable");

    private TimerThreads() {}

    /// The class after the change. Throws `IllegalArgumentException` if no thread is started in it.
    public static byte[] rewrite(byte[] timer) {
        var isFound = new AtomicBoolean();
        CodeTransform starts =
                (code, element) -> {
                    if (!(element instanceof InvokeInstruction call)
                            || call.opcode() != Opcode.INVOKEVIRTUAL
                            || !call.owner().asInternalName().equals("java/util/TimerThread")
                            || !call.name().equalsString("start")) {
                        code.with(element);
                        return;
                    }
                    isFound.set(true);
                    code.dup()
                            .invokevirtual(
                                    THREAD, "isDaemon", MethodTypeDesc.of(ConstantDescs.CD_boolean))
                            .ifThenElse(
                                    virtual ->
                                            virtual.dup()
                                                    .invokevirtual(
                                                            THREAD,
                                                            "getName",
                                                            MethodTypeDesc.of(
                                                                    ConstantDescs.CD_String))
                                                    .invokestatic(
                                                            THREAD,
                                                            "ofVirtual",
                                                            MethodTypeDesc.of(OF_VIRTUAL))
                                                    .swap()
                                                    .invokeinterface(
                                                            OF_VIRTUAL,
                                                            "name",
                                                            MethodTypeDesc.of(
                                                                    OF_VIRTUAL,
                                                                    ConstantDescs.CD_String))
                                                    .swap()
                                                    .invokeinterface(
                                                            BUILDER,
                                                            "start",
                                                            MethodTypeDesc.of(THREAD, RUNNABLE))
                                                    .pop(),
                                    platform -> platform.with(element));
                };
        var classFile = ClassFile.of();
        var rewritten =
                classFile.transformClass(
                        classFile.parse(timer), ClassTransform.transformingMethodBodies(starts));
        if (!isFound.get()) {
            throw new IllegalArgumentException("java.util.Timer starts no thread");
        }
        return rewritten;
    }
}
