// SPDX-License-Identifier: Apache-2.0
package io.eventlet.net.tls;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketException;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/// A peer's network: passes one connection's bytes on, or keeps them back for a while.
final class Relay implements AutoCloseable {
    private final ServerSocket listener;
    private final int target;
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition changed = lock.newCondition();
    private final Direction toTarget = new Direction();
    private final Direction fromTarget = new Direction();
    private final CountDownLatch ended = new CountDownLatch(2);

    /// Which bytes may pass in one direction.
    final class Direction {
        private long allowed = Long.MAX_VALUE; // guarded by lock
        private long begun; // to pass: guarded by lock
        private long passed; // guarded by lock
        private volatile boolean resets;

        /// Lets only so many bytes more pass.
        void holdAfter(long bytes) {
            lock.lock();
            try {
                allowed = begun + bytes;
            } finally {
                lock.unlock();
            }
        }

        /// Lets all pass again.
        void release() {
            lock.lock();
            try {
                allowed = Long.MAX_VALUE;
                changed.signalAll();
            } finally {
                lock.unlock();
            }
        }

        /// Returns when the bytes up to the hold have passed.
        void awaitHeld() {
            lock.lock();
            try {
                while (passed < allowed) {
                    changed.awaitUninterruptibly();
                }
            } finally {
                lock.unlock();
            }
        }

        /// Resets the connection of the receiver when all has passed, instead of closing it.
        void resetAtEnd() {
            resets = true;
        }

        private void run(Socket from, Socket to) {
            try (from;
                    to) {
                var buffer = new byte[1 << 16];
                int n;
                while ((n = from.getInputStream().read(buffer)) >= 0) {
                    pass(to, buffer, n);
                }
                if (resets) {
                    to.setSoLinger(true, 0);
                }
            } catch (SocketException e) { // one end has gone
                return;
            } catch (IOException e) {
                throw new AssertionError(e);
            } finally {
                ended.countDown();
            }
        }

        private void pass(Socket to, byte[] buffer, int length) throws IOException {
            int done = 0;
            while (done < length) {
                int n;
                lock.lock();
                try {
                    while (begun == allowed) {
                        changed.awaitUninterruptibly();
                    }
                    n = (int) Math.min(length - done, allowed - begun);
                    begun += n;
                } finally {
                    lock.unlock();
                }
                to.getOutputStream().write(buffer, done, n);
                done += n;
                lock.lock();
                try {
                    passed += n;
                    changed.signalAll();
                } finally {
                    lock.unlock();
                }
            }
        }
    }

    Relay(int target) throws IOException {
        this.target = target;
        listener = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
        Thread.ofPlatform().daemon().name("relay").start(this::run);
    }

    int port() {
        return listener.getLocalPort();
    }

    Direction toTarget() {
        return toTarget;
    }

    Direction fromTarget() {
        return fromTarget;
    }

    /// Returns when both connections are closed.
    void awaitEnd() throws InterruptedException {
        ended.await();
    }

    private void run() {
        try {
            var near = listener.accept();
            var far = new Socket(InetAddress.getLoopbackAddress(), target);
            near.setTcpNoDelay(true);
            far.setTcpNoDelay(true);
            Thread.ofPlatform().daemon().start(() -> toTarget.run(near, far));
            fromTarget.run(far, near);
        } catch (SocketException e) { // closed before anybody came
            return;
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    @Override
    public void close() throws IOException {
        listener.close();
    }
}
