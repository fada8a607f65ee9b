// SPDX-License-Identifier: Apache-2.0
package io.eventlet.dns;

import io.eventlet.Eventlet;
import io.eventlet.hub.Hub;

import java.net.InetAddress;

/// A program whose first look-up is made by a thread of one kind or another; it prints what has
/// come of it.
final class LookupProgram {
    private LookupProgram() {}

    public static void main(String[] args) throws Exception {
        switch (args[0]) {
            case "platform" -> {
                print(InetAddress.getAllByName("a.localhost")[0]);
                System.out.println("hubs: " + Hub.all().size());
            }
            case "green" ->
                    Eventlet.spawn(() -> print(InetAddress.getAllByName("a.localhost")[0])).await();
            case "virtual" ->
                    Thread.ofVirtual()
                            .start(() -> {
                                try {
                                    print(InetAddress.getAllByName("a.localhost")[0]);
                                } catch (Exception e) {
                                    throw new IllegalStateException(e);
                                }
                            })
                            .join();
            case "families" -> System.out.println("IPv6: " + Families.hasIpv6());
            case "local" -> print(InetAddress.getLocalHost());
            default -> throw new IllegalArgumentException(args[0]);
        }
        System.out.println("asks: " + resolver());
    }

    private static int print(InetAddress found) {
        System.out.println("found: " + found.getHostAddress());
        return 0;
    }

    private static String resolver() {
        try {
            return GreenResolver.ofJvm().toString();
        } catch (IllegalStateException e) {
            return String.valueOf(e.getMessage());
        }
    }
}
