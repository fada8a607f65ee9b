// SPDX-License-Identifier: Apache-2.0
/// `eventlet fetch`: the client pattern, many URLs at once and the results in order.
@NullMarked
package io.eventlet.cli.fetch;

import org.jspecify.annotations.NullMarked;
