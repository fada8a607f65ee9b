// SPDX-License-Identifier: Apache-2.0
/// `eventlet feeds`: the dispatch pattern, a server that asks many others.
@NullMarked
package io.eventlet.cli.feeds;

import org.jspecify.annotations.NullMarked;
