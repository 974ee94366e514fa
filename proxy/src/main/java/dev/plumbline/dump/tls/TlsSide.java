package dev.plumbline.dump.tls;

import java.util.Optional;

/**
 * One heading of a TLS connection: under which keys its records are.
 *
 * <pre>
 *  TLS 1.2   clear ─ChangeCipherSpec─▶ sealed
 *  TLS 1.3   clear ─ServerHello─▶ (early data ─EndOfEarlyData─▶) handshake ─Finished─▶ application ─KeyUpdate─▶ application …
 * </pre>
 *
 * <p>Owned by: the importing thread. Source: RFC 8446 section 7.
 */
final class TlsSide {
    /** As key logs call it. */
    final String name;
    final HandshakeMessages messages = new HandshakeMessages();
    private Suite suite;
    /** Null where its secret is not there; so are the next two. */
    private Opener opener;
    private Opener handshake;
    private Opener application;
    /** TLS 1.3: of the application keys. */
    private byte[] secret;
    private boolean isSealed;
    private boolean isApplication;
    private boolean isFinished;
    private boolean hasEverOpened;
    private int skipped;

    TlsSide(String name) {
        this.name = name;
    }

    /** TLS 1.2: from here on its records are sealed; {@code with} is null where there are no keys. */
    void seal(Opener with) {
        isSealed = true;
        opener = with;
    }

    /** TLS 1.3: the same, with the keys the handshake has to its end, as far as they are there. */
    void seal(Suite with, Optional<byte[]> handshakeSecret, byte[] applicationSecret) {
        suite = with;
        secret = applicationSecret;
        handshake = handshakeSecret.map(each -> Opener.ofTls13(suite, each)).orElse(null);
        application = Opener.ofTls13(suite, applicationSecret);
        seal(handshake);
    }

    /** TLS 1.3: first come records under the early secret. */
    void toEarly(byte[] earlySecret) {
        opener = Opener.ofTls13(suite, earlySecret);
    }

    /** TLS 1.3: back from there. */
    void toHandshake() {
        opener = handshake;
    }

    /** TLS 1.3: the handshake is over. */
    void toApplication() {
        opener = application;
        isApplication = true;
        isFinished = true;
    }

    /** TLS 1.3: the next application keys. */
    void update() {
        secret = Derivation.expandLabel(suite.hash(), secret, "traffic upd", suite.hash().octets());
        opener = Opener.ofTls13(suite, secret);
    }

    /** TLS 1.2: the last message of the handshake was there. */
    void finish() {
        isFinished = true;
    }

    /** @return as {@link Opener#open} */
    byte[] open(byte[] record) {
        byte[] plain = opener == null ? null : opener.open(record);
        hasEverOpened |= plain != null;
        return plain;
    }

    /**
     * TLS 1.3: some key logs have no handshake secrets, or not the right ones: then data tells by itself where it begins.
     *
     * @return as {@link Opener#open}
     */
    byte[] openApplication(byte[] record) {
        byte[] plain = application.open(record);
        if (plain != null) {
            hasEverOpened = true;
            toApplication();
        }
        return plain;
    }

    /** Goes over a record; how many were before. */
    int skip() {
        return skipped++;
    }

    /** How many records were gone over, where none was opened; empty otherwise. */
    String unopened(String whose) {
        return hasEverOpened || skipped == 0 ? "" : skipped + (skipped == 1 ? " record" : " records") + " of the " + whose;
    }

    boolean hasOpenedApplication() {
        return isApplication && hasOpened();
    }

    /** Whether the keys it has now opened a record. */
    boolean hasOpened() {
        return opened() > 0;
    }

    /** How many records they opened. */
    long opened() {
        return opener == null ? 0 : opener.sequence();
    }

    boolean isSealed() {
        return isSealed;
    }

    boolean isApplication() {
        return isApplication;
    }

    boolean isFinished() {
        return isFinished;
    }

    boolean hasHandshakeKeys() {
        return handshake != null;
    }
}
