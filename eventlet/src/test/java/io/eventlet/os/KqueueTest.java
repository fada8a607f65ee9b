// SPDX-License-Identifier: Apache-2.0
package io.eventlet.os;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;
import static java.lang.foreign.ValueLayout.JAVA_SHORT;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// The structure of kqueue as sys/event.h of each system has it.
class KqueueTest {
    private static final long TOKEN = 0x1122334455667788L;

    @ParameterizedTest
    @CsvSource({"MACOS, 32", "FREEBSD, 64", "LIBKQUEUE, 32"})
    void fieldsAreWhereTheSystemHasThem(Kqueue.Layout layout, long size) {
        var changes = new Kqueue.Events(layout, 2);

        changes.with(3, Kqueue.EVFILT_READ, Kqueue.EV_ADD | Kqueue.EV_CLEAR, 0, 1)
                .with(7, Kqueue.EVFILT_WRITE, Kqueue.EV_DELETE, Kqueue.NOTE_TRIGGER, TOKEN);

        var second = changes.memory().asSlice(size, size);
        assertThat(changes.memory().byteSize()).isEqualTo(2 * size);
        assertThat(second.get(JAVA_LONG, 0)).isEqualTo(7);
        assertThat(second.get(JAVA_SHORT, 8)).isEqualTo((short) -2);
        assertThat(second.get(JAVA_SHORT, 10)).isEqualTo((short) 2);
        assertThat(second.get(JAVA_INT, 12)).isEqualTo(0x0100_0000);
        assertThat(second.get(JAVA_LONG, 16)).isZero();
        assertThat(second.get(JAVA_LONG, 24)).isEqualTo(TOKEN);
    }

    @ParameterizedTest
    @CsvSource({"MACOS", "FREEBSD", "LIBKQUEUE"})
    void eventsAreReadBack(Kqueue.Layout layout) {
        var events = new Kqueue.Events(layout, 2);

        events.with(3, Kqueue.EVFILT_WRITE, Kqueue.EV_EOF, 0, -1)
                .with(7, Kqueue.EVFILT_READ, Kqueue.EV_ERROR, 0, TOKEN);

        assertThat(events.filter(0)).isEqualTo(Kqueue.EVFILT_WRITE);
        assertThat(events.flags(0)).isEqualTo(Kqueue.EV_EOF);
        assertThat(events.token(0)).isEqualTo(-1);
        assertThat(events.filter(1)).isEqualTo(Kqueue.EVFILT_READ);
        assertThat(events.flags(1)).isEqualTo(Kqueue.EV_ERROR);
        assertThat(events.token(1)).isEqualTo(TOKEN);
    }

    @Test
    void eventsOfOnesOwnHaveTheFilterOfTheSystem() {
        assertThat(Kqueue.Layout.MACOS.user()).isEqualTo((short) -10);
        assertThat(Kqueue.Layout.FREEBSD.user()).isEqualTo((short) -11);
        assertThat(Kqueue.Layout.LIBKQUEUE.user()).isEqualTo((short) -11);
    }

    @ParameterizedTest
    @CsvSource({
        ", , MACOS, MACOS",
        ", , FREEBSD, FREEBSD",
        ", libkqueue.so.0, LINUX, LIBKQUEUE",
        "freebsd, kqueue.so, LINUX, FREEBSD",
        "libkqueue, libkqueue.so.0, LINUX, LIBKQUEUE",
        "MacOS, , LINUX, MACOS",
    })
    void theLayoutIsTheOneAskedForOrThatOfTheSystem(
            @Nullable String asked,
            @Nullable String library,
            Platform platform,
            Kqueue.Layout expected) {
        assertThat(Kqueue.Layout.of(asked, library, platform)).isEqualTo(expected);
    }

    @Test
    void aLayoutThatThereIsNotIsRefusedWithThoseThereAre() {
        assertThatThrownBy(() -> Kqueue.Layout.of("linux", null, Platform.LINUX))
                .isInstanceOf(IllegalStateException.class)
                .hasMessage("-Deventlet.kqueue.layout=linux: expected macos, freebsd or libkqueue");
    }

    @Test
    void linuxHasNoLayoutWithoutALibrary() {
        assertThatThrownBy(() -> Kqueue.Layout.of(null, null, Platform.LINUX))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageStartingWith("it is known of macOS and FreeBSD, and this is ");
    }
}
