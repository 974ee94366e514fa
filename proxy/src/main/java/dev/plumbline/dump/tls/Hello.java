package dev.plumbline.dump.tls;

import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Optional;

/**
 * What matters of a ClientHello or a ServerHello.
 *
 * <p>Owned by: nobody, it is immutable. Source: RFC 8446 section 4.1.
 *
 * @param version the one chosen, of a ServerHello; 0x0304 is TLS 1.3
 * @param suite the one chosen, of a ServerHello
 * @param sni of a ClientHello; empty when there is none
 * @param alpn of a ServerHello; empty when there is none
 * @param offersEarlyData of a ClientHello: octets may follow before the handshake is over
 * @param resumes of a ServerHello in TLS 1.3: the session is one that began before
 */
record Hello(byte[] random, int version, int suite, String sni, String alpn, boolean offersEarlyData, boolean resumes) {
    private static final byte[] RETRY = HexFormat.of().parseHex("cf21ad74e59a6111be1d8c021e65b891c2a211167abb8c5e079e09e2c8a8339c");
    static final int TLS12 = 0x0303;
    static final int TLS13 = 0x0304;
    private static final int SERVER_NAME = 0;
    private static final int ALPN = 16;
    private static final int PRE_SHARED_KEY = 41;
    private static final int EARLY_DATA = 42;
    private static final int SUPPORTED_VERSIONS = 43;

    /** Whether it is a HelloRetryRequest: the ClientHello comes again. */
    boolean isRetry() {
        return Arrays.equals(random, RETRY);
    }

    String versionName() {
        return switch (version) {
            case 0x0300 -> "SSLv3";
            case 0x0301 -> "TLSv1";
            case 0x0302 -> "TLSv1.1";
            case TLS12 -> "TLSv1.2";
            case TLS13 -> "TLSv1.3";
            default -> String.format("version 0x%04x", version);
        };
    }

    /** @param message the handshake message without its header; empty when it makes no sense */
    static Optional<Hello> of(boolean ofClient, byte[] message) {
        try {
            return Optional.of(new Reading().hello(ofClient, ByteBuffer.wrap(message)));
        } catch (BufferUnderflowException | IndexOutOfBoundsException | IllegalArgumentException e) {
            return Optional.empty();
        }
    }

    /** What matters of TLS 1.3's EncryptedExtensions: the ALPN protocol, empty when there is none, and whether early data is taken. */
    record Extensions(String alpn, boolean hasEarlyData) {
    }

    static Extensions encryptedExtensions(byte[] message) {
        Reading reading = new Reading();
        try {
            reading.extensions(false, part(ByteBuffer.wrap(message), 2));
        } catch (BufferUnderflowException | IndexOutOfBoundsException | IllegalArgumentException e) {
            // Cut: what stands before counts.
            return new Extensions(reading.alpn, reading.earlyData);
        }
        return new Extensions(reading.alpn, reading.earlyData);
    }

    private static ByteBuffer part(ByteBuffer in, int lengthOctets) {
        int length = lengthOctets == 1 ? in.get() & 0xff : in.getShort() & 0xffff;
        ByteBuffer out = in.slice(in.position(), length);
        in.position(in.position() + length);
        return out;
    }

    private static String text(ByteBuffer in) {
        return StandardCharsets.ISO_8859_1.decode(in).toString();
    }

    private static final class Reading {
        private int version;
        private String sni = "";
        private String alpn = "";
        private boolean earlyData;
        private boolean resumes;

        private Hello hello(boolean ofClient, ByteBuffer in) {
            version = in.getShort() & 0xffff;
            byte[] random = new byte[32];
            in.get(random);
            part(in, 1);
            int suite = 0;
            if (ofClient) {
                part(in, 2);
                part(in, 1);
            } else {
                suite = in.getShort() & 0xffff;
                in.get();
            }
            if (in.hasRemaining()) {
                extensions(ofClient, part(in, 2));
            }
            return new Hello(random, version, suite, sni, alpn, earlyData, resumes);
        }

        private void extensions(boolean ofClient, ByteBuffer in) {
            while (in.hasRemaining()) {
                int type = in.getShort() & 0xffff;
                ByteBuffer value = part(in, 2);
                if (type == SERVER_NAME && ofClient && value.hasRemaining()) {
                    ByteBuffer names = part(value, 2);
                    sni = names.get() == 0 ? text(part(names, 2)) : "";
                } else if (type == ALPN && !ofClient) {
                    alpn = text(part(part(value, 2), 1));
                } else if (type == SUPPORTED_VERSIONS && !ofClient) {
                    version = value.getShort() & 0xffff;
                } else if (type == EARLY_DATA) {
                    earlyData = true;
                } else if (type == PRE_SHARED_KEY && !ofClient) {
                    resumes = true;
                }
            }
        }
    }
}
