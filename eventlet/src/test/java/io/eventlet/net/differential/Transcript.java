// SPDX-License-Identifier: Apache-2.0
package io.eventlet.net.differential;

import io.eventlet.net.differential.Operations.Operation;
import io.eventlet.net.differential.Scene.Kind;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/// What a row of operations has answered.
record Transcript(List<String> answers) {
    private static final Map<List<Operation>, Transcript> OF_JDK = new ConcurrentHashMap<>();

    /// What sockets of the JDK answer, done once for all kinds that are compared with them.
    static Transcript ofJdk(List<Operation> operations) throws IOException {
        var known = OF_JDK.get(operations);
        if (known == null) {
            known = of(Kind.JDK, operations);
            OF_JDK.put(List.copyOf(operations), known);
        }
        return known;
    }

    static Transcript of(Kind kind, List<Operation> operations) throws IOException {
        var answers = new ArrayList<String>();
        try (var scene = new Scene(kind)) {
            for (var operation : operations) {
                answers.add(answer(scene, operation));
            }
        }
        return new Transcript(List.copyOf(answers));
    }

    private static String answer(Scene scene, Operation operation) {
        try {
            return comparable(String.valueOf(operation.action().perform(scene)));
        } catch (Exception e) {
            return comparable(e.getClass().getName() + ": " + e.getMessage());
        }
    }

    /// Without ports, which differ, and names: of the class, and that the address has in memory.
    private static String comparable(String text) {
        return text.replaceAll("\\d{4,}", "PORT")
                .replaceAll("@[0-9a-f]+", "")
                .replace("Green", "")
                .replace("localhost/", "/");
    }
}
