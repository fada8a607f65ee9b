// SPDX-License-Identifier: Apache-2.0

/// Calls by green threads over the data sets of Apache Spark.
@org.jspecify.annotations.NullMarked
package io.eventlet.spark;
