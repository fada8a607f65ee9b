// SPDX-License-Identifier: Apache-2.0
package io.eventlet.patch.rewrite;

import io.eventlet.patch.rewrite.ThreadCalls.Call;
import io.eventlet.patch.rewrite.ThreadCalls.Green;

import org.jspecify.annotations.Nullable;

import java.lang.classfile.CodeBuilder;
import java.lang.classfile.CodeElement;
import java.lang.classfile.CodeTransform;
import java.lang.classfile.Instruction;
import java.lang.classfile.Opcode;
import java.lang.classfile.instruction.InvokeDynamicInstruction;
import java.lang.classfile.instruction.InvokeInstruction;
import java.lang.classfile.instruction.NewObjectInstruction;
import java.lang.constant.ClassDesc;
import java.lang.constant.ConstantDesc;
import java.lang.constant.ConstantDescs;
import java.lang.constant.DirectMethodHandleDesc;
import java.lang.constant.DynamicCallSiteDesc;
import java.lang.constant.MethodHandleDesc;
import java.lang.constant.MethodTypeDesc;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Deque;
import java.util.Set;
import java.util.function.BiPredicate;

/// Rewrites the code of one method.
///
/// A `new Thread(r)` is `new`, `dup`, what gives `r`, and the call of the constructor. The first
/// two stay, the call becomes one of a static method with the same arguments, and the two
/// references to the thread that was not made are dropped from under its result. So nothing changes
/// where branches meet in between. A constructor that is called without the two is that of a
/// superclass.
final class CodeRewriter implements CodeTransform {
    private static final String THREAD = "java/lang/Thread";

    private final BiPredicate<String, String> wanted;
    private final Set<String> changed;
    private final Set<String> left;
    private final Deque<Boolean> begun = new ArrayDeque<>(); // by each `new`: whether `dup` follows
    private boolean afterNew;

    CodeRewriter(BiPredicate<String, String> wanted, Set<String> changed, Set<String> left) {
        this.wanted = wanted;
        this.changed = changed;
        this.left = left;
    }

    @Override
    public void accept(CodeBuilder code, CodeElement element) {
        if (element instanceof Instruction instruction) {
            noteNew(instruction);
        }
        switch (element) {
            case InvokeInstruction call -> invoke(code, call);
            case InvokeDynamicInstruction site -> code.with(element(code, site));
            default -> code.with(element);
        }
    }

    private void noteNew(Instruction instruction) {
        if (afterNew) {
            afterNew = false;
            begun.push(instruction.opcode() == Opcode.DUP);
        }
        if (instruction instanceof NewObjectInstruction made
                && made.className().asInternalName().equals(THREAD)) {
            afterNew = true;
        }
    }

    private void invoke(CodeBuilder code, InvokeInstruction call) {
        var called =
                new Call(
                        call.owner().asInternalName(),
                        call.name().stringValue(),
                        call.type().stringValue());
        boolean isConstructor = called.name().equals(ConstantDescs.INIT_NAME);
        boolean isOfSuper = call.opcode() == Opcode.INVOKESPECIAL && !isConstructor;
        if (isConstructor && called.owner().equals(THREAD)) {
            isOfSuper = !Boolean.TRUE.equals(begun.poll());
        }
        var green = isOfSuper ? null : green(called);
        if (green == null) {
            LeftCalls.of(called).ifPresent(left::add);
            code.with(call);
            return;
        }
        changed.add(text(called));
        switch (green) {
            case Green.Same same -> {
                code.invokestatic(ThreadCalls.CALLS, same.name(), same.type());
                if (isConstructor) {
                    code.dup_x2().pop().pop2();
                }
            }
            case Green.OfStage stage -> {
                if (stage.arguments() == 1) { // the stage once more, on top
                    code.swap().dup_x1();
                } else {
                    code.dup2_x1().pop2().dup_x2();
                }
                code.invokestatic(ThreadCalls.CALLS, "executorOf", ThreadCalls.EXECUTOR_OF);
                var owner = call.owner().asSymbol();
                code.invoke(call.opcode(), owner, called.name(), stage.type(), call.isInterface());
            }
            case Green.More more -> {
                var given = MethodTypeDesc.of(more.given());
                code.invokestatic(ThreadCalls.CALLS, more.name(), given);
                if (more.beforeLast()) {
                    code.swap();
                }
                var owner = call.owner().asSymbol();
                code.invoke(call.opcode(), owner, called.name(), more.type(), call.isInterface());
            }
        }
    }

    private @Nullable Green green(Call called) {
        return wanted.test(called.owner().replace('/', '.'), called.name())
                ? ThreadCalls.of(called)
                : null;
    }

    // ---- references to methods

    private CodeElement element(CodeBuilder code, InvokeDynamicInstruction site) {
        var given = site.bootstrapArgs();
        ConstantDesc[] arguments = given.stream().map(this::argument).toArray(ConstantDesc[]::new);
        if (given.equals(Arrays.asList(arguments))) {
            return site;
        }
        var changedSite =
                DynamicCallSiteDesc.of(
                        site.bootstrapMethod(),
                        site.name().stringValue(),
                        site.typeSymbol(),
                        arguments);
        return InvokeDynamicInstruction.of(code.constantPool().invokeDynamicEntry(changedSite));
    }

    private ConstantDesc argument(ConstantDesc given) {
        if (!(given instanceof DirectMethodHandleDesc handle)) {
            return given;
        }
        var called =
                new Call(
                        internalName(handle.owner()),
                        handle.methodName(),
                        handle.lookupDescriptor());
        if (green(called) == null) {
            LeftCalls.of(called).ifPresent(left::add);
            return given;
        }
        var same = ThreadCalls.ofReference(called);
        if (same == null) { // the executor of a stage, which would be an argument more
            left.add(LeftCalls.ofReference(called));
            return given;
        }
        changed.add(text(called));
        return MethodHandleDesc.ofMethod(
                DirectMethodHandleDesc.Kind.STATIC, ThreadCalls.CALLS, same.name(), same.type());
    }

    private static String internalName(ClassDesc type) {
        String descriptor = type.descriptorString();
        return type.isClassOrInterface()
                ? descriptor.substring(1, descriptor.length() - 1)
                : descriptor;
    }

    private static String text(Call called) {
        var owner = called.owner().substring(called.owner().lastIndexOf('/') + 1);
        return called.name().equals(ConstantDescs.INIT_NAME)
                ? "new " + owner
                : owner + "." + called.name();
    }
}
