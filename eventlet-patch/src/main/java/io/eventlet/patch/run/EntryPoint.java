// SPDX-License-Identifier: Apache-2.0
package io.eventlet.patch.run;

import org.jspecify.annotations.Nullable;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.util.Arrays;
import java.util.Objects;

/// The `main` of a class, as the java command finds it: with the arguments before without, static
/// or of an object that a constructor without arguments makes (JEP 512).
record EntryPoint(Method main) {
    static @Nullable EntryPoint of(Class<?> program) {
        var withArguments = find(program, String[].class);
        var main = withArguments == null ? find(program) : withArguments;
        return main == null ? null : new EntryPoint(main);
    }

    private static @Nullable Method find(Class<?> program, Class<?>... parameters) {
        for (Class<?> next = program; next != null; next = next.getSuperclass()) {
            for (var method : next.getDeclaredMethods()) {
                if (method.getName().equals("main")
                        && method.getReturnType() == void.class
                        && !Modifier.isPrivate(method.getModifiers())
                        && Arrays.equals(method.getParameterTypes(), parameters)) {
                    return method;
                }
            }
        }
        return null;
    }

    void run(String[] arguments) throws Exception {
        main.setAccessible(true);
        Object of = null;
        if (!Modifier.isStatic(main.getModifiers())) {
            var constructor = main.getDeclaringClass().getDeclaredConstructor();
            constructor.setAccessible(true);
            of = constructor.newInstance();
        }
        try {
            if (main.getParameterCount() == 0) {
                main.invoke(of);
            } else {
                main.invoke(of, (Object) arguments);
            }
        } catch (InvocationTargetException e) {
            switch (Objects.requireNonNull(e.getCause())) {
                case Error thrown -> throw thrown;
                case Exception thrown -> throw thrown;
                default -> throw e;
            }
        }
    }
}
