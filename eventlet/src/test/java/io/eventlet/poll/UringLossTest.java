// SPDX-License-Identifier: Apache-2.0
package io.eventlet.poll;

import static org.assertj.core.api.Assertions.assertThat;

import io.eventlet.os.Errno;
import io.eventlet.poll.UringStreams.Stream;
import io.eventlet.testing.junit.NoLeaks;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;

/// A ring that is given up while the kernel keeps completions for which it had no room.
@Tag("hub-only")
@Timeout(60)
@ExtendWith(NoLeaks.class)
class UringLossTest {
    private static final DescriptorSet.Listener NOBODY = (_, _, _, _) -> {};
    private static final int STREAMS = 40;

    private UringSet set;
    private UringStreams streams;
    private final CountDownLatch release = new CountDownLatch(1);

    @AfterEach
    void closeAll() {
        release.countDown();
        set.close();
        streams.close();
    }

    private void open(UringWork.Shape shape) throws IOException {
        set = UringSet.open(shape);
        streams = new UringStreams(set);
    }

    /// Has a thread look, and then close other streams while these get something each time: it
    /// enters the ring and takes nothing.
    private List<Stream> receivingWhileOthersAreClosed(int times) throws InterruptedException {
        var all = new ArrayList<Stream>();
        var others = new ArrayList<Stream>();
        var done = new CountDownLatch(1);
        Thread.ofPlatform()
                .daemon()
                .start(() -> {
                    set.await(0, NOBODY);
                    for (int i = 0; i < STREAMS; i++) {
                        all.add(streams.armed(set));
                        others.add(streams.armed(set));
                    }
                    for (int i = 0; i < 4 * STREAMS; i++) { // a small ring takes a few each time
                        set.await(0, NOBODY);
                    }
                    for (int i = 0; i < times; i++) {
                        all.forEach(each -> each.send("12345678"));
                        set.remove(others.get(i).mine());
                    }
                    done.countDown();
                    awaitRelease();
                });
        done.await();
        return all;
    }

    private void awaitRelease() {
        try {
            release.await();
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    private void takeOver() {
        for (int i = 0; i < 4 * STREAMS; i++) {
            set.await(0, NOBODY);
        }
    }

    private static int readAll(Stream stream) {
        int sum = 0;
        for (int n; (n = stream.read()) != -Errno.EAGAIN; sum += n) {
            assertThat(n).isPositive();
        }
        return sum;
    }

    @Test
    void closingManyStreamsBeforeATakeoverLosesNothing() throws Exception {
        open(new UringWork.Shape(64, 256, UringWork.Shape.LIMIT, true));
        var all = receivingWhileOthersAreClosed(STREAMS);

        takeOver();

        assertThat(all).allSatisfy(each -> assertThat(readAll(each)).isEqualTo(8 * STREAMS));
    }

    /// What comes afterwards is not to be taken for what follows what came before.
    @Test
    void streamsOfWhichATakeoverMayHaveLostBytesAreBrokenOff() throws Exception {
        open(new UringWork.Shape(16, 16, UringWork.Shape.LIMIT, true));
        var all = receivingWhileOthersAreClosed(1);

        takeOver();

        assertThat(all)
                .allSatisfy(each -> {
                    int first = each.read();
                    assertThat(first).isIn(8, -Errno.ECONNRESET);
                    if (first > 0) {
                        assertThat(each.read()).isEqualTo(-Errno.ECONNRESET);
                    }
                });
    }

    @Test
    void streamsOfWhichAClosedRingMayHaveLostBytesAreBrokenOff() throws Exception {
        open(new UringWork.Shape(16, 16, UringWork.Shape.LIMIT, true));
        var all = receivingWhileOthersAreClosed(1);

        set.close();

        assertThat(all)
                .allSatisfy(each -> {
                    int first = each.read();
                    assertThat(first).isIn(8, -Errno.ECONNRESET);
                    if (first > 0) {
                        assertThat(each.read()).isEqualTo(-Errno.ECONNRESET);
                    }
                });
    }
}
