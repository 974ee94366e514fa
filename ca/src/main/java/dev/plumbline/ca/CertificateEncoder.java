package dev.plumbline.ca;

import java.io.IOException;
import java.math.BigInteger;
import java.security.GeneralSecurityException;
import java.security.PublicKey;
import java.security.SecureRandom;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import org.bouncycastle.asn1.ASN1Encodable;
import org.bouncycastle.asn1.ASN1Integer;
import org.bouncycastle.asn1.ASN1ObjectIdentifier;
import org.bouncycastle.asn1.DERBitString;
import org.bouncycastle.asn1.DERGeneralizedTime;
import org.bouncycastle.asn1.DERIA5String;
import org.bouncycastle.asn1.DEROctetString;
import org.bouncycastle.asn1.DERSequence;
import org.bouncycastle.asn1.DERUTCTime;
import org.bouncycastle.asn1.DERUTF8String;
import org.bouncycastle.asn1.x500.RDN;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.asn1.x509.AlgorithmIdentifier;
import org.bouncycastle.asn1.x509.AuthorityKeyIdentifier;
import org.bouncycastle.asn1.x509.BasicConstraints;
import org.bouncycastle.asn1.x509.ExtendedKeyUsage;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.ExtensionsGenerator;
import org.bouncycastle.asn1.x509.GeneralName;
import org.bouncycastle.asn1.x509.GeneralNames;
import org.bouncycastle.asn1.x509.KeyPurposeId;
import org.bouncycastle.asn1.x509.KeyUsage;
import org.bouncycastle.asn1.x509.SubjectKeyIdentifier;
import org.bouncycastle.asn1.x509.SubjectPublicKeyInfo;
import org.bouncycastle.asn1.x509.TBSCertificate;
import org.bouncycastle.asn1.x509.Time;
import org.bouncycastle.asn1.x509.V3TBSCertificateGenerator;

/**
 * The profile of our two kinds of certificate, as DER. The only class that knows BouncyCastle.
 *
 * <p>It uses the plain ASN.1 types and none of the operator framework: the first certificate of a cold JVM costs what its
 * classes cost to load, and to check, since the library's jar is signed. On the boot class path it is not checked.
 *
 * <p>Source: RFC 5280 sections 4.1 and 4.2, RFC 5758 section 3.2 (algorithm identifier).
 */
final class CertificateEncoder {

    /** Upper bound of a common name (RFC 5280 appendix A.1, ub-common-name). */
    static final int MAX_COMMON_NAME = 64;

    private static final ASN1ObjectIdentifier COMMON_NAME = new ASN1ObjectIdentifier("2.5.4.3");
    private static final ASN1ObjectIdentifier ORGANIZATION = new ASN1ObjectIdentifier("2.5.4.10");
    private static final AlgorithmIdentifier ECDSA_WITH_SHA256 =
            new AlgorithmIdentifier(new ASN1ObjectIdentifier("1.2.840.10045.4.3.2"));
    private static final SecureRandom RANDOM = new SecureRandom();

    private CertificateEncoder() {}

    static byte[] root(StoredKey key, String commonName, Instant notBefore, Instant notAfter) {
        X500Name self = new X500Name(new RDN[] {
            new RDN(ORGANIZATION, new DERUTF8String("Plumbline")), new RDN(COMMON_NAME, new DERUTF8String(commonName))});
        ExtensionsGenerator extensions = new ExtensionsGenerator();
        add(extensions, Extension.basicConstraints, true, new BasicConstraints(0));
        add(extensions, Extension.keyUsage, true, new KeyUsage(KeyUsage.keyCertSign | KeyUsage.cRLSign));
        add(extensions, Extension.subjectKeyIdentifier, false, new SubjectKeyIdentifier(key.id()));
        V3TBSCertificateGenerator body = body(key.publicKey(), notBefore, notAfter);
        body.setIssuer(self);
        body.setSubject(self);
        return signed(body, extensions, key);
    }

    static byte[] leaf(ServerName host, PublicKey leafKey, X509Certificate issuer, StoredKey issuerKey,
            Instant notBefore, Instant notAfter) {
        // A name too long for a common name stands in the alternative name alone, which is then critical
        // (RFC 5280 section 4.2.1.6).
        boolean named = host.text().length() <= MAX_COMMON_NAME;
        RDN[] subject = named ? new RDN[] {new RDN(COMMON_NAME, new DERUTF8String(host.text()))} : new RDN[0];
        GeneralName alternative = host.isAddress()
                ? new GeneralName(GeneralName.iPAddress, new DEROctetString(host.address()))
                : new GeneralName(GeneralName.dNSName, new DERIA5String(host.text()));
        ExtensionsGenerator extensions = new ExtensionsGenerator();
        add(extensions, Extension.subjectAlternativeName, !named, new GeneralNames(alternative));
        add(extensions, Extension.basicConstraints, true, new BasicConstraints(false));
        add(extensions, Extension.keyUsage, true, new KeyUsage(KeyUsage.digitalSignature));
        add(extensions, Extension.extendedKeyUsage, false, new ExtendedKeyUsage(KeyPurposeId.id_kp_serverAuth));
        add(extensions, Extension.authorityKeyIdentifier, false, new AuthorityKeyIdentifier(issuerKey.id()));
        add(extensions, Extension.subjectKeyIdentifier, false, new SubjectKeyIdentifier(StoredKey.id(leafKey)));
        V3TBSCertificateGenerator body = body(leafKey, notBefore, notAfter);
        body.setIssuer(X500Name.getInstance(issuer.getSubjectX500Principal().getEncoded()));
        body.setSubject(new X500Name(subject));
        return signed(body, extensions, issuerKey);
    }

    private static V3TBSCertificateGenerator body(PublicKey key, Instant notBefore, Instant notAfter) {
        V3TBSCertificateGenerator body = new V3TBSCertificateGenerator();
        // Positive (RFC 5280 section 4.1.2.2), and unguessable, so that no one can prepare a colliding certificate.
        body.setSerialNumber(new ASN1Integer(new BigInteger(127, RANDOM).max(BigInteger.ONE)));
        body.setSignature(ECDSA_WITH_SHA256);
        body.setStartDate(time(notBefore));
        body.setEndDate(time(notAfter));
        body.setSubjectPublicKeyInfo(SubjectPublicKeyInfo.getInstance(key.getEncoded()));
        return body;
    }

    private static byte[] signed(V3TBSCertificateGenerator body, ExtensionsGenerator extensions, StoredKey key) {
        body.setExtensions(extensions.generate());
        TBSCertificate unsigned = body.generateTBSCertificate();
        try {
            DERBitString signature = new DERBitString(key.sign(unsigned.getEncoded("DER")));
            return new DERSequence(new ASN1Encodable[] {unsigned, ECDSA_WITH_SHA256, signature}).getEncoded("DER");
        } catch (IOException | GeneralSecurityException e) {
            throw new IllegalStateException("a checked name and key make no certificate", e);
        }
    }

    private static void add(ExtensionsGenerator to, ASN1ObjectIdentifier id, boolean critical, ASN1Encodable value) {
        try {
            to.addExtension(id, critical, value);
        } catch (IOException e) {
            throw new IllegalStateException("extension " + id + " does not encode", e);
        }
    }

    /** Two-digit years through 2049, four digits after (RFC 5280 section 4.1.2.5). By hand: date formatters load locale data. */
    private static Time time(Instant instant) {
        LocalDateTime utc = LocalDateTime.ofInstant(instant, ZoneOffset.UTC);
        boolean shortYear = utc.getYear() < 2050;
        StringBuilder text = new StringBuilder(15);
        text.append(shortYear ? two(utc.getYear() % 100) : Integer.toString(utc.getYear()));
        text.append(two(utc.getMonthValue())).append(two(utc.getDayOfMonth()));
        text.append(two(utc.getHour())).append(two(utc.getMinute())).append(two(utc.getSecond())).append('Z');
        return new Time(shortYear ? new DERUTCTime(text.toString()) : new DERGeneralizedTime(text.toString()));
    }

    private static String two(int number) {
        return number < 10 ? "0" + number : Integer.toString(number);
    }
}
