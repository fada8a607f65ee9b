// SPDX-License-Identifier: Apache-2.0
package io.eventlet.patch.rewrite;

import org.jspecify.annotations.Nullable;

import java.lang.classfile.ClassFile;
import java.lang.classfile.ClassHierarchyResolver;
import java.lang.classfile.ClassModel;
import java.lang.classfile.ClassTransform;
import java.lang.classfile.MethodModel;
import java.lang.classfile.MethodTransform;
import java.lang.classfile.constantpool.ClassEntry;
import java.util.List;
import java.util.TreeSet;
import java.util.function.Predicate;

/// Has the calls in a class that make threads make green ones.
///
/// Nothing else of the class changes: a class without such calls is returned as it is. Classes that
/// extend `Thread` stay what they are, and what cannot be green is told with the reason.
public final class CallRewriter {
    private final ClassFile classFile;
    private final Predicate<String> owners;

    /// The resolver is asked for the classes that a class refers to, in order to say what may be on
    /// the stack where branches meet.
    public CallRewriter(ClassLoader resolver) {
        this(resolver, _ -> true);
    }

    /// One that changes calls of some classes of the JDK only, said by their names.
    public CallRewriter(ClassLoader resolver, Predicate<String> owners) {
        this.owners = owners;
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
                    if (element instanceof MethodModel method && method.code().isPresent()) {
                        var code = new CodeRewriter(owners, changed, left);
                        builder.transformMethod(method, MethodTransform.transformingCode(code));
                    } else {
                        builder.with(element);
                    }
                };
        var rewritten = classFile.transformClass(model, transform);
        return new Rewritten(
                changed.isEmpty() ? bytes : rewritten, List.copyOf(changed), List.copyOf(left));
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
