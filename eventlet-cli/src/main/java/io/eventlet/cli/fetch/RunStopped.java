// SPDX-License-Identifier: Apache-2.0
package io.eventlet.cli.fetch;

import io.eventlet.errors.Cancelled;

/// What ends the requests under way when the user stops the run.
final class RunStopped extends Cancelled {
    RunStopped() {
        super("the run was stopped");
    }
}
