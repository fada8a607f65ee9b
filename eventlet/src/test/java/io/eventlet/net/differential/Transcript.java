// SPDX-License-Identifier: Apache-2.0
package io.eventlet.net.differential;

import io.eventlet.net.differential.Operations.Operation;
import io.eventlet.net.differential.Scene.Kind;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/// What a row of operations has answered.
record Transcript(List<String> answers) {
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
