// SPDX-License-Identifier: Apache-2.0
package io.eventlet.cli.dump;

import com.sun.tools.attach.AttachNotSupportedException;
import com.sun.tools.attach.VirtualMachine;

import io.eventlet.cli.CommandFailure;
import io.eventlet.cli.ExitCode;
import io.eventlet.cli.display.Json;
import io.eventlet.cli.display.Quantity;
import io.eventlet.cli.options.DurationConverter;
import io.eventlet.diagnosis.Diagnosis;

import org.jspecify.annotations.Nullable;

import picocli.CommandLine.Command;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;
import picocli.CommandLine.TypeConversionException;

import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

import javax.management.InstanceAlreadyExistsException;
import javax.management.JMException;
import javax.management.MBeanServerConnection;
import javax.management.ObjectName;
import javax.management.ReflectionException;
import javax.management.remote.JMXConnectorFactory;
import javax.management.remote.JMXServiceURL;

/// `eventlet dump`: has another process say what its green threads wait for.
///
/// It needs nothing but the library in that process: the JVM's own attach mechanism starts its
/// management, and that makes the MBean.
@Command(
        name = "dump",
        sortOptions = false,
        description = "Show what the green threads of another process wait for.",
        footerHeading = "%nExamples:%n",
        footer = {
            "  eventlet dump 4711",
            "  eventlet dump --json 4711 | jq '.hubs[].threads[] | select(.leftMillis == null)'",
            "  eventlet dump --trace on 4711   from now on with spawn sites"
        })
public final class DumpCommand implements Callable<Integer> {
    /// A setting of the JDK, in milliseconds.
    private static final String ATTACH_TIMEOUT = "sun.tools.attach.attachTimeout";

    private enum Switch {
        ON,
        OFF
    }

    /// Of a type of its own: picocli takes the word after a boolean option for something else.
    private static final class OnOrOff implements ITypeConverter<Switch> {
        @Override
        public Switch convert(String value) {
            return switch (value) {
                case "on" -> Switch.ON;
                case "off" -> Switch.OFF;
                default ->
                        throw new TypeConversionException("'" + value + "' is neither on nor off");
            };
        }
    }

    @Option(names = "--json", description = "print one JSON object")
    private boolean json;

    @Option(
            names = "--trace",
            paramLabel = "on|off",
            converter = OnOrOff.class,
            description = {
                "have the process record where green threads are spawned, or no longer, and",
                "print nothing"
            })
    private @Nullable Switch trace;

    @Option(
            names = {"-t", "--timeout"},
            paramLabel = "TIME",
            defaultValue = "30s",
            converter = DurationConverter.class,
            description = {
                "how long the process may take to answer, e.g. 500ms, 30s; 0 for no limit",
                "(default: ${DEFAULT-VALUE})"
            })
    private Duration timeout = Duration.ZERO;

    @Parameters(paramLabel = "PID", description = "the number of the process")
    private String process = "";

    @Spec
    @SuppressWarnings("NullAway.Init") // picocli sets it
    private CommandSpec spec;

    @Override
    public Integer call() throws InterruptedException, ExecutionException {
        if (!process.matches("\\d{1,18}")) {
            throw new ParameterException(
                    spec.commandLine(), "'" + process + "' is not the number of a process");
        }
        if (ProcessHandle.of(Long.parseLong(process)).isEmpty()) {
            throw new CommandFailure(ExitCode.CONFIGURATION, "there is no process " + process);
        }
        String answer = answerInTime();
        var out = spec.commandLine().getOut();
        out.print(json ? Json.encodable(answer, System.out.charset()) : answer);
        out.flush();
        return ExitCode.OK.status();
    }

    /// Asks on a thread of its own, which is left behind where no answer comes: a connection to the
    /// process has no limit that could be set. Attaching to it has one, half as long, so that it
    /// can take its file out of the directory of that process.
    private String answerInTime() throws InterruptedException, ExecutionException {
        if (!timeout.isZero()) {
            System.setProperty(ATTACH_TIMEOUT, Long.toString(timeout.toMillis() / 2));
        }
        var question = new FutureTask<>(this::answer);
        Thread.ofPlatform().daemon().name("eventlet-dump").start(question);
        try {
            return timeout.isZero()
                    ? question.get()
                    : question.get(timeout.toNanos(), TimeUnit.NANOSECONDS);
        } catch (TimeoutException e) {
            throw notAnswered(e);
        } catch (ExecutionException e) {
            switch (e.getCause()) {
                case ReflectionException cause ->
                        throw failure("has no Eventlet on its class path", cause);
                case AttachNotSupportedException cause
                        when String.valueOf(cause.getMessage()).contains("doesn't respond") ->
                        throw notAnswered(cause);
                case AttachNotSupportedException cause -> // whose message has its command line
                        throw failure("is no JVM that can be asked", cause);
                case IOException cause -> throw notAsked(cause);
                case JMException cause -> throw notAsked(cause);
                case null, default -> throw e;
            }
        }
    }

    private CommandFailure notAnswered(Exception cause) {
        return failure(
                "has not answered within " + Quantity.time(timeout) + "; is it stopped?", cause);
    }

    private CommandFailure notAsked(Exception cause) {
        return failure("cannot be asked: " + cause.getMessage(), cause);
    }

    @SuppressWarnings("BanJNDI") // the address is that of a process of the same user
    private String answer() throws AttachNotSupportedException, IOException, JMException {
        try (var connector = JMXConnectorFactory.connect(address())) {
            return ask(connector.getMBeanServerConnection());
        }
    }

    private CommandFailure failure(String what, Exception cause) {
        return new CommandFailure(ExitCode.CONFIGURATION, "process " + process + " " + what, cause);
    }

    private JMXServiceURL address() throws AttachNotSupportedException, IOException {
        var machine = VirtualMachine.attach(process);
        try {
            return new JMXServiceURL(machine.startLocalManagementAgent());
        } finally {
            machine.detach();
        }
    }

    private String ask(MBeanServerConnection server) throws IOException, JMException {
        var name = new ObjectName(Diagnosis.NAME);
        if (!server.isRegistered(name)) {
            try {
                var ignored = server.createMBean(Diagnosis.class.getName(), name);
            } catch (InstanceAlreadyExistsException e) {
                // somebody else was faster
            }
        }
        if (trace != null) {
            Object[] values = {trace == Switch.ON};
            server.invoke(name, "trace", values, new String[] {"boolean"});
            return "";
        }
        Object answer = server.invoke(name, json ? "dumpJson" : "dump", null, null);
        return json ? answer + System.lineSeparator() : String.valueOf(answer);
    }
}
