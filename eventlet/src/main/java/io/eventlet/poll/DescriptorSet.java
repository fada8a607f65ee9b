// SPDX-License-Identifier: Apache-2.0
package io.eventlet.poll;

import io.eventlet.os.Errno;

/// The descriptors of which a kernel tells when they are ready: what epoll, libevent and kqueue
/// have in common, and a [ReadinessPoller] needs.
///
/// - A descriptor is *added* once, for both directions, and tells of edges: of what is ready when
///   it is added, and of all that comes later, whether or not anybody has read or written.
/// - Or it is *armed*, once for each wait: for code of others, which closes descriptors and tells
///   nobody. Nothing of it is left when its number is another's.
/// - An event may come for nothing. One that is due is never lost, also if the set was full of
///   others, or if the descriptor came while somebody waits.
/// - All may be called from every thread, but for [#await] and [#arm], which are for one thread at
///   a time, that of the hub. Calls return a result that is not negative, or `-errno`; after
///   [#close] they do nothing.
///
/// `DescriptorSetSpecification` is this in tests, which each kind passes.
interface DescriptorSet extends AutoCloseable {
    /// Who is told.
    interface Listener {
        /// A descriptor is ready. With `exceptional`, its peer has ended or broken off, or urgent
        /// data has come: no other edge may follow.
        void onReady(long token, boolean readable, boolean writable, boolean exceptional);
    }

    String name();

    /// Whether events are exceptional when they have to be. Else any of them may be.
    boolean tellsExceptions();

    /// Adds a descriptor, with what its events are to carry: any number but 0 to 2^31, and -1. With
    /// `exclusive`, only input makes events, and one of a thing that is in several sets is to go to
    /// one that is awaited, where the kernel can do that; else to all.
    int add(int descriptor, long token, boolean exclusive);

    /// What [#remove] says if the kernel holds the descriptor open, although it is closed, until
    /// the thread that awaits has looked.
    int HELD = 1;

    /// Takes one out that was added or armed, before it is closed.
    int remove(int descriptor);

    /// As [#remove], of one that is closed next, and whose thing no other descriptor of ours stands
    /// for: a kernel that takes such a thing out by itself need not be called for that.
    default int removeBeforeClose(int descriptor) {
        return remove(descriptor);
    }

    /// Has one event come for each of the given sides, and none for the others, with the number as
    /// token. What is ready already tells again. The descriptor must not have been added.
    int arm(int descriptor, boolean readable, boolean writable);

    /// Waits for at most the given time, 0 to only look, negative for no limit, and tells of what
    /// is ready. Takes no lock. Fails if nothing can be waited for, as when somebody has closed the
    /// descriptor of the set, or when the kernel is short of memory.
    void await(long nanos, Listener listener);

    /// What a call that waits has found: none if a signal has ended it. Fails as [#await].
    static int awaited(String call, int result) {
        if (result >= 0) {
            return result;
        }
        if (result == -Errno.EINTR) {
            return 0;
        }
        throw new IllegalStateException("Cannot poll: " + call + ": " + Errno.message(-result));
    }

    /// Ends an [#await] that waits, or the next one.
    void wakeup();

    /// Gives it back. Nobody awaits it.
    @Override
    void close();
}
