// SPDX-License-Identifier: Apache-2.0
package io.eventlet;

import org.junit.jupiter.api.Tag;

/// Groups of green threads, selects, dags and offloads, between threads in all combinations of
/// their kinds.
@Tag("stress")
class MixedGroupsWholeTest extends MixedGroupsTest {}
