// SPDX-License-Identifier: Apache-2.0
package io.eventlet.offload;

import org.jspecify.annotations.Nullable;

import java.lang.reflect.InvocationHandler;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.lang.reflect.Proxy;
import java.util.Arrays;
import java.util.Iterator;
import java.util.List;
import java.util.Objects;

/// What is behind an object whose methods run on threads of an [Offload].
final class OffloadProxy implements InvocationHandler {
    private final Offload offload;
    private final Object target;
    private final List<Class<?>> results;

    private OffloadProxy(Offload offload, Object target, List<Class<?>> results) {
        this.offload = offload;
        this.target = target;
        this.results = results;
    }

    static <T> T of(Offload offload, Class<T> type, T target, Class<?>... results) {
        var wrapped = List.of(results);
        ensureCallable(type);
        wrapped.forEach(OffloadProxy::ensureCallable);
        if (!type.isInstance(Objects.requireNonNull(target))) { // generics were cheated
            throw new IllegalArgumentException("no " + type.getName() + ": " + target.getClass());
        }
        return type.cast(wrap(type, new OffloadProxy(offload, target, wrapped)));
    }

    private static Object wrap(Class<?> type, OffloadProxy handler) {
        return Proxy.newProxyInstance(type.getClassLoader(), new Class<?>[] {type}, handler);
    }

    private static void ensureCallable(Class<?> type) {
        boolean callable =
                type.isInterface()
                        && Arrays.stream(type.getMethods())
                                .filter(method -> !Modifier.isStatic(method.getModifiers()))
                                .map(Method::getDeclaringClass)
                                .distinct()
                                .allMatch(OffloadProxy::isAccessible);
        if (!callable) {
            throw new IllegalArgumentException(
                    "only a public interface, exported if it is in a module, can be offloaded, and"
                            + " not "
                            + type);
        }
    }

    private static boolean isAccessible(Class<?> type) {
        boolean near = type.getPackage() == OffloadProxy.class.getPackage();
        for (@Nullable Class<?> part = type; part != null; part = part.getDeclaringClass()) {
            if (!Modifier.isPublic(part.getModifiers()) && !near) {
                return false;
            }
        }
        return type.getModule().isExported(type.getPackageName(), OffloadProxy.class.getModule());
    }

    @Override
    public @Nullable Object invoke(
            Object proxy, Method method, @Nullable Object @Nullable [] arguments) throws Throwable {
        if (method.getDeclaringClass() == Object.class) {
            return answer(method.getName(), arguments);
        }
        return wrapped(
                method, offload.<@Nullable Object, Exception>call(() -> called(method, arguments)));
    }

    private Object answer(String question, @Nullable Object @Nullable [] arguments) {
        return switch (question) {
            case "equals" ->
                    arguments != null
                            && arguments[0] instanceof Proxy other
                            && Proxy.getInvocationHandler(other) instanceof OffloadProxy behind
                            && target.equals(behind.target);
            case "hashCode" -> target.hashCode();
            default -> target.toString();
        };
    }

    private @Nullable Object called(Method method, @Nullable Object @Nullable [] arguments)
            throws Exception {
        try {
            return method.invoke(target, arguments);
        } catch (InvocationTargetException e) {
            switch (e.getCause()) {
                case Exception cause -> throw cause;
                case Error cause -> throw cause;
                case null, default -> throw e;
            }
        }
    }

    private @Nullable Object wrapped(Method method, @Nullable Object result) {
        if (result == null || isWrapped(result)) {
            return result;
        }
        var declared = method.getReturnType();
        for (var type : results) {
            if (type.isInstance(result) && declared.isAssignableFrom(type)) {
                return wrap(type, new OffloadProxy(offload, result, results));
            }
        }
        return declared == Iterator.class
                ? wrap(Iterator.class, new OffloadProxy(offload, result, results))
                : result;
    }

    private boolean isWrapped(Object result) {
        return result instanceof Proxy
                && Proxy.getInvocationHandler(result) instanceof OffloadProxy behind
                && behind.offload == offload;
    }
}
