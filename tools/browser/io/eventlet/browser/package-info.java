// SPDX-License-Identifier: Apache-2.0
/// A browser for tests, which modules compile among their own.
@NullMarked
package io.eventlet.browser;

import org.jspecify.annotations.NullMarked;
