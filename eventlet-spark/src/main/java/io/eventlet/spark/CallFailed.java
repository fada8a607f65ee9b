// SPDX-License-Identifier: Apache-2.0
package io.eventlet.spark;

/// The function of a [GreenSpark] failed for an item, which fails the task; the cause is what it
/// threw.
final class CallFailed extends RuntimeException {
    private static final long serialVersionUID = 1;

    CallFailed(String message, Throwable cause) {
        super(message, cause);
    }
}
