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
 *  TLS 1.3   what follows is sealed at once, under the handshake secret up to Finished, then under the application secret;
 *            before that what the client sent under the early secret, if the server takes it
 * </pre>
 *
 * <p>What is known of the secrets when the ServerHello comes decides for the whole connection.
 *
 * <p>Owned by: the importing thread. Source: RFC 8446, RFC 5246.
 */
public final class TlsSession {
    private static final int CHANGE_CIPHER_SPEC = 20;
    private static final int ALERT = 21;
    private static final int HANDSHAKE = 22;
    private static final int DATA = 23;
    /** Sealed handshake records to go over where their secret is not there: certificates can be long. */
    private static final int MOST_SKIPPED = 64;
    private static final String SPANS_KEYS = "handshake messages that go on beyond a change of keys";

    private final Keys keys;
    private final TlsSide client = new TlsSide("CLIENT");
    private final TlsSide server = new TlsSide("SERVER");
    private Hello hello;
    private Hello answer;
    private Suite suite;
    private boolean canBeRead;
    /** TLS 1.2. */
    private byte[] masterSecret;
    private String alpn = "";
    private boolean sawCertificate;
    private EarlyData early = EarlyData.NONE;
    private boolean missedEarlyData;
    /** After a HelloRetryRequest. */
    private boolean awaitsSecondHello;
    /** By a message of the record at hand. */
    private boolean changedKeys;

    public TlsSession(Keys keys) {
        this.keys = keys;
    }

    /** Takes the next record of a heading, header and all. */
    public Opened record(Heading heading, byte[] record) {
        TlsSide side = heading == Heading.TO_SERVER ? client : server;
        int type = record[0] & 0xff;
        if (type == HANDSHAKE && side == server && hello == null) {
            return Opened.LATER;
        }
        if (type == HANDSHAKE && !side.isSealed() && !isAwaitingServer(side)) {
            return messages(side, Arrays.copyOfRange(record, Opener.HEADER, record.length));
        }
        if (isAwaitingServer(side)) {
            // After HelloRetryRequest the client speaks again in clear; what it may say before that is early data.
            return Opened.LATER;
        }
        if (type == CHANGE_CIPHER_SPEC) {
            return changeCipherSpec(side);
        }
        if (type == ALERT && (!side.isSealed() || record.length == Opener.HEADER + Alerts.OCTETS)) {
            // In TLS 1.3 too, whoever has no keys yet says it in clear.
            return Alerts.read(record, Opener.HEADER, record.length, answer != null && isTls13());
        }
        if (answer == null && type == DATA && side == client && early == EarlyData.REFUSED) {
            return Opened.NOTHING;
        }
        if (answer == null || type != DATA && isTls13() && side.isSealed()) {
            return type == ALERT ? Opened.NOTHING : Opened.problem("a record of type " + type + " where none can be");
        }
        if (!canBeRead) {
            return isTls13() ? failure(side, record) : Opened.problem(whyUnreadable());
        }
        if (side == client && early == EarlyData.OFFERED) {
            return Opened.LATER;
        }
        return isTls13() ? openTls13(side, record) : openTls12(side, type, record);
    }

    /** Whether the ServerHello is there, so that all questions below have their answers. */
    public boolean isAnswered() {
        return answer != null;
    }

    /** Whether the key logs had its secrets when the ServerHello came, and its suite can be opened. */
    public boolean canBeRead() {
        return canBeRead;
    }

    /** Why it cannot be read, one line; empty when it can. */
    public String whyUnreadable() {
        if (answer == null || canBeRead) {
            return "";
        }
        return version() + (isSuiteReadable() ? ", no keys" : " with " + suite.name() + ", which cannot be decrypted here");
    }

    public boolean isSuiteReadable() {
        return answer != null && suite.canBeOpened() && isKnownVersion();
    }

    /** Whether both sides have finished. */
    public boolean isEstablished() {
        return client.isFinished() && server.isFinished();
    }

    public String version() {
        return answer == null ? "" : answer.versionName();
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
        return isTls13() ? Optional.of(answer.resumes()) : server.isSealed() ? Optional.of(!sawCertificate) : Optional.empty();
    }

    /** Why octets of the client may be missing that count: early data that was not opened. Empty while none are. */
    public String whyIncomplete() {
        if (!missedEarlyData) {
            return "";
        }
        String what = "its early data (0-RTT) is not decrypted: ";
        return what + (early == EarlyData.UNKNOWN ? "no secret tells whether it was taken"
                : early == EarlyData.SEALED ? "no CLIENT_EARLY_TRAFFIC_SECRET" : "the early secret given does not open it");
    }

    /** What did not open of a side of which nothing did, once nothing more comes: its secrets are wrong. Empty when there is none. */
    public String whyUnopened() {
        boolean isRefused = early == EarlyData.REFUSED;
        // Early data that is refused never opens; only that the server went on shows that there was more.
        String ofClient = isRefused && !server.hasOpenedApplication() ? "" : client.unopened("client" + (isRefused ? ", early data that was refused among them" : ""));
        String ofServer = server.unopened("origin");
        String what = ofClient + (ofClient.isEmpty() || ofServer.isEmpty() ? "" : " and ") + ofServer;
        return what.isEmpty() ? "" : "no key given opens " + what;
    }

    /** The secrets of the connection, as lines of a key log. */
    public List<String> secrets() {
        return hello == null ? List.of() : keys.linesOf(hello.random());
    }

    /** Octets of memory. */
    public long memory() {
        return 1024 + client.messages.memory() + server.messages.memory();
    }

    private boolean isAwaitingServer(TlsSide side) {
        return side == client && hello != null && answer == null && !awaitsSecondHello;
    }

    private boolean isTls13() {
        return answer.version() == Hello.TLS13;
    }

    private boolean isKnownVersion() {
        return answer.version() == Hello.TLS12 || answer.version() == Hello.TLS13;
    }

    private boolean hasKeys() {
        if (!isSuiteReadable()) {
            return false;
        }
        if (isTls13()) {
            return secret("CLIENT_TRAFFIC_SECRET_0").isPresent() && secret("SERVER_TRAFFIC_SECRET_0").isPresent();
        }
        masterSecret = secret("CLIENT_RANDOM").orElse(null);
        return masterSecret != null;
    }

    private Optional<byte[]> secret(String label) {
        return keys.secret(hello.random(), label);
    }

    private Opened messages(TlsSide side, byte[] octets) {
        changedKeys = false;
        String problem = side.messages.add(octets, octets.length, (type, body) -> message(side, type, body));
        if (problem.isEmpty() && changedKeys && side.messages.isInside()) {
            problem = SPANS_KEYS;
        }
        return problem.isEmpty() ? Opened.NOTHING : Opened.problem(problem);
    }

    /** @return why reading ends here; empty when it goes on */
    private String message(TlsSide side, int type, byte[] body) {
        if (changedKeys) {
            return SPANS_KEYS;
        }
        if (side == client && type == HandshakeMessages.CLIENT_HELLO) {
            return clientHello(body);
        }
        if (side == server && type == HandshakeMessages.SERVER_HELLO && answer == null) {
            return serverHello(body);
        }
        sawCertificate |= side == server && type == HandshakeMessages.CERTIFICATE;
        if (answer == null || !side.isSealed()) {
            return "";
        }
        if (!isTls13()) {
            if (type == HandshakeMessages.FINISHED) {
                side.finish();
            }
            return "";
        }
        // A Finished comes once more where a client proves who it is later on (RFC 8446 section 4.6.2); no keys change then.
        if (!side.isApplication()) {
            return handshakeMessage(side, type, body);
        }
        if (type == HandshakeMessages.KEY_UPDATE) {
            changedKeys = true;
            side.update();
        }
        return "";
    }

    private String handshakeMessage(TlsSide side, int type, byte[] body) {
        if (type == HandshakeMessages.ENCRYPTED_EXTENSIONS && side == server) {
            Hello.Extensions extensions = Hello.encryptedExtensions(body);
            alpn = extensions.alpn();
            decideEarly(extensions.hasEarlyData());
        } else if (type == HandshakeMessages.END_OF_EARLY_DATA && side == client && early == EarlyData.TAKEN) {
            early = EarlyData.NONE;
            changedKeys = true;
            client.toHandshake();
        } else if (type == HandshakeMessages.FINISHED) {
            if (side == client && early == EarlyData.TAKEN) {
                return "a Finished within early data";
            }
            changedKeys = true;
            side.toApplication();
            leaveUnsaid(side);
        }
        return "";
    }

    private void decideEarly(boolean isTaken) {
        if (early != EarlyData.OFFERED) {
            return;
        }
        Optional<byte[]> secret = secret("CLIENT_EARLY_TRAFFIC_SECRET");
        early = !isTaken ? EarlyData.REFUSED : secret.isPresent() ? EarlyData.TAKEN : EarlyData.SEALED;
        if (early == EarlyData.TAKEN) {
            client.toEarly(secret.orElseThrow());
        }
    }

    /** The server goes on to data, and nobody saw what it said of early data. */
    private void leaveUnsaid(TlsSide side) {
        if (side == server && early == EarlyData.OFFERED) {
            early = EarlyData.UNKNOWN;
        }
    }

    private String clientHello(byte[] body) {
        if (client.isSealed() || answer != null) {
            return "the handshake begins anew (renegotiation), which is not followed";
        }
        Optional<Hello> read = Hello.of(true, body);
        if (read.isEmpty()) {
            return "a ClientHello that makes no sense";
        }
        if (hello == null) {
            hello = read.get();
            early = hello.offersEarlyData() ? EarlyData.OFFERED : EarlyData.NONE;
        }
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
            // Whoever asks for a second ClientHello takes no early data (RFC 8446 section 4.1.4).
            decideEarly(false);
            return "";
        }
        answer = read.get();
        suite = Suite.of(answer.suite());
        alpn = answer.alpn();
        canBeRead = hasKeys();
        if (isSuiteReadable() && !canBeRead) {
            keys.missed(hello.random());
        }
        if (!isTls13() || !answer.resumes()) {
            // Early data is of a session that is resumed (RFC 8446 section 4.2.10).
            decideEarly(false);
        }
        if (isTls13() && canBeRead) {
            seal(client);
            seal(server);
            if (!server.hasHandshakeKeys()) {
                leaveUnsaid(server);
            }
        } else if (isTls13()) {
            sealUnread(client);
            sealUnread(server);
        }
        return "";
    }

    private void seal(TlsSide side) {
        side.seal(suite, secret(side.name + "_HANDSHAKE_TRAFFIC_SECRET"), secret(side.name + "_TRAFFIC_SECRET_0").orElseThrow());
    }

    private void sealUnread(TlsSide side) {
        side.seal(secret(side.name + "_HANDSHAKE_TRAFFIC_SECRET").filter(each -> suite.canBeOpened()).map(each -> Opener.ofTls13(suite, each)).orElse(null));
    }

    private Opened changeCipherSpec(TlsSide side) {
        if (answer == null || isTls13()) {
            return Opened.NOTHING;
        }
        if (side.isSealed()) {
            return Opened.problem("the keys change again (renegotiation), which is not followed");
        }
        side.seal(canBeRead ? Opener.ofTls12(suite, masterSecret, hello.random(), answer.random(), side == client) : null);
        return Opened.NOTHING;
    }

    private Opened openTls12(TlsSide side, int type, byte[] record) {
        byte[] plain = side.open(record);
        return plain == null ? doesNotOpen(side) : content(side, type, plain, plain.length);
    }

    private Opened openTls13(TlsSide side, byte[] record) {
        byte[] plain = side.open(record);
        if (plain == null && !side.isApplication()) {
            plain = side.openApplication(record);
            if (plain != null) {
                leaveUnsaid(side);
            } else if (mayGoOver(side)) {
                return Opened.NOTHING;
            }
        }
        if (plain == null) {
            return doesNotOpen(side);
        }
        int end = Opener.contentType(plain);
        return end < 0 ? Opened.problem("a record without a content type") : content(side, plain[end] & 0xff, plain, end);
    }

    /** A handshake that failed leaves no secrets but its own, if any: they tell why it did. */
    private Opened failure(TlsSide side, byte[] record) {
        byte[] plain = side.open(record);
        int end = plain == null ? -1 : Opener.contentType(plain);
        return end >= 0 && plain[end] == ALERT ? Alerts.read(plain, 0, end, true) : Opened.problem(whyUnreadable());
    }

    private Opened doesNotOpen(TlsSide side) {
        return Opened.problem("record " + side.opened() + " of the " + (side == client ? "client" : "origin") + " does not open with the keys given");
    }

    /** Whether a record that no key opens may be one of those before: early data, or a handshake whose secret is not there. */
    private boolean mayGoOver(TlsSide side) {
        if (side.hasOpened()) {
            return false;
        }
        boolean isEarly = side == client && early != EarlyData.NONE;
        missedEarlyData |= isEarly && early.mayBeMissed();
        return side.skip() < MOST_SKIPPED || isEarly;
    }

    private Opened content(TlsSide side, int type, byte[] plain, int length) {
        if (type == DATA) {
            return Opened.data(Arrays.copyOf(plain, length));
        }
        if (type == ALERT) {
            return Alerts.read(plain, 0, length, isTls13());
        }
        return type == HANDSHAKE ? messages(side, Arrays.copyOf(plain, length)) : Opened.NOTHING;
    }
}
