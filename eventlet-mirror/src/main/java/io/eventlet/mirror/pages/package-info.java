// SPDX-License-Identifier: Apache-2.0

/// Ordinary pages and style sheets: where they lead, and what they need to be shown.
@org.jspecify.annotations.NullMarked
package io.eventlet.mirror.pages;
