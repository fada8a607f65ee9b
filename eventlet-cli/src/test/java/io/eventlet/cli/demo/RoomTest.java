// SPDX-License-Identifier: Apache-2.0
package io.eventlet.cli.demo;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

import java.util.OptionalLong;

class RoomTest {
    private static final OptionalLong UNKNOWN = OptionalLong.empty();

    @Test
    void asManyAsWantedWhereNothingForbidsIt() {
        assertThat(Room.of(10_000, UNKNOWN, UNKNOWN, UNKNOWN).connections()).isEqualTo(10_000);
        assertThat(
                        Room.of(
                                        10_000,
                                        OptionalLong.of(100_000),
                                        OptionalLong.of(50),
                                        OptionalLong.of(28_232))
                                .reason())
                .isEmpty();
    }

    @Test
    void descriptorsBoundThemTwoAConnection() {
        Room room =
                Room.of(
                        10_000,
                        OptionalLong.of(1024),
                        OptionalLong.of(60),
                        OptionalLong.of(28_232));

        assertThat(room.connections()).isEqualTo(450);
        assertThat(room.reason())
                .hasValue(
                        "10,000 wanted, 450 used: this process may have 1,024 descriptors (ulimit"
                                + " -n), two a connection");
    }

    @Test
    void portsBoundThem() {
        Room room =
                Room.of(
                        10_000,
                        OptionalLong.of(100_000),
                        OptionalLong.of(60),
                        OptionalLong.of(1000));

        assertThat(room.connections()).isEqualTo(900);
        assertThat(room.reason().orElseThrow()).contains("1,000 ephemeral ports");
    }
}
