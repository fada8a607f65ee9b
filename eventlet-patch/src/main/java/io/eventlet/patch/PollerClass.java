// SPDX-License-Identifier: Apache-2.0
package io.eventlet.patch;

import static java.lang.constant.ConstantDescs.CD_boolean;
import static java.lang.constant.ConstantDescs.CD_int;
import static java.lang.constant.ConstantDescs.CD_void;
import static java.lang.constant.ConstantDescs.INIT_NAME;

import java.lang.classfile.ClassBuilder;
import java.lang.classfile.ClassFile;
import java.lang.classfile.CodeBuilder;
import java.lang.constant.ClassDesc;
import java.lang.constant.MethodTypeDesc;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.util.Arrays;
import java.util.function.IntPredicate;

/// A subclass of the JDK's `sun.nio.ch.Poller`, made at run time, since nobody else may extend it:
///
/// ```java
/// final class HubPoller extends Poller {
///     void implRegister(int descriptor) throws IOException {
///         if (!begin.test(descriptor)) {
///             original.implRegister(descriptor);
///         }
///     }
///
///     void implDeregister(int descriptor, boolean polled) {
///         if (!end.test(descriptor)) {
///             original.implDeregister(descriptor, polled);
///         }
///     }
/// }
/// ```
///
/// It knows nothing of us but two functions, so that it needs no class that the JDK cannot see.
final class PollerClass {
    /// Of each class loader that has this class: java.base keeps what is defined there for ever.
    private static final String NAME =
            "HubPoller" + Integer.toHexString(System.identityHashCode(PollerClass.class));

    private static final ClassDesc PREDICATE = IntPredicate.class.describeConstable().orElseThrow();
    private static final MethodTypeDesc TEST = MethodTypeDesc.of(CD_boolean, CD_int);
    private static final MethodTypeDesc START = MethodTypeDesc.of(CD_void, CD_int);
    private static final MethodTypeDesc STOP = MethodTypeDesc.of(CD_void, CD_int, CD_boolean);

    private final Class<?> poller;
    private final PollerShape shape;
    private final ClassDesc parent;
    private final ClassDesc self;

    private PollerClass(Class<?> poller, PollerShape shape) {
        this.poller = poller;
        this.shape = shape;
        parent = poller.describeConstable().orElseThrow();
        self = ClassDesc.of(poller.getPackageName(), NAME);
    }

    /// The constructor of such a class: from the original, `begin` and `end` to a poller.
    static MethodHandle constructor(MethodHandles.Lookup inPoller, PollerShape shape)
            throws ReflectiveOperationException {
        var poller = inPoller.lookupClass();
        var type = inPoller.defineClass(new PollerClass(poller, shape).bytes());
        return inPoller.findConstructor(
                        type,
                        MethodType.methodType(
                                void.class, poller, IntPredicate.class, IntPredicate.class))
                .asType(
                        MethodType.methodType(
                                Object.class,
                                Object.class,
                                IntPredicate.class,
                                IntPredicate.class));
    }

    private byte[] bytes() {
        return ClassFile.of()
                .build(
                        self,
                        type -> {
                            type.withFlags(ClassFile.ACC_FINAL | ClassFile.ACC_SUPER);
                            type.withSuperclass(parent);
                            type.withField("original", parent, ClassFile.ACC_FINAL);
                            type.withField("begin", PREDICATE, ClassFile.ACC_FINAL);
                            type.withField("end", PREDICATE, ClassFile.ACC_FINAL);
                            addConstructor(type);
                            abstractMethods().forEach(method -> add(type, method));
                        });
    }

    private Iterable<Method> abstractMethods() {
        return Arrays.stream(poller.getDeclaredMethods())
                .filter(method -> Modifier.isAbstract(method.getModifiers()))
                .toList();
    }

    private void addConstructor(ClassBuilder type) {
        type.withMethodBody(
                INIT_NAME,
                MethodTypeDesc.of(CD_void, parent, PREDICATE, PREDICATE),
                0,
                code -> {
                    code.aload(0).invokespecial(parent, INIT_NAME, MethodTypeDesc.of(CD_void));
                    code.aload(0).aload(1).putfield(self, "original", parent);
                    code.aload(0).aload(2).putfield(self, "begin", PREDICATE);
                    code.aload(0).aload(3).putfield(self, "end", PREDICATE);
                    code.return_();
                });
    }

    private void add(ClassBuilder type, Method method) {
        var parameters =
                Arrays.stream(method.getParameterTypes())
                        .map(each -> each.describeConstable().orElseThrow())
                        .toArray(ClassDesc[]::new);
        var signature =
                MethodTypeDesc.of(
                        method.getReturnType().describeConstable().orElseThrow(), parameters);
        int access = method.getModifiers() & (Modifier.PUBLIC | Modifier.PROTECTED);
        type.withMethodBody(
                method.getName(), signature, access, code -> addBody(code, method, signature));
    }

    private void addBody(CodeBuilder code, Method method, MethodTypeDesc signature) {
        if (method.getName().equals(shape.start) && signature.equals(START)) {
            unless(code, "begin", () -> code.invokevirtual(parent, shape.start, START));
        } else if (method.getName().equals(shape.stop) && signature.equals(STOP)) {
            unless(code, "end", () -> code.iload(2).invokevirtual(parent, shape.stop, STOP));
        } else { // only the thread of a poller of the JDK calls it
            var unsupported = UnsupportedOperationException.class.describeConstable().orElseThrow();
            code.new_(unsupported).dup();
            code.invokespecial(unsupported, INIT_NAME, MethodTypeDesc.of(CD_void)).athrow();
        }
    }

    /// Calls a function with the descriptor, and the original's method if that returns false.
    private void unless(CodeBuilder code, String function, Runnable call) {
        code.aload(0).getfield(self, function, PREDICATE).iload(1);
        code.invokeinterface(PREDICATE, "test", TEST);
        var done = code.newLabel();
        code.ifne(done);
        code.aload(0).getfield(self, "original", parent).iload(1);
        call.run();
        code.labelBinding(done);
        code.return_();
    }
}
