// SPDX-License-Identifier: Apache-2.0

/// Values that green threads compute from each other, each as soon as it can.
package io.eventlet.dag;
