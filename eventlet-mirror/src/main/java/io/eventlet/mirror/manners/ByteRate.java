// SPDX-License-Identifier: Apache-2.0
package io.eventlet.mirror.manners;

import io.eventlet.limit.RateLimiter;

import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;

/// So many bytes a second, in small shares that are evenly spaced: a hundredth of a second's bytes,
/// or 64 KiB if those are fewer. What is left of a share is anybody's, so that many small bodies
/// cost no more than one that is large.
///
/// It goes by the clock of the hub on which it is made.
public final class ByteRate implements Allowance {
    private static final int SHARES = 100; // a second
    private static final int LARGEST_SHARE = 64 * 1024;
    private static final long SECOND = 1_000_000_000;

    private final RateLimiter shares;
    private final int share;
    private final AtomicLong rest = new AtomicLong(); // of shares that were taken

    public ByteRate(long bytesPerSecond) {
        if (bytesPerSecond < 1) {
            throw new IllegalArgumentException("a rate must be 1 or more: " + bytesPerSecond);
        }
        share = Math.clamp(bytesPerSecond / SHARES, 1, LARGEST_SHARE);
        long nanos = (long) Math.ceil((double) share * SECOND / bytesPerSecond);
        shares = RateLimiter.of(1, Duration.ofNanos(Math.max(1, nanos)));
    }

    @Override
    public int take(int wanted) {
        while (true) {
            long before = rest.get();
            if (before > 0) {
                int taken = (int) Math.min(wanted, before);
                if (rest.compareAndSet(before, before - taken)) {
                    return taken;
                }
            } else {
                shares.acquire();
                rest.addAndGet(share);
            }
        }
    }

    @Override
    public void giveBack(int bytes) {
        rest.addAndGet(bytes);
    }
}
