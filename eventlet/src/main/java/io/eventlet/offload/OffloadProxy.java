// SPDX-License-Identifier: Apache-2.0
package io.eventlet.offload;

import org.jspecify.annotations.Nullable;

import java.lang.reflect.InvocationHandler;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.lang.reflect.Proxy;
import java.util.Arrays;
import java.util.Collection;
import java.util.Enumeration;
import java.util.Iterator;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.Spliterator;
import java.util.Spliterators;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;

/// What is behind an object whose methods run on threads of an [Offload].
final class OffloadProxy implements InvocationHandler {
    private static final Module JAVA_BASE = Object.class.getModule();

    /// What gives the elements of an `Iterator`, an `Iterable`, an `Enumeration` or a `Map` to code
    /// of the caller, which is to run on its thread and to get them wrapped.
    private static final Set<String> GIVING =
            Set.of("forEach", "forEachRemaining", "spliterator", "asIterator");

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
        if (method.isDefault()
                && method.getDeclaringClass().getModule() == JAVA_BASE
                && GIVING.contains(method.getName())) {
            return InvocationHandler.invokeDefault(proxy, method, arguments); // by steps
        }
        var passed = passed(method, arguments);
        return offload.<@Nullable Object, Exception>call(
                () -> returned(called(method, passed), method.getReturnType(), proxy));
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

    // ---- what is passed in

    private @Nullable Object @Nullable [] passed(
            Method method, @Nullable Object @Nullable [] arguments) {
        if (arguments == null) {
            return null;
        }
        var types = method.getParameterTypes();
        var passed = new @Nullable Object[arguments.length];
        for (int i = 0; i < passed.length; i++) {
            passed[i] = argument(arguments[i], types[i], 0);
        }
        return passed;
    }

    /// The object behind a proxy of this offload; of what may contain some, one that contains the
    /// objects behind them.
    private @Nullable Object argument(@Nullable Object given, Class<?> expected, int depth) {
        if (given == null) {
            return null;
        }
        var behind = behind(given);
        if (behind != null) {
            return expected.isInstance(behind.target) ? behind.target : given;
        }
        if (given instanceof Iterator<?> iterator && expected == Iterator.class) {
            return new Arguments(iterator);
        }
        if (given instanceof Stream<?> stream && expected == Stream.class) {
            return stream.map(element -> argument(element, Object.class, 1));
        }
        return Containers.changed(given, expected, depth, this::argument);
    }

    /// The elements of an iterator, as arguments.
    private final class Arguments implements Iterator<@Nullable Object> {
        private final Iterator<?> given;

        Arguments(Iterator<?> given) {
            this.given = given;
        }

        @Override
        public boolean hasNext() {
            return given.hasNext();
        }

        @Override
        public @Nullable Object next() {
            return argument(given.next(), Object.class, 1);
        }

        @Override
        public void remove() {
            given.remove();
        }
    }

    // ---- what comes back

    private @Nullable Object returned(@Nullable Object result, Class<?> declared, Object proxy) {
        if (result == target && declared.isInstance(proxy)) {
            return proxy;
        }
        return wrapped(result, declared, 0);
    }

    /// A proxy of a result, or of what is in it. Called on a thread of the offload.
    private @Nullable Object wrapped(@Nullable Object result, Class<?> declared, int depth) {
        if (result == null || behind(result) != null) {
            return result;
        }
        for (var type : results) {
            if (type.isInstance(result) && declared.isAssignableFrom(type)) {
                return proxy(type, result);
            }
        }
        if (result instanceof Stream<?> stream && declared == Stream.class) {
            return stream(stream);
        }
        boolean lazy =
                declared == Iterator.class
                        || declared == Enumeration.class
                        || (declared == Iterable.class && !(result instanceof Collection));
        return lazy
                ? proxy(declared, result)
                : Containers.changed(result, declared, depth, this::wrapped);
    }

    private Object proxy(Class<?> type, Object result) {
        return wrap(type, new OffloadProxy(offload, result, results));
    }

    /// Each step of the stream is offloaded; what is done with the elements is not.
    private Stream<?> stream(Stream<?> result) {
        var steps = (Iterator<?>) proxy(Iterator.class, result.iterator());
        var elements = Spliterators.spliteratorUnknownSize(steps, Spliterator.ORDERED);
        return StreamSupport.stream(elements, false).onClose(() -> offload.run(result::close));
    }

    /// What is behind a proxy of this offload; null if it is none.
    private @Nullable OffloadProxy behind(Object thing) {
        return thing instanceof Proxy
                        && Proxy.getInvocationHandler(thing) instanceof OffloadProxy behind
                        && behind.offload == offload
                ? behind
                : null;
    }
}
