// SPDX-License-Identifier: Apache-2.0
package io.eventlet.net.tls;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.KeyStore;
import java.security.Signature;
import java.security.cert.Certificate;
import java.security.cert.CertificateFactory;
import java.security.spec.ECGenParameterSpec;

import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;

/// A certificate for `localhost` that nobody but its own context trusts, made for a [Rehearsal] and
/// forgotten. The JDK makes keys but no certificates, so its few fields are written here: RFC 5280,
/// 4.1, in the form of version 1.
final class RehearsalCertificate {
    private static final int SEQUENCE = 0x30;
    private static final int SET = 0x31;
    private static final int INTEGER = 0x02;
    private static final int BIT_STRING = 0x03;
    private static final int OBJECT = 0x06;
    private static final int UTF8_STRING = 0x0c;
    private static final int GENERALIZED_TIME = 0x18;

    /// ecdsa-with-SHA256, 1.2.840.10045.4.3.2
    private static final byte[] ECDSA_SHA256 = {0x2a, -0x7a, 0x48, -0x32, 0x3d, 4, 3, 2};

    /// commonName, 2.5.4.3
    private static final byte[] COMMON_NAME = {0x55, 4, 3};

    private static final char[] PASSWORD = "rehearsal".toCharArray();

    private final KeyPair keys;
    private final Certificate certificate;

    private RehearsalCertificate(KeyPair keys, Certificate certificate) {
        this.keys = keys;
        this.certificate = certificate;
    }

    static RehearsalCertificate make() throws GeneralSecurityException {
        var generator = KeyPairGenerator.getInstance("EC");
        generator.initialize(new ECGenParameterSpec("secp256r1"));
        var keys = generator.generateKeyPair();
        var signer = Signature.getInstance("SHA256withECDSA");
        byte[] algorithm = der(SEQUENCE, der(OBJECT, ECDSA_SHA256));
        byte[] name =
                der(
                        SEQUENCE,
                        der(
                                SET,
                                der(
                                        SEQUENCE,
                                        der(OBJECT, COMMON_NAME),
                                        der(UTF8_STRING, ascii("localhost")))));
        byte[] always =
                der(
                        SEQUENCE,
                        der(GENERALIZED_TIME, ascii("20000101000000Z")),
                        der(GENERALIZED_TIME, ascii("99991231235959Z")));
        byte[] content =
                der(
                        SEQUENCE,
                        der(INTEGER, new byte[] {1}),
                        algorithm,
                        name,
                        always,
                        name,
                        keys.getPublic().getEncoded());
        signer.initSign(keys.getPrivate());
        signer.update(content);
        byte[] signature = der(BIT_STRING, new byte[] {0}, signer.sign());
        byte[] whole = der(SEQUENCE, content, algorithm, signature);
        var certificate =
                CertificateFactory.getInstance("X.509")
                        .generateCertificate(new ByteArrayInputStream(whole));
        return new RehearsalCertificate(keys, certificate);
    }

    /// One that has it and trusts it.
    SSLContext context() throws GeneralSecurityException, IOException {
        var store = KeyStore.getInstance("PKCS12");
        store.load(null, null);
        store.setKeyEntry("own", keys.getPrivate(), PASSWORD, new Certificate[] {certificate});
        store.setCertificateEntry("trusted", certificate);
        var own = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
        own.init(store, PASSWORD);
        var trusted = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
        trusted.init(store);
        var context = SSLContext.getInstance("TLS");
        context.init(own.getKeyManagers(), trusted.getTrustManagers(), null);
        return context;
    }

    private static byte[] ascii(String text) {
        return text.getBytes(US_ASCII);
    }

    /// A value by the distinguished encoding rules.
    private static byte[] der(int tag, byte[]... parts) {
        var content = new ByteArrayOutputStream();
        for (var part : parts) {
            content.writeBytes(part);
        }
        var value = new ByteArrayOutputStream();
        value.write(tag);
        int length = content.size();
        if (length > 0xff) {
            value.write(0x82);
            value.write(length >> 8);
        } else if (length > 0x7f) {
            value.write(0x81);
        }
        value.write(length);
        value.writeBytes(content.toByteArray());
        return value.toByteArray();
    }
}
