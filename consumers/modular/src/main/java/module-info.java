// SPDX-License-Identifier: Apache-2.0
module consumer.modular {
    requires io.eventlet;
}
