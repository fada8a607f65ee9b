// SPDX-License-Identifier: Apache-2.0
package io.eventlet.mirror.manners;

import java.io.IOException;

/// Who says how many bytes may be read. Thread-safe.
public interface Allowance {
    /// Takes leave to read some bytes, one at least, waiting for it. Throws [BudgetSpent] if there
    /// is none any more.
    int take(int wanted) throws IOException;

    /// Gives back what was taken and not read.
    void giveBack(int bytes);
}
