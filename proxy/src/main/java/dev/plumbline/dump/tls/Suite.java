package dev.plumbline.dump.tls;

import java.util.HashMap;
import java.util.Map;

/**
 * A cipher suite: what it is called, and how to open its records if that can be done here.
 *
 * <p>Source: IANA's registry of TLS cipher suites.
 *
 * @param name IANA's, or its number
 * @param protection how records are protected
 * @param hash of the PRF or HKDF
 */
record Suite(String name, Protection protection, Hash hash) {
    /** AEADs with what they need. */
    enum Protection {
        AES_128_GCM(16),
        AES_256_GCM(32),
        CHACHA20_POLY1305(32),
        OTHER(0);

        private final int keyOctets;

        Protection(int keyOctets) {
            this.keyOctets = keyOctets;
        }

        int keyOctets() {
            return keyOctets;
        }

        boolean isGcm() {
            return this == AES_128_GCM || this == AES_256_GCM;
        }
    }

    /** Hash functions by what the JDK calls their HMACs. */
    enum Hash {
        SHA256("HmacSHA256", 32),
        SHA384("HmacSHA384", 48);

        private final String mac;
        private final int octets;

        Hash(String mac, int octets) {
            this.mac = mac;
            this.octets = octets;
        }

        String mac() {
            return mac;
        }

        int octets() {
            return octets;
        }
    }

    private static final Map<Integer, Suite> KNOWN = known();

    static Suite of(int number) {
        Suite suite = KNOWN.get(number);
        return suite != null ? suite : new Suite(String.format("suite 0x%04x", number), Protection.OTHER, Hash.SHA256);
    }

    boolean canBeOpened() {
        return protection != Protection.OTHER;
    }

    private static Map<Integer, Suite> known() {
        Map<Integer, Suite> all = new HashMap<>();
        add(all, 0x1301, "TLS_AES_128_GCM_SHA256");
        add(all, 0x1302, "TLS_AES_256_GCM_SHA384");
        add(all, 0x1303, "TLS_CHACHA20_POLY1305_SHA256");
        add(all, 0x1304, "TLS_AES_128_CCM_SHA256");
        add(all, 0x1305, "TLS_AES_128_CCM_8_SHA256");
        pair(all, 0x9c, "RSA", "GCM_SHA256", "GCM_SHA384");
        pair(all, 0x9e, "DHE_RSA", "GCM_SHA256", "GCM_SHA384");
        pair(all, 0xa2, "DHE_DSS", "GCM_SHA256", "GCM_SHA384");
        pair(all, 0xa8, "PSK", "GCM_SHA256", "GCM_SHA384");
        String[] keyExchanges = {"ECDHE_ECDSA", "ECDH_ECDSA", "ECDHE_RSA", "ECDH_RSA"};
        int[] oldest = {0xc009, 0xc004, 0xc013, 0xc00e};
        for (int i = 0; i < keyExchanges.length; i++) {
            pair(all, 0xc02b + 2 * i, keyExchanges[i], "GCM_SHA256", "GCM_SHA384");
            pair(all, 0xc023 + 2 * i, keyExchanges[i], "CBC_SHA256", "CBC_SHA384");
            pair(all, oldest[i], keyExchanges[i], "CBC_SHA", "CBC_SHA");
        }
        add(all, 0xcca8, "TLS_ECDHE_RSA_WITH_CHACHA20_POLY1305_SHA256");
        add(all, 0xcca9, "TLS_ECDHE_ECDSA_WITH_CHACHA20_POLY1305_SHA256");
        add(all, 0xccaa, "TLS_DHE_RSA_WITH_CHACHA20_POLY1305_SHA256");
        add(all, 0xccab, "TLS_PSK_WITH_CHACHA20_POLY1305_SHA256");
        add(all, 0xccac, "TLS_ECDHE_PSK_WITH_CHACHA20_POLY1305_SHA256");
        add(all, 0xccad, "TLS_DHE_PSK_WITH_CHACHA20_POLY1305_SHA256");
        pair(all, 0xd001, "ECDHE_PSK", "GCM_SHA256", "GCM_SHA384");
        add(all, 0x2f, "TLS_RSA_WITH_AES_128_CBC_SHA");
        add(all, 0x35, "TLS_RSA_WITH_AES_256_CBC_SHA");
        add(all, 0x33, "TLS_DHE_RSA_WITH_AES_128_CBC_SHA");
        add(all, 0x39, "TLS_DHE_RSA_WITH_AES_256_CBC_SHA");
        add(all, 0x3c, "TLS_RSA_WITH_AES_128_CBC_SHA256");
        add(all, 0x3d, "TLS_RSA_WITH_AES_256_CBC_SHA256");
        add(all, 0x67, "TLS_DHE_RSA_WITH_AES_128_CBC_SHA256");
        add(all, 0x6b, "TLS_DHE_RSA_WITH_AES_256_CBC_SHA256");
        add(all, 0x0a, "TLS_RSA_WITH_3DES_EDE_CBC_SHA");
        return all;
    }

    private static void pair(Map<Integer, Suite> to, int number, String keyExchange, String with128, String with256) {
        add(to, number, "TLS_" + keyExchange + "_WITH_AES_128_" + with128);
        add(to, number + 1, "TLS_" + keyExchange + "_WITH_AES_256_" + with256);
    }

    private static void add(Map<Integer, Suite> to, int number, String name) {
        Protection protection = name.contains("CHACHA20") ? Protection.CHACHA20_POLY1305
                : !name.contains("_GCM_") ? Protection.OTHER
                : name.contains("AES_128") ? Protection.AES_128_GCM : Protection.AES_256_GCM;
        to.put(number, new Suite(name, protection, name.endsWith("SHA384") ? Hash.SHA384 : Hash.SHA256));
    }
}
