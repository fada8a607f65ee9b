// SPDX-License-Identifier: Apache-2.0
/// Runs applications that know nothing of hubs.
@NullMarked
package io.eventlet.applications;

import org.jspecify.annotations.NullMarked;
