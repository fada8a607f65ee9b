// SPDX-License-Identifier: Apache-2.0
package io.eventlet;

import org.junit.jupiter.api.Tag;

/// Each kind of wait that is ended, between threads in all combinations of their kinds.
@Tag("stress")
class MixedWaitsWholeTest extends MixedWaitsTest {}
