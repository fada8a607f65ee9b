// SPDX-License-Identifier: Apache-2.0
/// What the tests of the commands share: peers that behave as told.
package io.eventlet.cli.testing;
