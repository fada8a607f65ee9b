// SPDX-License-Identifier: Apache-2.0
package io.eventlet;

import org.junit.jupiter.api.Tag;

/// Queues of all kinds, between threads in all combinations of their kinds.
@Tag("stress")
class MixedQueuesWholeTest extends MixedQueuesTest {}
