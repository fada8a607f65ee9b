// SPDX-License-Identifier: Apache-2.0
package io.eventlet.member;

/// Who wants to know when there may be more permits.
public interface PermitListener {
    /// Called without a lock.
    void onMorePermits();
}
