// SPDX-License-Identifier: Apache-2.0
package io.eventlet.net.differential;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// The states that a socket or a listener can be in, by what leads there.
final class States {
    private States() {}

    static Map<String, List<String>> ofSockets() {
        var states = new LinkedHashMap<String, List<String>>();
        states.put("new", List.of());
        states.put("bound", List.of("bind"));
        states.put("bound to all", List.of("bind to null"));
        states.put("refused", List.of("connect to nobody"));
        states.put("unknown host", List.of("connect to an unknown host"));
        states.put("connected", List.of("connect"));
        states.put("bound and connected", List.of("bind", "connect"));
        states.put("with input", List.of("connect", "peer writes"));
        states.put("input shut", List.of("connect", "shutdownInput"));
        states.put("input shut unread", List.of("connect", "peer writes", "shutdownInput"));
        states.put("output shut", List.of("connect", "shutdownOutput"));
        states.put("both shut", List.of("connect", "shutdownInput", "shutdownOutput"));
        states.put("peer ended", List.of("connect", "peer ends"));
        states.put("peer ended after input", List.of("connect", "peer writes", "peer ends"));
        states.put("end read", List.of("connect", "peer ends", "read"));
        states.put("peer closed", List.of("connect", "peer closes"));
        states.put("peer closed, written", List.of("connect", "peer closes", "write"));
        states.put("reset", List.of("connect", "peer resets"));
        states.put("reset with input", List.of("connect", "peer writes", "peer resets"));
        states.put("reset and read", List.of("connect", "peer resets", "read"));
        states.put("reset and written", List.of("connect", "peer resets", "write"));
        states.put("reset, output shut", List.of("connect", "shutdownOutput", "peer resets"));
        states.put("linger 0", List.of("connect", "setSoLinger 0"));
        states.put("closed new", List.of("close"));
        states.put("closed bound", List.of("bind", "close"));
        states.put("closed", List.of("connect", "close"));
        states.put("closed with input", List.of("connect", "peer writes", "close"));
        states.put("closed, input shut", List.of("connect", "shutdownInput", "close"));
        states.put("closed by its output", List.of("connect", "close output"));
        states.put("closed after a reset", List.of("connect", "peer resets", "close"));
        return states;
    }

    static Map<String, List<String>> ofListeners() {
        var states = new LinkedHashMap<String, List<String>>();
        states.put("new", List.of());
        states.put("bound", List.of("listener: bind"));
        states.put("bound to all", List.of("listener: bind to null"));
        states.put("bound in vain", List.of("listener: bind to a taken port"));
        states.put("has accepted", List.of("listener: bind", "listener: accept a client"));
        states.put("timed out", List.of("listener: bind", "listener: accept"));
        states.put("closed new", List.of("listener: close"));
        states.put("closed", List.of("listener: bind", "listener: close"));
        return states;
    }
}
