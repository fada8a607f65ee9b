// SPDX-License-Identifier: Apache-2.0

/// Archives of what was asked and answered: WARC.
@org.jspecify.annotations.NullMarked
package io.eventlet.mirror.archive;
