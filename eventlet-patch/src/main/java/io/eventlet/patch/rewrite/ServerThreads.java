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

/// Has the JDK's HTTP server keep the JVM alive when a green thread starts it.
///
/// Its dispatcher is a platform thread, and a daemon if its maker is one, as every virtual thread
/// is to the JDK. So it is told that it is none before it is started.
public final class ServerThreads {
    private static final ClassDesc THREAD = ClassDesc.of("java.lang.Thread");

    private ServerThreads() {}

    /// The class after the change. Throws `IllegalArgumentException` if no thread is started in it.
    public static byte[] rewrite(byte[] server) {
        var isFound = new AtomicBoolean();
        var setDaemon = MethodTypeDesc.of(ConstantDescs.CD_void, ConstantDescs.CD_boolean);
        CodeTransform starts =
                (code, element) -> {
                    if (element instanceof InvokeInstruction call
                            && call.opcode() == Opcode.INVOKEVIRTUAL
                            && call.owner().asInternalName().equals("java/lang/Thread")
                            && call.name().equalsString("start")) {
                        isFound.set(true);
                        code.dup().iconst_0().invokevirtual(THREAD, "setDaemon", setDaemon);
                    }
                    code.with(element);
                };
        var classFile = ClassFile.of();
        var rewritten =
                classFile.transformClass(
                        classFile.parse(server), ClassTransform.transformingMethodBodies(starts));
        if (!isFound.get()) {
            throw new IllegalArgumentException("the HTTP server starts no thread");
        }
        return rewritten;
    }
}
