// SPDX-License-Identifier: Apache-2.0
package io.eventlet.net.tls;

import org.jspecify.annotations.Nullable;

import java.net.Socket;
import java.security.Principal;
import java.security.PrivateKey;
import java.security.cert.X509Certificate;
import java.util.List;
import java.util.Locale;

import javax.net.ssl.ExtendedSSLSession;
import javax.net.ssl.SNIHostName;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLSession;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.X509ExtendedKeyManager;

/// Finds the identity for the name that a client asks for. Thread-safe.
///
/// An alias is the number of an identity, counted on from one reading of the files to the next: so
/// a handshake that is between asking for the alias and for the key is not given another's.
final class IdentityKeys extends X509ExtendedKeyManager {
    private volatile Reading current; // written under the monitor

    /// What was read at a time, with what was read before that.
    private record Reading(long first, List<Identity> identities, @Nullable Reading before) {
        @Nullable Identity get(long number) {
            if (number < first) {
                return before == null ? null : before.get(number);
            }
            return number - first < identities.size()
                    ? identities.get((int) (number - first))
                    : null;
        }
    }

    IdentityKeys(List<Identity> identities) {
        current = new Reading(0, identities, null);
    }

    synchronized void replace(List<Identity> identities) {
        var old = current;
        var kept = new Reading(old.first, old.identities, null);
        current = new Reading(old.first + old.identities.size(), identities, kept);
    }

    List<Identity> identities() {
        return current.identities;
    }

    @Override
    public @Nullable String chooseEngineServerAlias(
            String keyType, Principal @Nullable [] issuers, SSLEngine engine) {
        return choose(keyType, engine.getHandshakeSession());
    }

    @Override
    public @Nullable String chooseServerAlias(
            String keyType, Principal @Nullable [] issuers, @Nullable Socket socket) {
        return choose(keyType, socket instanceof SSLSocket ssl ? ssl.getHandshakeSession() : null);
    }

    private @Nullable String choose(String keyType, @Nullable SSLSession handshake) {
        var reading = current;
        var all = reading.identities;
        for (var identity : named(all, askedFor(handshake))) {
            if (identity.isOfType(keyType)) {
                return Long.toString(reading.first + all.indexOf(identity));
            }
        }
        return null;
    }

    private static @Nullable String askedFor(@Nullable SSLSession handshake) {
        if (handshake instanceof ExtendedSSLSession extended) {
            for (var name : extended.getRequestedServerNames()) {
                if (name instanceof SNIHostName host) {
                    return host.getAsciiName().toLowerCase(Locale.ROOT);
                }
            }
        }
        return null;
    }

    /// Those of a name; those of the first identity's names if there is no name, or none has it.
    private static List<Identity> named(List<Identity> all, @Nullable String name) {
        if (name != null) {
            var exact = with(all, List.of(name));
            if (!exact.isEmpty()) {
                return exact;
            }
            int dot = name.indexOf('.');
            var wild =
                    dot < 0 ? List.<Identity>of() : with(all, List.of("*" + name.substring(dot)));
            if (!wild.isEmpty()) {
                return wild;
            }
        }
        var first = all.getFirst();
        return first.names().isEmpty() ? List.of(first) : with(all, first.names());
    }

    private static List<Identity> with(List<Identity> all, List<String> names) {
        return all.stream()
                .filter(identity -> identity.names().stream().anyMatch(names::contains))
                .toList();
    }

    private @Nullable Identity find(String alias) {
        return current.get(Long.parseLong(alias));
    }

    @Override
    public X509Certificate @Nullable [] getCertificateChain(String alias) {
        var found = find(alias);
        return found == null ? null : found.chain().toArray(X509Certificate[]::new);
    }

    @Override
    public @Nullable PrivateKey getPrivateKey(String alias) {
        var found = find(alias);
        return found == null ? null : found.key();
    }

    /// None: these are for servers.
    @Override
    public String @Nullable [] getClientAliases(String keyType, Principal @Nullable [] issuers) {
        return null;
    }

    @Override
    public @Nullable String chooseClientAlias(
            String[] keyTypes, Principal @Nullable [] issuers, @Nullable Socket socket) {
        return null;
    }

    @Override
    public String @Nullable [] getServerAliases(String keyType, Principal @Nullable [] issuers) {
        return null; // nobody asks who then chooses by name
    }
}
