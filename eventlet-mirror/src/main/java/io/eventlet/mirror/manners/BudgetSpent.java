// SPDX-License-Identifier: Apache-2.0
package io.eventlet.mirror.manners;

import java.io.IOException;
import java.io.Serial;

/// A run has received as much as it may.
public final class BudgetSpent extends IOException {
    @Serial private static final long serialVersionUID = 1;

    BudgetSpent() {
        super("the run has received as many bytes as it may");
    }
}
