// SPDX-License-Identifier: Apache-2.0
package io.eventlet.dns;

import org.jspecify.annotations.Nullable;

import java.net.InetAddress;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;

/// What `/etc/hosts` says: addresses by name, and the first name of each address. See hosts(5).
final class HostsFile {
    private final Map<String, Set<InetAddress>> byName = new HashMap<>();
    private final Map<ByteBuffer, String> byAddress = new HashMap<>();

    static HostsFile parse(List<String> lines) {
        var hosts = new HostsFile();
        lines.forEach(hosts::addLine);
        return hosts;
    }

    private void addLine(String line) {
        int comment = line.indexOf('#');
        String[] words =
                (comment < 0 ? line : line.substring(0, comment)).strip().split("\\s+", -1);
        var address = words.length < 2 ? null : Literals.parse(words[0]);
        if (address == null) {
            return;
        }
        for (int i = 1; i < words.length; i++) {
            String name = key(words[i]);
            byName.computeIfAbsent(name, _ -> new LinkedHashSet<>()).add(address);
        }
        byAddress.putIfAbsent(ByteBuffer.wrap(address.getAddress()), words[1]);
    }

    private static String key(String name) {
        return DomainName.withoutDot(name.toLowerCase(Locale.ROOT));
    }

    /// The addresses of a name, in the order of the file; empty if it is not there.
    List<InetAddress> addresses(String name) {
        return new ArrayList<>(byName.getOrDefault(key(name), Set.of()));
    }

    @Nullable String name(byte[] address) {
        return byAddress.get(ByteBuffer.wrap(address));
    }
}
