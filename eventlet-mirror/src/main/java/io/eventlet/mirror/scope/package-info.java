// SPDX-License-Identifier: Apache-2.0

/// Which of the URLs that are found belong to a copy.
@org.jspecify.annotations.NullMarked
package io.eventlet.mirror.scope;
