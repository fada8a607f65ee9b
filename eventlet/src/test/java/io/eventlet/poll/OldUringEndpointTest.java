// SPDX-License-Identifier: Apache-2.0
package io.eventlet.poll;

/// As on a kernel that fills no buffer bit by bit (before Linux 6.12) and knows no limit of a
/// request to receive (before 6.17).
class OldUringEndpointTest extends UringEndpointTest {
    @Override
    UringWork.Shape shape() {
        return new UringWork.Shape(512, 8192, 0, false);
    }

    /// What has come before the request is cancelled: all, at worst.
    @Override
    int buffersOfAFlood() {
        return 256;
    }
}
