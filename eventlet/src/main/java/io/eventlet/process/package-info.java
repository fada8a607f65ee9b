// SPDX-License-Identifier: Apache-2.0

/// Child processes whose pipes and whose end block only the green thread that waits for them.
package io.eventlet.process;
