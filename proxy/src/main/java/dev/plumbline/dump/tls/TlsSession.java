package dev.plumbline.dump.tls;

import dev.plumbline.wire.Heading;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/**
 * One TLS connection as a bystander sees it: takes its records in order, per heading, and gives what they held.
 *
 * <pre>
 *            ClientHello ─▶
 *                        ◀─ ServerHello: version and suite are known, and with them whether it can be read
 *  TLS 1.2   ChangeCipherSpec in each heading: from there on its records are sealed
 *  TLS 1.3   what follows is sealed at once, under the handshake secret up to Finished, then under the application secret
 * </pre>
 *
 * <p>Owned by: the importing thread. Source: RFC 8446, RFC 5246.
 */
public final class TlsSession {
    private static final int CHANGE_CIPHER_SPEC = 20;
    private static final int ALERT = 21;
    private static final int HANDSHAKE = 22;
    private static final int DATA = 23;
    private static final int CLIENT_HELLO = 1;
    private static final int SERVER_HELLO = 2;
    private static final int ENCRYPTED_EXTENSIONS = 8;
    private static final int FINISHED = 20;
    private static final int KEY_UPDATE = 24;
    private static final int TLS12 = 0x0303;
    private static final int TLS13 = 0x0304;
    /** Sealed handshake records to go over where their secret is not there: certificates can be long. */
    private static final int MOST_SKIPPED = 64;

    private final Keys keys;
    private final Side client = new Side("CLIENT");
    private final Side server = new Side("SERVER");
    private Hello hello;
    private Hello answer;
    private Suite suite;
    private String alpn = "";
    private boolean sawCertificate;
    private boolean skippedEarlyData;
    /** After a HelloRetryRequest. */
    private boolean awaitsSecondHello;

    /** One heading. */
    private static final class Side {
        private final String name;
        private final HandshakeMessages messages = new HandshakeMessages();
        private Opener opener;
        /** TLS 1.3: under the application secret. */
        private boolean isApplication;
        private byte[] secret;
        private boolean isSealed;
        private boolean isFinished;
        private int skipped;

        Side(String name) {
            this.name = name;
        }
    }

    public TlsSession(Keys keys) {
        this.keys = keys;
    }

    /** Takes the next record of a heading, header and all. */
    public Opened record(Heading heading, byte[] record) {
        Side side = heading == Heading.TO_SERVER ? client : server;
        int type = record[0] & 0xff;
        if (type == HANDSHAKE && !side.isSealed && !isAwaitingServer(side)) {
            return messages(side, Arrays.copyOfRange(record, Opener.HEADER, record.length));
        }
        if (isAwaitingServer(side)) {
            // After HelloRetryRequest the client speaks again in clear; what it may say before that is early data.
            return type == CHANGE_CIPHER_SPEC ? Opened.NOTHING : Opened.LATER;
        }
        if (type == CHANGE_CIPHER_SPEC) {
            return changeCipherSpec(side);
        }
        if (type == ALERT && !side.isSealed) {
            return Opened.NOTHING;
        }
        if (answer == null && type == DATA && side == client && hello != null && hello.offersEarlyData()) {
            skippedEarlyData = true;
            return Opened.NOTHING;
        }
        if (answer == null || type != DATA && isTls13() && side.isSealed) {
            return type == ALERT ? Opened.NOTHING : Opened.problem("a record of type " + type + " where none can be");
        }
        if (!canBeRead()) {
            return Opened.problem(whyUnreadable());
        }
        return isTls13() ? openTls13(side, record) : openTls12(side, type, record);
    }

    /** Whether the ServerHello is there, so that all questions below have their answers. */
    public boolean isAnswered() {
        return answer != null;
    }

    /** Whether a key log knows the connection, and its suite can be opened. */
    public boolean canBeRead() {
        return answer != null && suite.canBeOpened() && hasKeys();
    }

    /** Why it cannot be read, one line; empty when it can. */
    public String whyUnreadable() {
        if (answer == null || canBeRead()) {
            return "";
        }
        return suite.canBeOpened() && isKnownVersion()
                ? version() + ", no keys"
                : version() + " with " + suite.name() + ", which cannot be decrypted here";
    }

    public boolean isSuiteReadable() {
        return answer != null && suite.canBeOpened() && isKnownVersion();
    }

    /** Whether both sides have finished. */
    public boolean isEstablished() {
        return client.isFinished && server.isFinished;
    }

    public String version() {
        int version = answer == null ? 0 : answer.version();
        return switch (version) {
            case 0x0300 -> "SSLv3";
            case 0x0301 -> "TLSv1";
            case 0x0302 -> "TLSv1.1";
            case TLS12 -> "TLSv1.2";
            case TLS13 -> "TLSv1.3";
            default -> String.format("version 0x%04x", version);
        };
    }

    public String cipher() {
        return suite == null ? "" : suite.name();
    }

    /** As far as it is known: in TLS 1.3 it takes the keys to see it. */
    public String alpn() {
        return alpn;
    }

    public String sni() {
        return hello == null ? "" : hello.sni();
    }

    /** Whether the session began with another connection; empty where that cannot be told yet. */
    public Optional<Boolean> resumed() {
        if (answer == null) {
            return Optional.empty();
        }
        return isTls13() ? Optional.of(answer.resumes()) : server.isSealed ? Optional.of(!sawCertificate) : Optional.empty();
    }

    /** Whether early data was there, which stays unread. */
    public boolean hasUnreadEarlyData() {
        return skippedEarlyData;
    }

    /** The secrets of the connection, as lines of a key log. */
    public List<String> secrets() {
        return hello == null ? List.of() : keys.linesOf(hello.random());
    }

    /** Octets of memory. */
    public long memory() {
        return 1024 + client.messages.memory() + server.messages.memory();
    }

    private boolean isAwaitingServer(Side side) {
        return side == client && hello != null && answer == null && !awaitsSecondHello;
    }

    private boolean isTls13() {
        return answer.version() == TLS13;
    }

    private boolean isKnownVersion() {
        return answer.version() == TLS12 || answer.version() == TLS13;
    }

    private boolean hasKeys() {
        if (!isKnownVersion()) {
            return false;
        }
        return isTls13()
                ? secret("CLIENT_TRAFFIC_SECRET_0").isPresent() && secret("SERVER_TRAFFIC_SECRET_0").isPresent()
                : secret("CLIENT_RANDOM").isPresent();
    }

    private Optional<byte[]> secret(String label) {
        return keys.secret(hello.random(), label);
    }

    private Opened messages(Side side, byte[] octets) {
        String problem = side.messages.add(octets, octets.length, (type, body) -> message(side, type, body));
        return problem.isEmpty() ? Opened.NOTHING : Opened.problem(problem);
    }

    /** @return why reading ends here; empty when it goes on */
    private String message(Side side, int type, byte[] body) {
        if (side == client && type == CLIENT_HELLO) {
            return clientHello(body);
        }
        if (side == server && type == SERVER_HELLO && answer == null) {
            return serverHello(body);
        }
        sawCertificate |= side == server && type == 11;
        if (type == ENCRYPTED_EXTENSIONS && side == server && answer != null && isTls13()) {
            alpn = Hello.alpnOf(body);
        } else if (type == FINISHED) {
            side.isFinished = true;
            if (answer != null && isTls13()) {
                toApplication(side);
            }
        } else if (type == KEY_UPDATE && answer != null && isTls13() && side.isApplication) {
            side.secret = Derivation.expandLabel(suite.hash(), side.secret, "traffic upd", suite.hash().octets());
            side.opener = Opener.ofTls13(suite, side.secret);
        }
        return "";
    }

    private String clientHello(byte[] body) {
        if (client.isSealed || answer != null) {
            return "the handshake begins anew (renegotiation), which is not followed";
        }
        Optional<Hello> read = Hello.of(true, body);
        if (read.isEmpty()) {
            return "a ClientHello that makes no sense";
        }
        hello = hello == null ? read.get() : hello;
        awaitsSecondHello = false;
        return "";
    }

    private String serverHello(byte[] body) {
        Optional<Hello> read = Hello.of(false, body);
        if (read.isEmpty() || hello == null) {
            return "a ServerHello that makes no sense";
        }
        if (read.get().isRetry()) {
            awaitsSecondHello = true;
            return "";
        }
        answer = read.get();
        suite = Suite.of(answer.suite());
        alpn = answer.alpn();
        if (isTls13() && canBeRead()) {
            handshakeKeys(client);
            handshakeKeys(server);
        }
        if (isTls13()) {
            client.isSealed = true;
            server.isSealed = true;
        }
        return "";
    }

    private void handshakeKeys(Side side) {
        secret(side.name + "_HANDSHAKE_TRAFFIC_SECRET").ifPresent(secret -> side.opener = Opener.ofTls13(suite, secret));
    }

    private void toApplication(Side side) {
        side.secret = secret(side.name + "_TRAFFIC_SECRET_0").orElse(null);
        side.opener = side.secret == null ? null : Opener.ofTls13(suite, side.secret);
        side.isApplication = true;
        side.isFinished = true;
    }

    private Opened changeCipherSpec(Side side) {
        if (answer == null || isTls13()) {
            return Opened.NOTHING;
        }
        if (side.isSealed) {
            return Opened.problem("the keys change again (renegotiation), which is not followed");
        }
        side.isSealed = true;
        if (canBeRead()) {
            byte[] seed = Derivation.joined(answer.random(), hello.random());
            int key = suite.protection().keyOctets();
            int iv = suite.protection().isGcm() ? 4 : 12;
            byte[] block = Derivation.prf(suite.hash(), secret("CLIENT_RANDOM").orElseThrow(), "key expansion", seed, 2 * key + 2 * iv);
            int nth = side == client ? 0 : 1;
            side.opener = new Opener(
                    suite.protection(), false, Arrays.copyOfRange(block, nth * key, nth * key + key),
                    Arrays.copyOfRange(block, 2 * key + nth * iv, 2 * key + nth * iv + iv));
        }
        return Opened.NOTHING;
    }

    private Opened openTls12(Side side, int type, byte[] record) {
        byte[] plain = side.opener == null ? null : side.opener.open(record);
        if (plain == null) {
            return Opened.problem("record " + (side.opener == null ? 0 : side.opener.sequence()) + " of the " + who(side) + " does not open with the keys given");
        }
        return content(side, type, plain, plain.length);
    }

    private Opened openTls13(Side side, byte[] record) {
        byte[] plain = side.opener == null ? null : side.opener.open(record);
        if (plain == null && !side.isApplication) {
            plain = tryApplication(side, record);
            if (plain == null && mayGoOver(side)) {
                side.skipped++;
                return Opened.NOTHING;
            }
        }
        if (plain == null) {
            return Opened.problem("record " + (side.opener == null ? 0 : side.opener.sequence()) + " of the " + who(side) + " does not open with the keys given");
        }
        // Padding follows the content type and is all zero (RFC 8446 section 5.4).
        int end = plain.length - 1;
        while (end >= 0 && plain[end] == 0) {
            end--;
        }
        return end < 0 ? Opened.problem("a record without a content type") : content(side, plain[end] & 0xff, plain, end);
    }

    /** Some key logs have no handshake secrets, or not the right ones: then data tells by itself where it begins. */
    private byte[] tryApplication(Side side, byte[] record) {
        byte[] secret = secret(side.name + "_TRAFFIC_SECRET_0").orElse(null);
        if (secret == null) {
            return null;
        }
        Opener opener = Opener.ofTls13(suite, secret);
        byte[] plain = opener.open(record);
        if (plain != null) {
            side.secret = secret;
            side.opener = opener;
            side.isApplication = true;
            side.isFinished = true;
        }
        return plain;
    }

    /** Whether a record that no key opens may be one of those before: early data, or a handshake whose secret is not there. */
    private boolean mayGoOver(Side side) {
        boolean isEarlyData = side == client && hello.offersEarlyData() && (side.opener == null || side.opener.sequence() == 0);
        skippedEarlyData |= isEarlyData;
        boolean isSecretMissing = side.opener == null || side.opener.sequence() == 0;
        return isEarlyData || isSecretMissing && side.skipped < MOST_SKIPPED;
    }

    private Opened content(Side side, int type, byte[] plain, int length) {
        if (type == DATA) {
            return Opened.data(Arrays.copyOf(plain, length));
        }
        return type == HANDSHAKE ? messages(side, Arrays.copyOf(plain, length)) : Opened.NOTHING;
    }

    private String who(Side side) {
        return side == client ? "client" : "origin";
    }
}
