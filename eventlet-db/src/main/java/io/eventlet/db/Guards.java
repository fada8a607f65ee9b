// SPDX-License-Identifier: Apache-2.0
package io.eventlet.db;

import io.eventlet.wait.Waits;

import org.jspecify.annotations.Nullable;

import java.lang.classfile.ClassBuilder;
import java.lang.classfile.ClassFile;
import java.lang.classfile.CodeBuilder;
import java.lang.classfile.TypeKind;
import java.lang.constant.ClassDesc;
import java.lang.constant.ConstantDescs;
import java.lang.constant.MethodTypeDesc;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.sql.CallableStatement;
import java.sql.Connection;
import java.sql.DatabaseMetaData;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Arrays;
import java.util.HashSet;
import java.util.concurrent.CountDownLatch;

/// Makes the classes of [Guard]s.
///
/// The interfaces of JDBC have some seven hundred methods, and each JDK may add some: a class is
/// made of a guard and an interface, which has a method for each that the guard has not.
///
/// ```java
/// public final R method(A a) {
///     try { return lent(((Interface) delegate).method(a)); }
///     catch (Throwable e) { throw failed(e); }
/// }
/// ```
final class Guards {
    private static final String LENT = "lent";
    private static final ClassDesc GUARD = desc(Guard.class);
    private static final ClassDesc DELEGATE = desc(java.sql.Wrapper.class);
    private static final MethodTypeDesc FAILED =
            MethodTypeDesc.of(desc(SQLException.class), ConstantDescs.CD_Throwable);

    static final MethodHandle CONNECTION = make(GuardedConnection.class, Connection.class);
    static final MethodHandle STATEMENT = make(GuardedStatement.class, Statement.class);
    static final MethodHandle PREPARED = make(GuardedStatement.class, PreparedStatement.class);
    static final MethodHandle CALLABLE = make(GuardedStatement.class, CallableStatement.class);
    static final MethodHandle RESULTS = make(GuardedResultSet.class, ResultSet.class);
    static final MethodHandle META_DATA = make(GuardedMetaData.class, DatabaseMetaData.class);

    private Guards() {}

    /// Made on a platform thread, once: that takes some hundred milliseconds, for which a hub would
    /// stand still.
    private static final class Making {
        private static final CountDownLatch DONE = new CountDownLatch(1);

        static {
            Thread.ofPlatform().daemon().name("guards of connections").start(Making::run);
        }

        private static void run() {
            try {
                MethodHandles.lookup().ensureInitialized(Guards.class);
            } catch (IllegalAccessException e) {
                throw new AssertionError(e);
            } finally { // who needs them sees for himself what has failed
                DONE.countDown();
            }
        }
    }

    /// Waits until they have been made.
    static void awaitMade() {
        boolean ignored = Waits.await(Making.DONE, Waits.NEVER);
    }

    /// The constructor of a class of a guard, which has a single one; its type ends with the guard.
    private static MethodHandle make(Class<?> guard, Class<?> type) {
        var constructor = guard.getDeclaredConstructors()[0].getParameterTypes();
        var lookup = MethodHandles.lookup();
        try {
            var made =
                    lookup.defineHiddenClass(bytes(guard, type, constructor), true).lookupClass();
            return lookup.findConstructor(made, MethodType.methodType(void.class, constructor))
                    .asType(MethodType.methodType(guard, constructor));
        } catch (ReflectiveOperationException e) {
            throw new ExceptionInInitializerError(e);
        }
    }

    private static byte[] bytes(Class<?> guard, Class<?> type, Class<?>[] constructor) {
        var name = ClassDesc.of(guard.getName() + "Of" + type.getSimpleName());
        return ClassFile.of()
                .build(
                        name,
                        builder -> {
                            builder.withFlags(ClassFile.ACC_FINAL)
                                    .withSuperclass(desc(guard))
                                    .withInterfaceSymbols(desc(type));
                            addConstructor(builder, guard, constructor);
                            var known = new HashSet<String>();
                            for (var method : type.getMethods()) {
                                var signature = method.getName() + descriptor(method);
                                if (!Modifier.isStatic(method.getModifiers())
                                        && !hasOwn(guard, method)
                                        && known.add(signature)) {
                                    addMethod(builder, name, guard, method);
                                }
                            }
                        });
    }

    private static void addConstructor(
            ClassBuilder builder, Class<?> guard, Class<?>[] parameters) {
        var type = descriptor(void.class, parameters);
        builder.withMethodBody(
                ConstantDescs.INIT_NAME,
                type,
                0,
                code -> {
                    code.aload(0);
                    loadAll(code, parameters);
                    code.invokespecial(desc(guard), ConstantDescs.INIT_NAME, type).return_();
                });
    }

    private static void addMethod(
            ClassBuilder builder, ClassDesc name, Class<?> guard, Method method) {
        var declarer = desc(method.getDeclaringClass());
        var returned = method.getReturnType();
        builder.withMethodBody(
                method.getName(),
                descriptor(method),
                ClassFile.ACC_PUBLIC | ClassFile.ACC_FINAL,
                code ->
                        code.trying(
                                body -> {
                                    boolean lends = lends(guard, returned);
                                    if (lends) {
                                        body.aload(0);
                                    }
                                    body.aload(0)
                                            .getfield(GUARD, "delegate", DELEGATE)
                                            .checkcast(declarer);
                                    loadAll(body, method.getParameterTypes());
                                    body.invokeinterface(
                                            declarer, method.getName(), descriptor(method));
                                    if (lends) {
                                        body.invokevirtual(
                                                name, LENT, descriptor(returned, returned));
                                    }
                                    body.return_(TypeKind.from(returned));
                                },
                                handlers ->
                                        handlers.catchingAll(handler ->
                                                handler.aload(0)
                                                        .swap()
                                                        .invokevirtual(name, "failed", FAILED)
                                                        .athrow())));
    }

    private static void loadAll(CodeBuilder code, Class<?>... parameters) {
        for (int i = 0; i < parameters.length; i++) {
            code.loadLocal(TypeKind.from(parameters[i]), code.parameterSlot(i));
        }
    }

    /// Whether a guard itself does what a method is to do.
    private static boolean hasOwn(Class<?> guard, Method method) {
        return declares(guard, method.getName(), method.getParameterTypes());
    }

    private static boolean lends(Class<?> guard, Class<?> returned) {
        return declares(guard, LENT, returned);
    }

    private static boolean declares(Class<?> guard, String name, Class<?>... parameters) {
        for (@Nullable Class<?> type = guard; type != null; type = type.getSuperclass()) {
            for (var method : type.getDeclaredMethods()) {
                if (method.getName().equals(name)
                        && Arrays.equals(method.getParameterTypes(), parameters)) {
                    return true;
                }
            }
        }
        return false;
    }

    private static ClassDesc desc(Class<?> type) {
        return type.describeConstable().orElseThrow();
    }

    private static MethodTypeDesc descriptor(Method method) {
        return descriptor(method.getReturnType(), method.getParameterTypes());
    }

    private static MethodTypeDesc descriptor(Class<?> returned, Class<?>... parameters) {
        return MethodType.methodType(returned, parameters).describeConstable().orElseThrow();
    }
}
