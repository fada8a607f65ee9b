// SPDX-License-Identifier: Apache-2.0
package io.eventlet.mirror.crawl;

import io.eventlet.GreenSemaphore;

import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;

/// The memory for all pages, listings and sitemaps that a run reads at the same time.
///
/// Half of it is for the beginnings of bodies, of which there may be many; half for the few that
/// turn out to be large. Who has room for a large one waits for nothing else, so that all come to
/// their turn. Trees of elements, which are several times as large as their pages, are built one at
/// a time.
final class PageMemory {
    private static final int SMALL = 256 << 10;
    private static final int SHARE = 4; // of the heap
    private static final int SHARE_OF_PAGE = 16; // of the heap

    private final int page;
    private final GreenSemaphore small;
    private final GreenSemaphore large;
    private final GreenSemaphore trees = new GreenSemaphore(1);

    /// @param page how many bytes a page may have
    /// @param heap how many bytes there are for everything
    PageMemory(int page, long heap) {
        this.page = page;
        long half = heap / SHARE / 2;
        small = new GreenSemaphore(Math.clamp(half / SMALL, 1, 1 << 20));
        large = new GreenSemaphore(Math.clamp(half / page, 1, 1 << 20));
    }

    /// How many bytes a page may have if nobody says so.
    static int ofPage(int most, long heap) {
        return Math.clamp(heap / SHARE_OF_PAGE, SMALL, most);
    }

    /// For one body.
    Room room() {
        return new Room();
    }

    /// What one body takes. For one thread; [#close] gives it back.
    final class Room implements AutoCloseable {
        private boolean hasSmall;
        private boolean hasLarge;
        private boolean hasTree;

        private Room() {}

        /// Waits for the room that so many bytes need.
        void need(long bytes) {
            if (!hasSmall) {
                small.acquire();
                hasSmall = true;
            }
            if (bytes > SMALL && !hasLarge) {
                large.acquire();
                hasLarge = true;
            }
        }

        /// Waits until nobody else builds a tree of a body of some size.
        void needTree(int bytes) {
            if (!hasTree && bytes > SMALL / 4) {
                trees.acquire();
                hasTree = true;
            }
        }

        /// A body that takes room as it is read, until it is known to be no page.
        InputStream of(InputStream body) {
            need(1);
            return new FilterInputStream(body) {
                private long count;

                @Override
                public int read() throws IOException {
                    int b = super.read();
                    read(b < 0 ? 0 : 1);
                    return b;
                }

                @Override
                public int read(byte[] target, int offset, int length) throws IOException {
                    int n = super.read(target, offset, length);
                    read(Math.max(0, n));
                    return n;
                }

                private void read(int more) {
                    boolean isFile = count > page; // then what was kept is on the disk
                    count += more;
                    if (count <= page) {
                        need(count);
                    } else if (isFile) {
                        Room.this.close();
                    }
                }
            };
        }

        @Override
        public void close() {
            if (hasTree) {
                trees.release();
                hasTree = false;
            }
            if (hasLarge) {
                large.release();
                hasLarge = false;
            }
            if (hasSmall) {
                small.release();
                hasSmall = false;
            }
        }
    }
}
