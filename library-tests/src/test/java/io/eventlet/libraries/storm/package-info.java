// SPDX-License-Identifier: Apache-2.0
/// Green threads that ask a library questions while timeouts and kills hit them at random.
@NullMarked
package io.eventlet.libraries.storm;

import org.jspecify.annotations.NullMarked;
