// SPDX-License-Identifier: Apache-2.0
package io.eventlet.poll;

import static org.assertj.core.api.Assertions.assertThat;

import io.eventlet.os.Errno;
import io.eventlet.os.Pipes;
import io.eventlet.os.Sockets;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.concurrent.FutureTask;

/// What a [DescriptorSet] promises, whichever kind it is.
@Tag("hub-only")
@Timeout(60)
abstract class DescriptorSetSpecification extends DescriptorSetFixture {
    // ---- edges

    @Test
    void whatIsReadyAlreadyIsToldWhenItIsAdded() {
        var ends = ends();
        send(ends.peers(), 3);

        set.add(ends.mine(), TOKEN, false);

        assertThat(await(-1)).containsOnlyKeys(TOKEN);
    }

    @Test
    void eventsCarryTheWholeToken() {
        var one = added(TOKEN);
        var other = added(OTHER);
        await(MOMENT); // that they can be written to

        send(one.peers(), 1);
        awaitReadable(TOKEN);
        send(other.peers(), 1);
        awaitReadable(OTHER);
    }

    @Test
    void anEdgeIsToldOnce() {
        var ends = added(TOKEN);
        send(ends.peers(), 3);
        awaitReadable(TOKEN);

        await(MOMENT);

        assertThat(look()).isEmpty();
    }

    @Test
    void eachArrivalIsAnEdgeAlthoughNobodyReads() {
        var ends = added(TOKEN);

        for (int i = 0; i < 3; i++) {
            send(ends.peers(), 1);
            awaitReadable(TOKEN);
        }
    }

    @Test
    void roomForMoreIsAnEdge() {
        var ends = added(TOKEN);
        awaitWritable(TOKEN);
        fill(ends.mine());
        await(MOMENT);

        drain(ends.peers());

        awaitWritable(TOKEN);
    }

    @Test
    void theEndOfThePeerIsReadable() {
        var ends = added(TOKEN);
        awaitWritable(TOKEN);

        close(ends.peers());
        var told = awaitReadable(TOKEN);

        assertThat(told.exceptional() || !set.tellsExceptions()).isTrue();
    }

    @Test
    void theEndThatCameWithBytesIsNotMissed() {
        var ends = ends();
        send(ends.peers(), 3);
        assertThat(Sockets.shutdown(ends.peers(), Sockets.SHUT_WR)).isZero();

        set.add(ends.mine(), TOKEN, false);

        assertThat(awaitReadable(TOKEN).exceptional() || !set.tellsExceptions()).isTrue();
    }

    @Test
    void theReadingEndOfAPipeTellsOfBytesAndOfTheEnd() {
        var pipe = new int[2];
        assertThat(Pipes.open(pipe)).isNotNegative();
        descriptors.add(pipe[0]);
        descriptors.add(pipe[1]);
        assertThat(set.add(pipe[0], TOKEN, false)).isNotNegative();

        Pipes.write(pipe[1], new byte[3], 0, 3);
        awaitReadable(TOKEN);
        assertThat(Pipes.read(pipe[0], new byte[9], 0, 9)).isEqualTo(3);
        close(pipe[1]);
        awaitReadable(TOKEN);
    }

    @Test
    void theWritingEndOfAPipeTellsOfRoomAndThatNobodyReads() {
        var pipe = new int[2];
        assertThat(Pipes.open(pipe)).isNotNegative();
        descriptors.add(pipe[0]);
        descriptors.add(pipe[1]);
        assertThat(set.add(pipe[1], TOKEN, false)).isNotNegative();
        awaitWritable(TOKEN);
        var block = new byte[4096];
        while (Pipes.write(pipe[1], block, 0, block.length) > 0) {}
        await(MOMENT);

        var into = new byte[1 << 16];
        while (Pipes.read(pipe[0], into, 0, into.length) > 0) {}
        awaitWritable(TOKEN);
        close(pipe[0]);
        awaitWritable(TOKEN);
    }

    @Test
    void ofAnExclusiveOneInputAloneIsTold() {
        var ends = ends();
        set.add(ends.mine(), TOKEN, true);
        assertThat(await(MOMENT)).isEmpty();

        send(ends.peers(), 1);

        awaitReadable(TOKEN);
    }

    @Test
    void anExclusiveOneReachesOneOfTwoSetsAtLeast() throws IOException {
        try (var second = openSet()) {
            var ends = ends();
            set.add(ends.mine(), TOKEN, true);
            second.add(ends.mine(), OTHER, true);
            send(ends.peers(), 1);

            var told = new ArrayList<Long>();
            DescriptorSet.Listener listener = (token, _, _, _) -> told.add(token);
            set.await(0, listener);
            second.await(0, listener);

            assertThat(told).isNotEmpty();
        }
    }

    @Test
    void moreThanFitsIntoOneLookIsToldByTheNext() {
        var told = new HashMap<Long, Told>();
        for (long i = 1; i <= 300; i++) {
            added(i << 32);
        }

        while (told.size() < 300) {
            told.putAll(await(-1));
        }

        assertThat(look()).isEmpty();
    }

    // ---- what is taken out

    @Test
    void whatWasRemovedIsNotHeardOf() {
        var ends = added(TOKEN);
        send(ends.peers(), 3);

        assertThat(set.remove(ends.mine())).isNotNegative();

        assertThat(await(MOMENT)).isEmpty();
    }

    @Test
    void aNumberThatIsUsedAgainHasTheNewTokenOnly() {
        for (int i = 0; i < 20; i++) {
            var ends = added(TOKEN);
            send(ends.peers(), 1);
            set.remove(ends.mine());
            close(ends.mine());
            close(ends.peers());
            var next = added(OTHER);
            send(next.peers(), 1);

            awaitReadable(OTHER);
            assertThat(look()).doesNotContainKey(TOKEN);
            set.remove(next.mine());
            close(next.mine());
            close(next.peers());
        }
    }

    @Test
    void aNumberThatIsUsedAgainAfterItsCloseAloneHasTheNewTokenOnly() {
        var ends = added(TOKEN);
        set.removeBeforeClose(ends.mine());
        close(ends.mine());
        close(ends.peers());

        var next = added(OTHER);
        send(next.peers(), 1);

        awaitReadable(OTHER);
        assertThat(look()).doesNotContainKey(TOKEN);
    }

    @Test
    void whatIsNoDescriptorIsRefused() {
        assertThat(set.add(9_999, TOKEN, false)).isEqualTo(-Errno.EBADF);
        assertThat(set.arm(9_999, true, false)).isEqualTo(-Errno.EBADF);
    }

    // ---- what is armed

    @Test
    void anArmedSideTellsOnceAndAgainWhenItIsArmedAgain() {
        var ends = ends();
        send(ends.peers(), 2);

        for (int i = 0; i < 3; i++) {
            assertThat(set.arm(ends.mine(), true, false)).isNotNegative();
            assertThat(awaitReadable(ends.mine()).writable()).isFalse();
            send(ends.peers(), 1);
            assertThat(await(MOMENT)).isEmpty();
        }
    }

    @Test
    void aSideThatIsNotArmedIsNotTold() {
        var ends = ends();
        fill(ends.mine());
        send(ends.peers(), 1);

        set.arm(ends.mine(), false, true);

        assertThat(await(MOMENT)).isEmpty();
        drain(ends.peers());
        awaitWritable(ends.mine());
    }

    @Test
    void bothSidesMayBeArmed() {
        var ends = ends();
        fill(ends.mine());
        set.arm(ends.mine(), true, true);
        assertThat(await(MOMENT)).isEmpty();

        send(ends.peers(), 1);

        awaitReadable(ends.mine());
    }

    @Test
    void armingForNothingDisarms() {
        var ends = ends();
        set.arm(ends.mine(), true, false);

        set.arm(ends.mine(), false, false);
        send(ends.peers(), 1);

        assertThat(await(MOMENT)).isEmpty();
    }

    @Test
    void armingForNothingWhatIsNotArmedDoesNoHarm() {
        var ends = ends();

        set.arm(ends.mine(), false, false);
        set.arm(ends.mine(), true, false);
        send(ends.peers(), 1);

        awaitReadable(ends.mine());
    }

    @Test
    void anArmedNumberThatIsAnothersMeanwhileIsThatOthers() {
        for (int i = 0; i < 20; i++) {
            var ends = ends();
            set.arm(ends.mine(), true, false);
            close(ends.mine()); // and nobody says so
            close(ends.peers());
            var next = ends();
            assertThat(set.arm(next.mine(), true, false)).isNotNegative();

            send(next.peers(), 1);

            awaitReadable(next.mine());
            close(next.mine());
            close(next.peers());
        }
    }

    @Test
    void anArmedNumberThatIsOursMeanwhileCanBeAdded() {
        var ends = ends();
        set.arm(ends.mine(), true, true);
        close(ends.mine());
        close(ends.peers());
        var next = added(TOKEN);

        send(next.peers(), 1);

        awaitReadable(TOKEN);
        assertThat(look()).isEmpty();
        set.remove(next.mine());
    }

    // ---- waiting

    @Test
    void aWaitEndsByItself() {
        added(TOKEN);
        await(MOMENT);

        assertThat(await(1_000)).isEmpty();
        assertThat(await(MOMENT)).isEmpty();
    }

    @Test
    void anEmptySetWaitsAsWell() {
        assertThat(await(MOMENT)).isEmpty();
        assertThat(look()).isEmpty();
    }

    @Test
    void aWaitWithoutALimitFollowsOneWithALimit() {
        var ends = added(TOKEN);
        await(MOMENT);
        send(ends.peers(), 1);
        await(60_000_000_000L); // and so it is over before its limit

        for (int i = 0; i < 3; i++) {
            assertThat(await(MOMENT)).isEmpty();
        }
        set.wakeup();
        assertThat(await(-1)).isEmpty();
    }

    @Test
    void aWakeupEndsTheNextWait() {
        set.wakeup();
        set.wakeup();

        assertThat(await(-1)).isEmpty();
    }

    @Test
    void aWakeupEndsTheWaitThatThereIs() throws Exception {
        for (int i = 0; i < 50; i++) {
            var awaiting = awaiting();

            set.wakeup();

            assertThat(awaiting.get()).isEmpty();
        }
    }

    @Test
    void whatIsAddedDuringAWaitIsToldByIt() throws Exception {
        var ends = ends();
        var awaiting = awaiting();

        assertThat(set.add(ends.mine(), TOKEN, false)).isNotNegative();

        assertThat(awaiting.get()).containsOnlyKeys(TOKEN);
    }

    @Test
    void whatIsRemovedDuringAWaitIsNotToldByIt() throws Exception {
        var ends = added(TOKEN);
        await(MOMENT);
        var awaiting = awaiting();

        assertThat(set.remove(ends.mine())).isNotNegative();
        send(ends.peers(), 1);
        set.wakeup();

        assertThat(awaiting.get()).isEmpty();
    }

    @Test
    void afterClosingNothingHappens() {
        var ends = added(TOKEN);

        set.close();
        set.close();
        set.wakeup();

        assertThat(set.add(ends.peers(), OTHER, false)).isNegative();
        assertThat(set.arm(ends.peers(), true, false)).isNegative();
        assertThat(set.remove(ends.mine())).isNegative();
    }

    /// None of what others do at that moment is done to what has been given back.
    @Test
    void closingWhileOthersWakeDoesNoHarm() throws Exception {
        for (int i = 0; i < 50; i++) {
            var closing = openSet();
            var waking =
                    new FutureTask<>(() -> {
                        for (int n = 0; n < 200; n++) {
                            closing.wakeup();
                        }
                        return null;
                    });
            Thread.ofPlatform().daemon().start(waking);

            closing.close();

            waking.get();
        }
    }
}
