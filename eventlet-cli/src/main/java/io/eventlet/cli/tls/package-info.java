// SPDX-License-Identifier: Apache-2.0
/// Certificates and keys from files, for commands that serve TLS.
@NullMarked
package io.eventlet.cli.tls;

import org.jspecify.annotations.NullMarked;
