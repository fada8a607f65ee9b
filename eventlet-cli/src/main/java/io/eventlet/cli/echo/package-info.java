// SPDX-License-Identifier: Apache-2.0
/// `eventlet echo`: the server pattern, for real use.
@NullMarked
package io.eventlet.cli.echo;

import org.jspecify.annotations.NullMarked;
