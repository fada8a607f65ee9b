// SPDX-License-Identifier: Apache-2.0
package io.eventlet.offload;

import java.util.concurrent.RejectedExecutionException;

/// All threads of an [Offload] are busy, and as many tasks wait for one as may: the task that was
/// refused has not run.
public final class OffloadFull extends RejectedExecutionException {
    private static final long serialVersionUID = 1;

    OffloadFull(String message) {
        super(message);
    }
}
