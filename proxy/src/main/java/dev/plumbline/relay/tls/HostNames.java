package dev.plumbline.relay.tls;

import io.netty.util.NetUtil;
import java.security.cert.CertificateParsingException;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.Locale;

/**
 * Decides whether a certificate is for a host.
 *
 * <p>Source: RFC 9525. Only subjectAltName counts, never the common name; a wildcard is a whole leftmost label and
 * stands for exactly one. Underscores are letters like any other.
 */
final class HostNames {
    private static final int DNS_NAME = 2;
    private static final int IP_ADDRESS = 7;

    private HostNames() {
    }

    static boolean matches(X509Certificate certificate, String host) {
        byte[] address = NetUtil.createByteArrayFromIpAddressString(host);
        for (String name : names(certificate, address != null ? IP_ADDRESS : DNS_NAME)) {
            if (address != null ? Arrays.equals(address, NetUtil.createByteArrayFromIpAddressString(name))
                    : matches(name, host)) {
                return true;
            }
        }
        return false;
    }

    private static boolean matches(String pattern, String host) {
        String wanted = withoutFinalDot(host.toLowerCase(Locale.ROOT));
        String offered = withoutFinalDot(pattern.toLowerCase(Locale.ROOT));
        if (!offered.startsWith("*.")) {
            return offered.equals(wanted);
        }
        int dot = wanted.indexOf('.');
        String parent = offered.substring(2);
        // "*.com" would be for every company at once.
        return dot > 0 && parent.indexOf('.') > 0 && wanted.substring(dot + 1).equals(parent);
    }

    private static String withoutFinalDot(String name) {
        return name.endsWith(".") ? name.substring(0, name.length() - 1) : name;
    }

    /** All hosts that a certificate is for, for people. */
    static List<String> of(X509Certificate certificate) {
        List<String> all = new ArrayList<>(names(certificate, DNS_NAME));
        all.addAll(names(certificate, IP_ADDRESS));
        return all;
    }

    private static List<String> names(X509Certificate certificate, int type) {
        List<String> found = new ArrayList<>();
        try {
            Collection<List<?>> all = certificate.getSubjectAlternativeNames();
            if (all != null) {
                for (List<?> name : all) {
                    if (name.get(0).equals(type) && name.get(1) instanceof String text) {
                        found.add(text);
                    }
                }
            }
        } catch (CertificateParsingException e) {
            return List.of();
        }
        return found;
    }
}
