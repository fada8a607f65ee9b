// SPDX-License-Identifier: Apache-2.0
package io.eventlet.patch;

import io.eventlet.foreign.ForeignWaits;
import io.eventlet.foreign.JdkPackages;

import org.jspecify.annotations.Nullable;

import java.io.IOException;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import java.lang.invoke.VarHandle;
import java.lang.reflect.Field;
import java.util.function.IntPredicate;

/// The pollers by which the JDK's virtual threads wait for descriptors, and ours in their places:
/// the one class of this module that reaches into the JDK.
///
/// Not thread-safe.
final class JdkPollers {
    /*
     * A virtual thread that has to wait for a descriptor calls Poller.poll. The JDK takes one of its
     * read or write pollers by the descriptor's number, or the master poller for a selector, puts
     * the thread into the map of that one, has it begin to poll the descriptor, and parks the
     * thread. The poller's own thread unparks it, and who closes the socket does.
     *
     * One of ours stands before each of the JDK's. If the thread is on a hub it has the hub poll the
     * descriptor; else it has the one behind it do that. Both share one map. So whoever looks for a
     * thread in either finds it: one that waits while ours come or go is woken as before.
     *
     * What is used of java.base: the static field with the pollers, their fields masterPoller,
     * readPollers and writePollers, the field map of each (final, and the first as well: so they are
     * written by jdk.internal.misc.Unsafe), and the methods that PollerShape names.
     */
    private final Object holder;
    private final Unsafe unsafe;
    private final Field map;
    private final Field master;
    private final MethodHandle constructor;
    private final @Nullable Object[] readers;
    private final @Nullable Object[] writers;

    // what is behind ours; null in places that the JDK does not use
    private final @Nullable Object masterBefore;
    private final @Nullable Object[] readersBefore;
    private final @Nullable Object[] writersBefore;

    private JdkPollers(Class<?> poller) throws ReflectiveOperationException {
        var shape = PollerShape.of(poller);
        holder = valueOf(field(poller, shape.holder), null);
        unsafe = Unsafe.find();
        map = field(poller, "map");
        master = field(holder.getClass(), "masterPoller");
        readers = (Object[]) valueOf(field(holder.getClass(), "readPollers"), holder);
        writers = (Object[]) valueOf(field(holder.getClass(), "writePollers"), holder);
        constructor =
                PollerClass.constructor(
                        MethodHandles.privateLookupIn(poller, MethodHandles.lookup()), shape);
        masterBefore = master.get(holder);
        readersBefore = readers.clone();
        writersBefore = writers.clone();
    }

    /// Finds those of this JVM. Whatever it throws says what is missing.
    static JdkPollers find() throws ReflectiveOperationException {
        var poller = Class.forName("sun.nio.ch.Poller");
        var module = JdkPollers.class.getModule();
        if (!poller.getModule().isOpen(poller.getPackageName(), module)
                && !JdkPackages.open(poller, module)) {
            throw new IllegalAccessException("java.base does not open sun.nio.ch");
        }
        return new JdkPollers(poller);
    }

    private static Field field(Class<?> of, String name) throws ReflectiveOperationException {
        var field = of.getDeclaredField(name);
        field.setAccessible(true);
        return field;
    }

    private static Object valueOf(Field field, @Nullable Object of)
            throws ReflectiveOperationException {
        var value = field.get(of);
        if (value == null) {
            throw new NoSuchFieldException(field + " is null");
        }
        return value;
    }

    /// What the JDK uses without us.
    String before() {
        return "%d pollers of the JDK for reading, %d for writing%s"
                .formatted(
                        readersBefore.length,
                        writersBefore.length,
                        masterBefore == null ? "" : ", behind one on a thread of its own");
    }

    /// Puts ours in their places. A thread that waits meanwhile goes on waiting as it does.
    void install() throws ReflectiveOperationException {
        IntPredicate beginRead = JdkPollers::beginRead;
        IntPredicate endRead = JdkPollers::endRead;
        IntPredicate beginWrite = JdkPollers::beginWrite;
        IntPredicate endWrite = JdkPollers::endWrite;
        var newMaster = masterBefore == null ? null : before(masterBefore, beginRead, endRead);
        var newReaders = new Object[readers.length];
        for (int i = 0; i < readers.length; i++) {
            newReaders[i] = before(readersBefore[i], beginRead, endRead);
        }
        var newWriters = new Object[writers.length];
        for (int i = 0; i < writers.length; i++) {
            newWriters[i] = before(writersBefore[i], beginWrite, endWrite);
        }
        put(newMaster, newReaders, newWriters);
    }

    /// Puts the JDK's back. Who waits by one of ours looks again, and goes on waiting by one of
    /// those.
    void remove() throws ReflectiveOperationException {
        put(masterBefore, readersBefore, writersBefore);
        ForeignWaits.wakeAll();
    }

    private void put(
            @Nullable Object newMaster,
            @Nullable Object[] newReaders,
            @Nullable Object[] newWriters)
            throws ReflectiveOperationException {
        VarHandle.fullFence(); // they are seen whole
        System.arraycopy(newReaders, 0, readers, 0, readers.length);
        System.arraycopy(newWriters, 0, writers, 0, writers.length);
        if (newMaster != null) {
            unsafe.put(holder, master, newMaster);
        }
    }

    private Object before(@Nullable Object original, IntPredicate begin, IntPredicate end)
            throws ReflectiveOperationException {
        Object made;
        try {
            made = constructor.invoke(original, begin, end);
        } catch (Throwable e) {
            throw new ReflectiveOperationException("no poller before that of the JDK", e);
        }
        unsafe.put(made, map, valueOf(map, original));
        return made;
    }

    // ---- what ours call

    private static boolean beginRead(int descriptor) {
        return begin(descriptor, false);
    }

    private static boolean endRead(int descriptor) {
        return ForeignWaits.end(descriptor, false);
    }

    private static boolean beginWrite(int descriptor) {
        return begin(descriptor, true);
    }

    private static boolean endWrite(int descriptor) {
        return ForeignWaits.end(descriptor, true);
    }

    private static boolean begin(int descriptor, boolean forWriting) {
        try {
            return ForeignWaits.begin(descriptor, forWriting);
        } catch (IOException e) {
            throw JdkPollers.<RuntimeException>unchecked(e);
        }
    }

    /// The method of the JDK that is ours does throw it.
    @SuppressWarnings({"unchecked", "TypeParameterUnusedInFormals"})
    private static <E extends Throwable> E unchecked(IOException e) throws E {
        throw (E) e;
    }

    /// Writes final fields of the JDK.
    private record Unsafe(Object unsafe, MethodHandle offset, MethodHandle write) {
        static Unsafe find() throws ReflectiveOperationException {
            var type = Class.forName("jdk.internal.misc.Unsafe");
            if (!JdkPackages.open(type, JdkPollers.class.getModule())) {
                throw new IllegalAccessException("java.base does not open jdk.internal.misc");
            }
            var inside = MethodHandles.privateLookupIn(type, MethodHandles.lookup());
            var get = MethodType.methodType(type);
            try {
                Object unsafe =
                        (Object)
                                inside.findStatic(type, "getUnsafe", get)
                                        .asType(get.changeReturnType(Object.class))
                                        .invokeExact();
                return new Unsafe(
                        unsafe,
                        inside.findVirtual(
                                type,
                                "objectFieldOffset",
                                MethodType.methodType(long.class, Field.class)),
                        inside.findVirtual(
                                type,
                                "putReferenceVolatile",
                                MethodType.methodType(
                                        void.class, Object.class, long.class, Object.class)));
            } catch (ReflectiveOperationException e) {
                throw e;
            } catch (Throwable e) {
                throw new ReflectiveOperationException("no Unsafe", e);
            }
        }

        void put(Object into, Field field, Object value) throws ReflectiveOperationException {
            try {
                long at = (long) offset.invoke(unsafe, field);
                write.invoke(unsafe, into, at, value);
            } catch (Throwable e) {
                throw new ReflectiveOperationException("cannot write " + field, e);
            }
        }
    }
}
