// SPDX-License-Identifier: Apache-2.0
package io.eventlet;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestReporter;
import org.junit.jupiter.api.Timeout;

import java.util.ArrayList;
import java.util.List;

/// What becomes of hubs when there is no memory for a moment: [MemoryPressure], in a JVM with
/// little.
@Tag("stress")
@Tag("hub-only")
@Timeout(600)
class MemoryPressureStressTest {
    @Test
    void everybodyGoesOnOnceThereIsMemoryAgain(TestReporter reporter) throws Exception {
        long seed = Chaos.seed(reporter);
        var command = new ArrayList<>(ChildJvm.command(MemoryPressure.class));
        command.addAll(1, List.of("-Xmx48m", "-Deventlet.deadlock=ignore"));
        command.addAll(List.of(String.valueOf(seed), String.valueOf(Chaos.items(20_000) / 200)));

        var process = new ProcessBuilder(command).redirectErrorStream(true).start();
        String output;
        try (var in = process.inputReader()) {
            output = in.readAllAsString();
        }

        assertThat(process.waitFor()).as(output).isZero();
    }
}
