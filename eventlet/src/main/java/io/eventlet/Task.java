// SPDX-License-Identifier: Apache-2.0
package io.eventlet;

/// Something to do that has no result and may fail.
@FunctionalInterface
public interface Task {
    void run() throws Exception;
}
