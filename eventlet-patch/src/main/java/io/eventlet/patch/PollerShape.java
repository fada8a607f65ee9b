// SPDX-License-Identifier: Apache-2.0
package io.eventlet.patch;

import java.lang.reflect.Field;
import java.lang.reflect.Modifier;
import java.util.Arrays;
import java.util.List;

/// How a JDK names what is in its `sun.nio.ch.Poller`.
enum PollerShape {
    /// As in JDK 25 and 26.
    OF_JDK_25("POLLERS", "implRegister", "implDeregister"),

    /// As in JDK 27.
    OF_JDK_27("POLLER_GROUP", "implStartPoll", "implStopPoll");

    /// The static field with the pollers.
    final String holder;

    /// The methods by which a poller begins and ends a wait for a descriptor.
    final String start;

    final String stop;

    PollerShape(String holder, String start, String stop) {
        this.holder = holder;
        this.start = start;
        this.stop = stop;
    }

    /// That of this JDK, which has its methods.
    static PollerShape of(Class<?> poller) throws ReflectiveOperationException {
        var shape = byHolder(poller);
        var start = poller.getDeclaredMethod(shape.start, int.class);
        var stop = poller.getDeclaredMethod(shape.stop, int.class, boolean.class);
        for (var method : List.of(start, stop)) {
            if (!Modifier.isAbstract(method.getModifiers())) {
                throw new NoSuchMethodException(method + " is not one to be extended by");
            }
        }
        return shape;
    }

    private static PollerShape byHolder(Class<?> poller) throws NoSuchFieldException {
        var names = Arrays.stream(poller.getDeclaredFields()).map(Field::getName).toList();
        return Arrays.stream(values())
                .filter(shape -> names.contains(shape.holder))
                .findFirst()
                .orElseThrow(() ->
                        new NoSuchFieldException(
                                "no pollers in %s of JDK %s"
                                        .formatted(poller.getName(), Runtime.version())));
    }
}
