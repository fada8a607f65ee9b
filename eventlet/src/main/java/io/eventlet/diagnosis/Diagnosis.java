// SPDX-License-Identifier: Apache-2.0
package io.eventlet.diagnosis;

import java.lang.management.ManagementFactory;

import javax.management.InstanceAlreadyExistsException;
import javax.management.JMException;
import javax.management.ObjectName;

/// The MBean `io.eventlet:type=Diagnosis`. Needs the module `java.management`.
///
/// `bin/eventlet dump PID` makes one in a process that has none. A program that wants it in its
/// console, or has the library in a class loader of its own, calls [#register()].
public final class Diagnosis implements DiagnosisMBean {
    /// What it is registered as.
    public static final String NAME = "io.eventlet:type=Diagnosis";

    /// For the MBean server.
    public Diagnosis() {}

    /// Registers one with the platform's MBean server; does nothing if there is one.
    public static void register() {
        var server = ManagementFactory.getPlatformMBeanServer();
        try {
            var ignored = server.registerMBean(new Diagnosis(), new ObjectName(NAME));
        } catch (InstanceAlreadyExistsException e) {
            // as it should be
        } catch (JMException e) {
            throw new IllegalStateException("cannot register " + NAME, e);
        }
    }

    @Override
    public String dump() {
        return Dump.take().toString();
    }

    @Override
    public String dumpJson() {
        return Dump.take().toJson();
    }

    @Override
    public void trace(boolean on) {
        Dump.trace(on);
    }
}
