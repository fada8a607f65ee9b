// SPDX-License-Identifier: Apache-2.0
package io.eventlet.libraries;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.tools.attach.VirtualMachine;

import io.eventlet.patch.Part;
import io.eventlet.patch.Patcher;
import io.eventlet.patch.agent.Agent;

import java.io.IOException;
import java.nio.file.Files;
import java.util.jar.Attributes;
import java.util.jar.JarOutputStream;
import java.util.jar.Manifest;

/// Sockets, threads and executors of this JVM, patched: with the agent, which is attached to it.
final class AllParts {
    private static final Part[] PARTS = {Part.SOCKET, Part.THREAD, Part.EXECUTOR};

    private AllParts() {}

    static void patch() throws Exception {
        if (!Agent.isThere()) {
            attach();
        }
        assertThat(Patcher.monkeyPatch(PARTS)).isNotEmpty();
        assertThat(PARTS).allMatch(Patcher::isMonkeyPatched);
    }

    static void undo() {
        Patcher.undo(PARTS);
    }

    private static void attach() throws Exception {
        var jar = Files.createTempFile("eventlet-agent-", ".jar");
        try {
            new JarOutputStream(Files.newOutputStream(jar), manifest()).close();
            var self = VirtualMachine.attach(String.valueOf(ProcessHandle.current().pid()));
            try {
                self.loadAgent(jar.toString());
            } finally {
                self.detach();
            }
        } finally {
            Files.delete(jar);
        }
    }

    /// The classes are those of the class path.
    private static Manifest manifest() throws IOException {
        var manifest = new Manifest();
        var attributes = manifest.getMainAttributes();
        attributes.put(Attributes.Name.MANIFEST_VERSION, "1.0");
        attributes.putValue("Agent-Class", Agent.class.getName());
        attributes.putValue("Can-Retransform-Classes", "true");
        return manifest;
    }
}
