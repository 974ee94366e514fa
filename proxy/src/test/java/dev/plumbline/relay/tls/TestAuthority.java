package dev.plumbline.relay.tls;

import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.PrivateKey;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.Date;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.asn1.x509.BasicConstraints;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.GeneralName;
import org.bouncycastle.asn1.x509.GeneralNames;
import org.bouncycastle.cert.X509v3CertificateBuilder;
import org.bouncycastle.cert.jcajce.JcaX509CertificateConverter;
import org.bouncycastle.cert.jcajce.JcaX509v3CertificateBuilder;
import org.bouncycastle.operator.jcajce.JcaContentSignerBuilder;

/** Issues good and bad certificates. */
final class TestAuthority {
    private static final AtomicLong SERIAL = new AtomicLong(1);
    private static final Duration DAY = Duration.ofDays(1);

    private final KeyPair keys = ec();
    private final X509Certificate root;

    TestAuthority(String name) {
        root = certificate(name, name, keys.getPublic(), keys.getPrivate(), Instant.now().minus(DAY),
                Instant.now().plus(DAY), null);
    }

    record Identity(String id, List<X509Certificate> chain, PrivateKey privateKey) implements ServerIdentity {
    }

    X509Certificate root() {
        return root;
    }

    Path pem(Path directory) throws Exception {
        return pem(directory.resolve("root-" + SERIAL.incrementAndGet() + ".pem"), List.of(root));
    }

    static Path pem(Path file, List<X509Certificate> certificates) throws Exception {
        StringBuilder text = new StringBuilder("A comment -- with dashes\n");
        for (X509Certificate certificate : certificates) {
            text.append(block("CERTIFICATE", certificate.getEncoded()));
        }
        return Files.writeString(file, text);
    }

    static Path keyPem(Path file, PrivateKey key) throws Exception {
        return Files.writeString(file, block("PRIVATE KEY", key.getEncoded()));
    }

    private static String block(String what, byte[] der) {
        String base64 = Base64.getMimeEncoder(64, "\n".getBytes(StandardCharsets.US_ASCII)).encodeToString(der);
        return "-----BEGIN " + what + "-----\n" + base64 + "\n-----END " + what + "-----\n";
    }

    Identity leaf(String host) {
        return leaf(host, ec(), Instant.now().minus(DAY), Instant.now().plus(DAY));
    }

    Identity rsaLeaf(String host) {
        return leaf(host, keyPair("RSA", 2048), Instant.now().minus(DAY), Instant.now().plus(DAY));
    }

    Identity leaf(String host, Instant notBefore, Instant notAfter) {
        return leaf(host, ec(), notBefore, notAfter);
    }

    private Identity leaf(String host, KeyPair leafKeys, Instant notBefore, Instant notAfter) {
        X509Certificate leaf = certificate("CN=" + host.replace(',', '_'), root.getSubjectX500Principal().getName(),
                leafKeys.getPublic(), keys.getPrivate(), notBefore, notAfter, host);
        return new Identity(host + '#' + leaf.getSerialNumber(), List.of(leaf, root), leafKeys.getPrivate());
    }

    static Identity selfSigned(String host) {
        KeyPair own = ec();
        X509Certificate leaf = certificate("CN=" + host, "CN=" + host, own.getPublic(), own.getPrivate(),
                Instant.now().minus(DAY), Instant.now().plus(DAY), host);
        return new Identity("self#" + leaf.getSerialNumber(), List.of(leaf), own.getPrivate());
    }

    static Identity withoutNames(TestAuthority authority, String commonName) {
        KeyPair own = ec();
        X509Certificate leaf = certificate("CN=" + commonName, authority.root.getSubjectX500Principal().getName(),
                own.getPublic(), authority.keys.getPrivate(), Instant.now().minus(DAY), Instant.now().plus(DAY), "");
        return new Identity("bare#" + leaf.getSerialNumber(), List.of(leaf, authority.root), own.getPrivate());
    }

    /** {@code names} null makes an authority; several names are separated by commas. */
    private static X509Certificate certificate(String subject, String issuer, java.security.PublicKey key,
            PrivateKey signer, Instant notBefore, Instant notAfter, String names) {
        try {
            X509v3CertificateBuilder builder = new JcaX509v3CertificateBuilder(new X500Name(issuer),
                    BigInteger.valueOf(SERIAL.incrementAndGet()), Date.from(notBefore), Date.from(notAfter),
                    new X500Name(subject), key);
            builder.addExtension(Extension.basicConstraints, true, new BasicConstraints(names == null));
            if (names != null && !names.isEmpty()) {
                GeneralName[] all = List.of(names.split(",")).stream().map(name -> new GeneralName(
                        name.matches("[0-9.]+|.*:.*") ? GeneralName.iPAddress : GeneralName.dNSName, name))
                        .toArray(GeneralName[]::new);
                builder.addExtension(Extension.subjectAlternativeName, false, new GeneralNames(all));
            }
            return new JcaX509CertificateConverter().getCertificate(
                    builder.build(new JcaContentSignerBuilder("SHA256withECDSA").build(signer)));
        } catch (Exception e) {
            throw new IllegalStateException(e);
        }
    }

    private static KeyPair ec() {
        return keyPair("EC", 256);
    }

    private static KeyPair keyPair(String algorithm, int size) {
        try {
            KeyPairGenerator generator = KeyPairGenerator.getInstance(algorithm);
            generator.initialize(size);
            return generator.generateKeyPair();
        } catch (Exception e) {
            throw new IllegalStateException(e);
        }
    }
}
