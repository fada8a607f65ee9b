// SPDX-License-Identifier: Apache-2.0
package io.eventlet.cli.demo;

import static org.assertj.core.api.Assertions.assertThat;

import io.eventlet.cli.display.Look;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

class PlaybillTest {
    private static final Scene SCENE =
            new Scene(
                    10_000,
                    Duration.ofMillis(1640),
                    Duration.ofMinutes(88),
                    Duration.ofMillis(140),
                    List.of("all connected after 48 ms, then each thinks and speaks again"),
                    true);

    private static List<String> all(Playbill bill) {
        List<String> lines = new ArrayList<>();
        lines.addAll(
                bill.head("Three patterns, one process", List.of("hub mode · epoll · JDK 25")));
        lines.addAll(bill.title(2, new ServerAct(DemoPlan.of(1, 1, Duration.ZERO, 10))));
        lines.addAll(bill.scene(SCENE));
        lines.addAll(bill.foot(List.of("All in 8.0 s", "processor time 5.2 s")));
        return lines.stream().map(line -> line.replaceAll("\u001b\\[[0-9;]*m", "")).toList();
    }

    @ParameterizedTest
    @ValueSource(ints = {40, 57, 58, 66, 80, 200})
    void noLineIsLongerThanTheScreenIsWide(int columns) {
        assertThat(all(new Playbill(new Look(true, true), columns)))
                .allMatch(line -> line.length() < columns && line.length() <= 78);
        assertThat(all(new Playbill(Look.PLAIN, columns)))
                .allMatch(line -> line.length() < columns && line.length() <= 78);
    }

    @ParameterizedTest
    @CsvSource({"1000,100,60", "152,70,60", "90,39,39", "0,1,1"})
    void noMoreAreAtOnceThanThereAreDescriptorsFor(long descriptors, int client, int dispatch) {
        var plan = DemoPlan.of(1, 1, Duration.ZERO, 10).within(descriptors);

        assertThat(plan.clientConcurrency()).isEqualTo(client);
        assertThat(plan.dispatchLimit()).isEqualTo(dispatch);
    }
}
