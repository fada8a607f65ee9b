// SPDX-License-Identifier: Apache-2.0

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;

/// Makes a compiled descriptor of a module one of Java 17, in which all of it was there already:
/// for a descriptor that names a class of a later JDK, which a compiler for Java 17 does not find.
public final class RetargetDescriptor {
    private static final int MAJOR_VERSION = 6;
    private static final short JAVA_17 = 61;

    private RetargetDescriptor() {}

    public static void main(String[] args) throws IOException {
        var file = Path.of(args[0]);
        var bytes = Files.readAllBytes(file);
        ByteBuffer.wrap(bytes).putShort(MAJOR_VERSION, JAVA_17);
        Files.write(file, bytes);
    }
}
