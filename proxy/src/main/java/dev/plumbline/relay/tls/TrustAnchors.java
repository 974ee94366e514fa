package dev.plumbline.relay.tls;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.KeyStoreException;
import java.security.NoSuchAlgorithmException;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import javax.net.ssl.TrustManagerFactory;
import javax.net.ssl.X509TrustManager;

/**
 * The authorities that origins are verified against.
 *
 * <p>Those of the operating system, which curl and most programs use, or of the JVM where it keeps none in one file.
 */
record TrustAnchors(List<X509Certificate> certificates) {
    private static final List<Path> SYSTEM_BUNDLES = List.of(
            Path.of("/etc/ssl/certs/ca-certificates.crt"),
            Path.of("/etc/pki/tls/certs/ca-bundle.crt"),
            Path.of("/etc/ssl/ca-bundle.pem"),
            Path.of("/etc/ssl/cert.pem"));
    private static final String BEGIN = "-----BEGIN CERTIFICATE-----";
    private static final String END = "-----END CERTIFICATE-----";

    TrustAnchors {
        certificates = List.copyOf(certificates);
    }

    static TrustAnchors system() throws IOException {
        for (Path bundle : SYSTEM_BUNDLES) {
            if (Files.isReadable(bundle)) {
                List<X509Certificate> found = readPem(bundle, true);
                if (!found.isEmpty()) {
                    return new TrustAnchors(found);
                }
            }
        }
        return new TrustAnchors(Arrays.asList(trustManager(null).getAcceptedIssuers()));
    }

    TrustAnchors and(List<Path> pemFiles) throws IOException {
        List<X509Certificate> all = new ArrayList<>(certificates);
        for (Path file : pemFiles) {
            List<X509Certificate> found = readPem(file, false);
            if (found.isEmpty()) {
                throw new IOException(file + ": holds no certificate (expected: PEM, " + BEGIN + ')');
            }
            all.addAll(found);
        }
        return new TrustAnchors(all);
    }

    private static List<X509Certificate> readPem(Path file, boolean lenient) throws IOException {
        String text = Files.readString(file, StandardCharsets.ISO_8859_1);
        List<X509Certificate> found = new ArrayList<>();
        int end = 0;
        for (int at = text.indexOf(BEGIN); at >= 0; at = text.indexOf(BEGIN, end)) {
            end = text.indexOf(END, at);
            if (end < 0) {
                throw new IOException(file + ": the certificate at character " + at + " has no end");
            }
            try {
                found.add(parse(text.substring(at + BEGIN.length(), end)));
            } catch (CertificateException | IllegalArgumentException e) {
                // One odd authority in the system's bundle is no reason to trust none; in the operator's file it is.
                if (!lenient) {
                    throw new IOException(file + ": the certificate at character " + at + " is malformed", e);
                }
            }
        }
        return found;
    }

    private static X509Certificate parse(String base64) throws CertificateException {
        InputStream der = new ByteArrayInputStream(Base64.getMimeDecoder().decode(base64));
        return (X509Certificate) CertificateFactory.getInstance("X.509").generateCertificate(der);
    }

    /** The JDK's path validation over these anchors. Neither revocation nor missing issuers are fetched. */
    X509TrustManager trustManager() {
        try {
            KeyStore store = KeyStore.getInstance(KeyStore.getDefaultType());
            store.load(null, null);
            for (int i = 0; i < certificates.size(); i++) {
                store.setCertificateEntry(Integer.toString(i), certificates.get(i));
            }
            return trustManager(store);
        } catch (GeneralSecurityException | IOException e) {
            throw new IllegalStateException(e);
        }
    }

    private static X509TrustManager trustManager(KeyStore store) {
        try {
            TrustManagerFactory factory = TrustManagerFactory.getInstance("PKIX");
            factory.init(store);
            return (X509TrustManager) factory.getTrustManagers()[0];
        } catch (NoSuchAlgorithmException | KeyStoreException e) {
            throw new IllegalStateException(e);
        }
    }
}
