// SPDX-License-Identifier: Apache-2.0
package io.eventlet.foreign;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.eventlet.Eventlet;
import io.eventlet.Eventually;
import io.eventlet.GreenThread;
import io.eventlet.TaskFailed;
import io.eventlet.hub.Hub;
import io.eventlet.os.EventFd;
import io.eventlet.os.Sockets;
import io.eventlet.testing.Simulation;
import io.eventlet.testing.junit.NoLeaks;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;

import java.io.IOException;
import java.util.concurrent.locks.LockSupport;

/// What a green thread does that waits for a descriptor of others: here that of an eventfd.
@Tag("hub-only")
@Timeout(60)
@ExtendWith(NoLeaks.class)
class ForeignWaitsTest {
    private int descriptor = EventFd.create();

    @AfterEach
    void close() {
        Sockets.close(descriptor);
    }

    /// Parks once, between begin and end.
    private boolean await(boolean forWriting) throws IOException {
        boolean begun = ForeignWaits.begin(descriptor, forWriting);
        LockSupport.park();
        boolean ended = ForeignWaits.end(descriptor, forWriting);
        return begun && ended;
    }

    private GreenThread<Boolean> waitingOn(Hub hub) {
        var waiting = Eventlet.spawnOn(hub, () -> await(false));
        Eventually.until(() -> ForeignWaits.isIn(waiting.thread()));
        return waiting;
    }

    @Test
    void aThreadIsUnparkedWhenItsDescriptorCanBeRead() {
        var waiting = waitingOn(Hub.main());

        EventFd.signal(descriptor);

        assertThat(waiting.await()).isTrue();
    }

    @Test
    void aThreadIsUnparkedWhenItsDescriptorCanBeWritten() {
        var waiting = Eventlet.spawn(() -> await(true));

        assertThat(waiting.await()).isTrue();
    }

    @Test
    void whatWasReadyBeforeTheWaitEndsIt() {
        EventFd.signal(descriptor);

        var waiting = Eventlet.spawn(() -> await(false));

        assertThat(waiting.await()).isTrue();
    }

    @Test
    void eachWaitIsForOneEvent() {
        EventFd.signal(descriptor); // nobody reads it: it stays ready
        for (int i = 0; i < 3; i++) {
            var waiting = Eventlet.spawn(() -> await(false));

            assertThat(waiting.await()).isTrue();
        }
    }

    @Test
    void threadsOnNoHubHaveToBePolledForElsewhere() throws IOException {
        assertThat(ForeignWaits.begin(descriptor, false)).isFalse();
        assertThat(ForeignWaits.end(descriptor, false)).isFalse();
    }

    @Test
    void aHubWithANetworkOfItsOwnDoesNotPollDescriptors() throws Exception {
        Simulation.inOrder().run(() -> assertThat(ForeignWaits.begin(descriptor, false)).isFalse());
    }

    @Test
    void aNumberThatIsNoDescriptorIsAnError() {
        var waiting = Eventlet.spawn(() -> ForeignWaits.begin(1_000_000, false));

        assertThatThrownBy(waiting::await)
                .isInstanceOf(TaskFailed.class)
                .hasRootCauseMessage("Cannot wait for descriptor 1000000: Bad file descriptor");
        assertThat(ForeignWaits.isIn(waiting.thread())).isFalse();
    }

    @Test
    void aNumberBeyondAllDescriptorsIsLeftToOthers() {
        var waiting = Eventlet.spawn(() -> ForeignWaits.begin(Integer.MAX_VALUE, false));

        assertThat(waiting.await()).isFalse();
    }

    @Test
    void oneWaitsForEachSideOfADescriptor() {
        var reading = waitingOn(Hub.main());

        var writing = Eventlet.spawn(() -> await(true)); // is ready, and wakes both

        assertThat(writing.await()).isTrue();
        assertThat(reading.await()).isTrue();
    }

    @Test
    void aWaitThatEndsUnwokenLeavesTheOtherSideWaiting() {
        var begun =
                Eventlet.spawn(() -> {
                    boolean first = ForeignWaits.begin(descriptor, false);
                    return first && ForeignWaits.end(descriptor, false);
                });
        var ignored = begun.await();
        var waiting = waitingOn(Hub.main());

        EventFd.signal(descriptor);

        assertThat(waiting.await()).isTrue();
    }

    @Test
    void allCanBeWokenForNothing() {
        var waiting = waitingOn(Hub.main());

        ForeignWaits.wakeAll();

        assertThat(waiting.await()).isTrue();
    }

    /// The kernel forgets a descriptor when it is closed, and we are not told.
    @Test
    void aNumberThatIsGivenAgainIsAnotherDescriptor() {
        int number = descriptor;
        EventFd.signal(descriptor);
        var first = Eventlet.spawn(() -> await(false)).await();
        Sockets.close(descriptor);
        descriptor = EventFd.create();

        var waiting = waitingOn(Hub.main());
        EventFd.signal(descriptor);

        assertThat(descriptor).isEqualTo(number);
        assertThat(first).isTrue();
        assertThat(waiting.await()).isTrue();
    }

    @Test
    void aHubThatIsClosedWakesThem() throws InterruptedException {
        var hub = Hub.start("closed");
        var waiting = new Thread[1];
        Eventlet.spawnOn( // a thread that the hub does not tell
                        hub,
                        () ->
                                waiting[0] =
                                        Thread.startVirtualThread(() -> {
                                            try {
                                                await(false);
                                            } catch (IOException e) {
                                                throw new IllegalStateException(e);
                                            }
                                        }))
                .await();
        Eventually.until(() -> ForeignWaits.isIn(waiting[0]));

        hub.close();

        waiting[0].join();
        assertThat(ForeignWaits.isIn(waiting[0])).isFalse();
    }
}
