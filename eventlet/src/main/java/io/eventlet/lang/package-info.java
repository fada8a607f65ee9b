// SPDX-License-Identifier: Apache-2.0

/// What the packages of this library say to the JDK: sections under locks, durations and lists as
/// people read them, what people have set, and who made what. Not exported.
package io.eventlet.lang;
