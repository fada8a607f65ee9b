// SPDX-License-Identifier: Apache-2.0
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.lang.classfile.ClassElement;
import java.lang.classfile.ClassFile;
import java.lang.classfile.ClassFileVersion;
import java.lang.classfile.ClassHierarchyResolver;
import java.lang.classfile.ClassTransform;
import java.lang.classfile.CodeTransform;
import java.lang.constant.ClassDesc;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.FileTime;
import java.util.jar.JarEntry;
import java.util.jar.JarFile;
import java.util.jar.JarOutputStream;

/// Copies a jar with its classes raised to class version 61 (Java 17), stack maps included.
///
/// `java RetargetJar.java FROM TO`. Classes that are at that version already, and everything that
/// is not a class, are copied as they are. A copy that is newer than its source is left alone.
final class RetargetJar {
    private static final int VERSION = ClassFile.JAVA_17_VERSION;

    private final JarFile jar;
    private final ClassFile format;

    private RetargetJar(JarFile jar) {
        this.jar = jar;
        this.format =
                ClassFile.of(
                        ClassFile.StackMapsOption.GENERATE_STACK_MAPS,
                        ClassFile.ConstantPoolSharingOption.NEW_POOL,
                        ClassFile.ClassHierarchyResolverOption.of(
                                ClassHierarchyResolver.ofResourceParsing(this::resource)
                                        .orElse(ClassHierarchyResolver.defaultResolver())));
    }

    public static void main(String... args) throws IOException {
        Path from = Path.of(args[0]);
        Path to = Path.of(args[1]);
        if (Files.exists(to)
                && Files.getLastModifiedTime(to).compareTo(Files.getLastModifiedTime(from)) > 0) {
            return;
        }
        Files.createDirectories(to.toAbsolutePath().getParent());
        Path unfinished = Path.of(to + ".unfinished");
        try (var jar = new JarFile(from.toFile());
                var out = new JarOutputStream(Files.newOutputStream(unfinished))) {
            new RetargetJar(jar).copyTo(out);
        }
        Files.move(unfinished, to, StandardCopyOption.REPLACE_EXISTING);
    }

    private void copyTo(JarOutputStream out) throws IOException {
        var entries = jar.entries();
        while (entries.hasMoreElements()) {
            JarEntry entry = entries.nextElement();
            byte[] bytes = jar.getInputStream(entry).readAllBytes();
            var copy = new JarEntry(entry.getName());
            copy.setLastModifiedTime(FileTime.fromMillis(entry.getTime()));
            out.putNextEntry(copy);
            out.write(entry.getName().endsWith(".class") ? retarget(bytes) : bytes);
            out.closeEntry();
        }
    }

    private byte[] retarget(byte[] bytes) {
        var model = format.parse(bytes);
        if (model.majorVersion() >= VERSION || model.isModuleInfo()) {
            return bytes;
        }
        ClassTransform version =
                (builder, element) -> {
                    if (!(element instanceof ClassFileVersion)) {
                        builder.with((ClassElement) element);
                    }
                };
        return format.transformClass(
                model,
                version.andThen(
                                ClassTransform.endHandler(
                                        builder -> builder.withVersion(VERSION, 0)))
                        .andThen(
                                ClassTransform.transformingMethodBodies(CodeTransform.ACCEPT_ALL)));
    }

    private InputStream resource(ClassDesc type) {
        String binaryName = type.descriptorString();
        var entry = jar.getJarEntry(binaryName.substring(1, binaryName.length() - 1) + ".class");
        try {
            return entry == null
                    ? null
                    : new ByteArrayInputStream(jar.getInputStream(entry).readAllBytes());
        } catch (IOException failure) {
            throw new java.io.UncheckedIOException(failure);
        }
    }
}
