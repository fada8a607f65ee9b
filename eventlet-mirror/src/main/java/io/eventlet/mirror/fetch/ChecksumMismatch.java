// SPDX-License-Identifier: Apache-2.0
package io.eventlet.mirror.fetch;

import java.io.IOException;
import java.io.Serial;

/// What has come is not what the server has said by a checksum. Nothing of it is kept.
public final class ChecksumMismatch extends IOException {
    @Serial private static final long serialVersionUID = 1;

    ChecksumMismatch(String algorithm) {
        super("the body does not have the checksum that was sent: " + algorithm);
    }
}
