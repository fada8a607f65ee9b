// SPDX-License-Identifier: Apache-2.0
package io.eventlet.hub;

import static org.assertj.core.api.Assertions.assertThat;

import io.eventlet.hub.AwakeHubs.Room;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class AwakeHubsTest {
    private int current; // the processor that threads are on
    private final AwakeHubs hubs = new AwakeHubs(2, () -> current);
    private final Inbox hub = opened();

    private Inbox opened() {
        var opened = new Inbox();
        hubs.add(opened);
        return opened;
    }

    @Test
    void aHubWithAProcessorOfItsOwnHasRoom() {
        opened().noteProcessor(1);

        assertThat(hubs.room(hub)).isEqualTo(Room.OWN);
    }

    @Test
    void aHubIsToldThatAnotherIsAwakeOnItsProcessor() {
        opened().noteProcessor(0);

        assertThat(hubs.room(hub)).isEqualTo(Room.SHARED);
    }

    @Test
    void oneThatSleepsTakesNoRoom() {
        var sleeping = opened();
        sleeping.noteProcessor(0);
        boolean ignored = sleeping.sleep();

        assertThat(hubs.room(hub)).isEqualTo(Room.OWN);
    }

    @Test
    void thereIsNoRoomWithMoreAwakeThanProcessors() {
        opened().noteProcessor(1);
        opened().noteProcessor(1);

        assertThat(hubs.room(hub)).isEqualTo(Room.NONE);
    }

    @Test
    void oneThatWasClosedTakesNoRoom() {
        opened().noteProcessor(1);
        var closed = opened();

        hubs.remove(closed);

        assertThat(hubs.room(hub)).isEqualTo(Room.OWN);
    }

    @Test
    void thereIsNoRoomOnOneProcessor() {
        var alone = new AwakeHubs(1, () -> 0);
        alone.add(hub);

        assertThat(alone.room(hub)).isEqualTo(Room.NONE);
    }

    @Test
    void whereProcessorsAreUnknownNoneIsShared() {
        current = -1;
        opened().noteProcessor(-1);

        assertThat(hubs.room(hub)).isEqualTo(Room.OWN);
    }
}
