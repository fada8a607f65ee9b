// SPDX-License-Identifier: Apache-2.0
package io.eventlet.examples;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.util.List;

/// What is printed, from its making until it is closed.
final class Console implements AutoCloseable {
    private final PrintStream original = System.out;
    private final ByteArrayOutputStream printed = new ByteArrayOutputStream();

    Console() {
        System.setOut(new PrintStream(printed, true, UTF_8));
    }

    List<String> lines() {
        return printed.toString(UTF_8).lines().toList();
    }

    @Override
    public void close() {
        System.setOut(original);
    }
}
