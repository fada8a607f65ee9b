// SPDX-License-Identifier: Apache-2.0
/// `eventlet demo`: the three patterns against an embedded site, with their numbers.
@NullMarked
package io.eventlet.cli.demo;

import org.jspecify.annotations.NullMarked;
