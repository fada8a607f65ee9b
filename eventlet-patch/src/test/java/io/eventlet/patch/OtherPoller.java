// SPDX-License-Identifier: Apache-2.0
package io.eventlet.patch;

import static java.lang.constant.ConstantDescs.CD_Object;
import static java.lang.constant.ConstantDescs.CD_void;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.lang.classfile.ClassFile;
import java.lang.classfile.ClassTransform;
import java.lang.classfile.CodeBuilder;
import java.lang.classfile.CodeElement;
import java.lang.classfile.MethodModel;
import java.lang.classfile.MethodTransform;
import java.lang.classfile.Opcode;
import java.lang.classfile.instruction.FieldInstruction;
import java.lang.constant.ClassDesc;
import java.lang.constant.MethodTypeDesc;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Objects;

/// The poller of another JDK than this one: that of the JDK that runs the tests, with other names
/// or another way to find its parts.
enum OtherPoller {
    /// As in JDK 27, as far as we touch it.
    OF_JDK_27(
            Map.of(
                    "POLLERS", "POLLER_GROUP",
                    "Pollers", "VThreadsPollerGroup",
                    "implRegister", "implStartPoll",
                    "implDeregister", "implStopPoll")) {
        @Override
        ClassTransform change(String type) {
            return switch (type) {
                case "Poller" ->
                        ClassTransform.endHandler(poller ->
                                poller.withMethod("close", CLOSE, ClassFile.ACC_ABSTRACT, _ -> {}));
                case "EPollPoller" ->
                        ClassTransform.endHandler(poller ->
                                poller.withMethodBody("close", CLOSE, 0, CodeBuilder::return_));
                default -> ClassTransform.ACCEPT_ALL;
            };
        }
    },

    /// As in no JDK: who waits is kept elsewhere.
    WITH_ANOTHER_MAP(Map.of("map", "threads")),

    /// As in no JDK: a wait begins in another way.
    WITH_ANOTHER_START(Map.of("implRegister", "implBegin")),

    /// As in no JDK: the arrays can be found, and others are used.
    WITH_COPIES_IN_USE(Map.of()) {
        @Override
        ClassTransform change(String type) {
            if (!type.equals("Poller$Pollers")) {
                return ClassTransform.ACCEPT_ALL;
            }
            return ClassTransform.transformingMethods(
                            MethodModel.class::isInstance,
                            MethodTransform.transformingCode(OtherPoller::useCopies))
                    .andThen(
                            ClassTransform.endHandler(
                                    pollers -> pollers.withField("copies", ARRAY, 0)));
        }
    };

    private static final MethodTypeDesc CLOSE = MethodTypeDesc.of(CD_void);
    private static final ClassDesc ARRAY = ClassDesc.of("sun.nio.ch.Poller").arrayType();
    private static final MethodTypeDesc CLONE = MethodTypeDesc.of(CD_Object);

    @SuppressWarnings("ImmutableEnumChecker") // is
    private final Map<String, String> names;

    OtherPoller(Map<String, String> names) {
        this.names = names;
    }

    ClassTransform change(String type) {
        return ClassTransform.ACCEPT_ALL;
    }

    /// In the constructor a copy is kept as well, and elsewhere it is used.
    private static void useCopies(CodeBuilder code, CodeElement element) {
        if (element instanceof FieldInstruction access
                && access.name().equalsString("readPollers")) {
            var holder = access.owner().asSymbol();
            if (access.opcode() == Opcode.PUTFIELD) {
                code.dup2().invokevirtual(ARRAY, "clone", CLONE).checkcast(ARRAY);
                code.putfield(holder, "copies", ARRAY).with(element);
            } else if (access.opcode() == Opcode.GETFIELD) {
                code.getfield(holder, "copies", ARRAY);
            } else {
                code.with(element);
            }
        } else {
            code.with(element);
        }
    }

    /// The options that give a JVM this poller.
    String option(Path directory) throws IOException {
        var files = directory.resolve("sun/nio/ch");
        Files.createDirectories(files);
        for (var type : new String[] {"Poller", "Poller$Pollers", "EPollPoller"}) {
            var renamed = ClassFile.of().parse(renamed(type));
            Files.write(
                    files.resolve(renamed(type, "Pollers") + ".class"),
                    ClassFile.of().transformClass(renamed, change(type)));
        }
        return "--patch-module=java.base=" + directory;
    }

    /// The class with other names in its constants.
    private byte[] renamed(String type) throws IOException {
        var bytes = new ByteArrayOutputStream();
        try (var file =
                        Objects.requireNonNull(
                                Object.class.getResourceAsStream(
                                        "/sun/nio/ch/" + type + ".class"));
                var in = new DataInputStream(new ByteArrayInputStream(file.readAllBytes()));
                var out = new DataOutputStream(bytes)) {
            out.writeLong(in.readLong()); // magic and version
            int count = in.readUnsignedShort();
            out.writeShort(count);
            for (int i = 1; i < count; i++) {
                int tag = in.readUnsignedByte();
                out.writeByte(tag);
                switch (tag) {
                    case 1 -> out.writeUTF(renamedConstant(in.readUTF()));
                    case 7, 8, 16, 19, 20 -> out.write(in.readNBytes(2));
                    case 15 -> out.write(in.readNBytes(3));
                    case 5, 6 -> {
                        out.write(in.readNBytes(8));
                        i++; // it takes two places
                    }
                    default -> out.write(in.readNBytes(4));
                }
            }
            in.transferTo(out);
        }
        return bytes.toByteArray();
    }

    private String renamedConstant(String text) {
        return names.getOrDefault(text, renamed(text, "Pollers"));
    }

    /// With another name for a type inside of Poller.
    private String renamed(String text, String inner) {
        return text.replace("Poller$" + inner, "Poller$" + names.getOrDefault(inner, inner));
    }
}
