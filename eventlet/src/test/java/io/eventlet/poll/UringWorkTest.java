// SPDX-License-Identifier: Apache-2.0
package io.eventlet.poll;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.eventlet.os.EventFd;
import io.eventlet.os.Sockets;
import io.eventlet.os.Uring;
import io.eventlet.testing.Until;
import io.eventlet.testing.junit.NoLeaks;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;

import java.io.IOException;
import java.util.Arrays;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.FutureTask;

@Tag("hub-only")
@Timeout(60)
@ExtendWith(NoLeaks.class)
class UringWorkTest {
    private static final DescriptorSet.Listener NOBODY = (_, _, _, _) -> {};

    private final UringWatches watches = new UringWatches();
    private final PoorQueue wanted = new PoorQueue();
    private EpollSet polled;
    private int wakeups;
    private UringSet set; // for watches alone
    private UringStreams streams;
    private UringWork work;

    /// One for which there may be no memory.
    @SuppressWarnings("serial")
    private static final class PoorQueue extends ConcurrentLinkedQueue<UringWatch> {
        private boolean fails;

        @Override
        public boolean add(UringWatch watch) {
            if (fails) {
                fails = false;
                throw new OutOfMemoryError("as asked");
            }
            return super.add(watch);
        }
    }

    @BeforeEach
    void open() throws IOException {
        polled = EpollSet.openToBePolled();
        wakeups = EventFd.create();
        set = UringSet.open();
        streams = new UringStreams(set);
        var shape = new UringWork.Shape(64, 256, UringWork.Shape.LIMIT, true);
        var ring = Uring.open(shape.requests(), shape.completions());
        work = new UringWork(ring, polled, wakeups, watches, wanted, shape);
    }

    @AfterEach
    void closeAll() {
        work.end();
        set.close();
        polled.close();
        Sockets.close(wakeups);
        streams.close();
    }

    private UringStreams.Stream watched() {
        var stream = streams.open();
        var watch = UringWatch.ofStream(set, stream.mine(), 1, stream.inflow());
        watches.exchange(stream.mine(), watch);
        stream.inflow().arm();
        watch.isWanted = true;
        wanted.add(watch);
        return stream;
    }

    @Test
    void aTakeoverForWhichThereIsNoMemoryIsTriedAgain() {
        work.takeOver(NOBODY);
        var first = watched();
        var second = watched();
        work.look(0, NOBODY);
        wanted.fails = true;
        assertThatThrownBy(() -> work.takeOver(NOBODY)).isInstanceOf(OutOfMemoryError.class);

        work.takeOver(NOBODY);

        work.look(0, NOBODY);
        first.send("first");
        second.send("second");
        while (first.inflow().unread() == 0 || second.inflow().unread() == 0) {
            work.look(-1, NOBODY);
        }
        assertThat(first.read()).isEqualTo(5);
        assertThat(second.read()).isEqualTo(6);
    }

    /// Each is kept by itself, which takes far more than its bytes.
    @Test
    void aStreamOfManySmallPiecesIsReceivedForAgainOnceItIsRead() {
        work.takeOver(NOBODY);
        var stream = watched();
        work.look(0, NOBODY);
        int sent = 0;
        while (stream.inflow().isArmed() && sent < 10_000) {
            stream.send("x");
            sent++;
            work.look(0, NOBODY);
        }
        assertThat(stream.inflow().isArmed()).isFalse();
        stream.send("last");

        int read = 0;
        for (int n; (n = stream.read()) > 0; ) {
            read += n;
        }

        assertThat(read).isEqualTo(sent + 4);
    }

    /// They are woken when a hub is closed, and may find then that the ring receives still.
    @Test
    void readersAreToldThatTheRingReceivesNoMore() throws Exception {
        work.takeOver(NOBODY);
        var stream = watched();
        work.look(0, NOBODY);
        var reading =
                new FutureTask<>(() -> {
                    var ignored = stream.owner().awaitInput(PolledDescriptor.NEVER);
                    return stream.inflow().isArmed();
                });
        var reader = Thread.ofPlatform().daemon().start(reading);
        Until.waiting(reader);

        work.end();

        assertThat(reading.get()).isFalse();
    }

    /// As when the loop sees that it was removed after it has said where the request will be.
    @Test
    void whoRemovesAStreamDoesNotWaitForARequestThatIsTakenBack() throws Exception {
        var shared = work.shared;
        work.takeOver(NOBODY);
        var watch = UringWatch.ofStream(set, 1, 1, streams.open().inflow());
        watch.noteRequest(new UringWatch.Request(shared, 0));
        var dropping = new FutureTask<>(() -> work.drop(watch));
        var dropper = Thread.ofPlatform().daemon().start(dropping);
        Until.holds(() -> isAwaitingTaken(dropper));

        watch.request = null;

        assertThat(dropping.get()).isTrue();
    }

    private static boolean isAwaitingTaken(Thread thread) {
        return Arrays.stream(thread.getStackTrace())
                .anyMatch(frame -> frame.getMethodName().equals("awaitTaken"));
    }

    @Test
    void whatARingThatIsClosedHadMayBeHeldForAMoment() {
        work.takeOver(NOBODY);
        var stream = watched();
        work.look(0, NOBODY);
        var watch = watches.get(stream.mine());
        stream.inflow().end(0); // so that it is not asked for again
        work.takeOver(NOBODY);

        assertThat(work.drop(watch)).isFalse();
    }
}
