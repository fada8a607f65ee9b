// SPDX-License-Identifier: Apache-2.0
/// What the commands show: lines, colours, numbers for people, and on a terminal a live status.
@NullMarked
package io.eventlet.cli.display;

import org.jspecify.annotations.NullMarked;
