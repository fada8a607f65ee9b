// SPDX-License-Identifier: Apache-2.0
package io.eventlet;

import org.junit.jupiter.api.Tag;

/// Events, permits and what is lent, between threads in all combinations of their kinds.
@Tag("stress")
class MixedUseWholeTest extends MixedUseTest {}
