// SPDX-License-Identifier: Apache-2.0

/// What calls that block throw, of whatever layer they are.
package io.eventlet.errors;
