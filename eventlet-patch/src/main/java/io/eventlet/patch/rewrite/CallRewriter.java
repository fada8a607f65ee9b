// SPDX-License-Identifier: Apache-2.0
package io.eventlet.patch.rewrite;

import org.jspecify.annotations.Nullable;

import java.lang.classfile.ClassFile;
import java.lang.classfile.ClassHierarchyResolver;
import java.lang.classfile.ClassModel;
import java.lang.classfile.ClassTransform;
import java.lang.classfile.CodeModel;
import java.lang.classfile.MethodModel;
import java.lang.classfile.MethodTransform;
import java.lang.classfile.constantpool.ClassEntry;
import java.lang.classfile.instruction.InvokeDynamicInstruction;
import java.lang.classfile.instruction.InvokeInstruction;
import java.util.List;
import java.util.TreeSet;
import java.util.function.BiPredicate;

/// Has the calls in a class that make threads make green ones.
///
/// Nothing else of the class changes: a class without such calls is returned as it is. Classes that
/// extend `Thread` stay what they are, and what cannot be green is told with the reason.
public final class CallRewriter {
    private final ClassFile classFile;
    private final BiPredicate<String, String> wanted;

    /// The resolver is asked for the classes that a class refers to, in order to say what may be on
    /// the stack where branches meet.
    public CallRewriter(ClassLoader resolver) {
        this(resolver, (_, _) -> true);
    }

    /// One that changes some of the calls only, said by the names of the class and of the method.
    public CallRewriter(ClassLoader resolver, BiPredicate<String, String> wanted) {
        this.wanted = wanted;
        var hierarchy =
                ClassHierarchyResolver.ofResourceParsing(resolver)
                        .orElse(ClassHierarchyResolver.defaultResolver());
        classFile = ClassFile.of(ClassFile.ClassHierarchyResolverOption.of(hierarchy));
    }

    /// A class after the change: the same array if nothing has changed. `changed` are the calls in
    /// place of which others stand, `left` those that make threads which cannot be green, with why.
    public static final class Rewritten {
        private final byte[] bytes;
        private final List<String> changed;
        private final List<String> left;

        Rewritten(byte[] bytes, List<String> changed, List<String> left) {
            this.bytes = bytes;
            this.changed = changed;
            this.left = left;
        }

        public byte[] bytes() {
            return bytes;
        }

        public List<String> changed() {
            return changed;
        }

        public List<String> left() {
            return left;
        }
    }

    /// Throws `IllegalArgumentException` for what is no class, or one that cannot be written again.
    public Rewritten rewrite(byte[] bytes) {
        var model = classFile.parse(bytes);
        if (!refersToThreads(model)) {
            return new Rewritten(bytes, List.of(), List.of());
        }
        var changed = new TreeSet<String>();
        var left = new TreeSet<String>();
        LeftCalls.ofClass(model).ifPresent(left::add);
        ClassTransform transform =
                (builder, element) -> {
                    if (element instanceof MethodModel method && hasCallOf(method)) {
                        var code = new CodeRewriter(wanted, changed, left);
                        builder.transformMethod(method, MethodTransform.transformingCode(code));
                    } else {
                        builder.with(element);
                    }
                };
        var rewritten = classFile.transformClass(model, transform);
        return new Rewritten(
                changed.isEmpty() ? bytes : rewritten, List.copyOf(changed), List.copyOf(left));
    }

    /// Whether there is something to do in a method: the others are copied as they are, since to
    /// write one again, the classes that it refers to are needed.
    private static boolean hasCallOf(MethodModel method) {
        for (var element : method.code().map(CodeModel::elementList).orElse(List.of())) {
            boolean isCall =
                    element instanceof InvokeInstruction call
                            && isOfThreads(call.owner().asInternalName());
            if (isCall || element instanceof InvokeDynamicInstruction) {
                return true;
            }
        }
        return false;
    }

    private static boolean refersToThreads(ClassModel model) {
        for (var entry : model.constantPool()) {
            if (entry instanceof ClassEntry type && isOfThreads(type.asInternalName())) {
                return true;
            }
        }
        return false;
    }

    private static boolean isOfThreads(@Nullable String owner) {
        return owner != null && (ThreadCalls.hasOwner(owner) || LeftCalls.hasOwner(owner));
    }
}
