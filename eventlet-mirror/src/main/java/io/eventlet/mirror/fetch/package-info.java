// SPDX-License-Identifier: Apache-2.0

/// Downloads: whole files, resumed where they can be, never wrong ones.
@org.jspecify.annotations.NullMarked
package io.eventlet.mirror.fetch;
