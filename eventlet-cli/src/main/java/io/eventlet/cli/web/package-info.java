// SPDX-License-Identifier: Apache-2.0
/// HTTP over green sockets, and what can go wrong with it by kind.
@NullMarked
package io.eventlet.cli.web;

import org.jspecify.annotations.NullMarked;
