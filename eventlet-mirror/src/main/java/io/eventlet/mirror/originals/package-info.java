// SPDX-License-Identifier: Apache-2.0

/// Files of a copy as the server has sent them, where the copy has them in another form.
@org.jspecify.annotations.NullMarked
package io.eventlet.mirror.originals;
