// SPDX-License-Identifier: Apache-2.0

/// `eventlet serve`: the files of a directory over HTTP.
@NullMarked
package io.eventlet.cli.serve;

import org.jspecify.annotations.NullMarked;
