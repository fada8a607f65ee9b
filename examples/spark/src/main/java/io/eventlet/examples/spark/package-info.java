// SPDX-License-Identifier: Apache-2.0

/// A program for Apache Spark.
@NullMarked
package io.eventlet.examples.spark;

import org.jspecify.annotations.NullMarked;
