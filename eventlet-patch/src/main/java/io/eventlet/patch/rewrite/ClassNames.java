// SPDX-License-Identifier: Apache-2.0
package io.eventlet.patch.rewrite;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;

/// Renames a class: its name in its own constant pool, and in the descriptors there.
///
/// The pool is all that has names in it, and nothing in a class file refers to a place by offset.
/// Source: The Java Virtual Machine Specification, 4.1 and 4.4.
public final class ClassNames {
    private static final int BEFORE_POOL = 8; // magic and version
    private static final int UTF8 = 1;

    private ClassNames() {}

    /// The class under another name; both names have dots.
    public static byte[] rename(byte[] bytes, String from, String to) {
        var old = from.replace('.', '/');
        var changed = to.replace('.', '/');
        var out = new ByteArrayOutputStream(bytes.length);
        try (var in = new DataInputStream(new ByteArrayInputStream(bytes));
                var written = new DataOutputStream(out)) {
            written.write(in.readNBytes(BEFORE_POOL));
            int count = in.readUnsignedShort();
            written.writeShort(count);
            for (int i = 1; i < count; i++) {
                int tag = in.readUnsignedByte();
                written.writeByte(tag);
                if (tag == UTF8) {
                    written.writeUTF(renamed(in.readUTF(), old, changed));
                    continue;
                }
                written.write(in.readNBytes(size(tag)));
                if (tag == 5 || tag == 6) { // a long or a double has two places
                    i++;
                }
            }
            in.transferTo(written);
        } catch (IOException e) {
            throw new UncheckedIOException("no class file of " + from, e);
        }
        return out.toByteArray();
    }

    private static String renamed(String text, String old, String changed) {
        return text.equals(old) ? changed : text.replace("L" + old + ";", "L" + changed + ";");
    }

    /// How many bytes follow a tag.
    private static int size(int tag) {
        return switch (tag) {
            case 3, 4, 9, 10, 11, 12, 17, 18 -> 4;
            case 5, 6 -> 8;
            case 7, 8, 16, 19, 20 -> 2;
            case 15 -> 3;
            default -> throw new IllegalArgumentException("no such constant: " + tag);
        };
    }
}
