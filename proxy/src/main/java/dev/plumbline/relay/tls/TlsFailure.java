package dev.plumbline.relay.tls;

import io.netty.handler.ssl.NotSslRecordException;
import io.netty.handler.ssl.SslHandshakeTimeoutException;
import java.nio.channels.ClosedChannelException;
import java.util.List;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Why a TLS connection did not come about, in words for people.
 *
 * @param reason half a sentence that can follow "TLS with example.com failed: "
 */
public record TlsFailure(Kind kind, String reason) {
    /** What went wrong, for decisions and counters. */
    public enum Kind {
        EXPIRED,
        NOT_YET_VALID,
        SELF_SIGNED,
        UNKNOWN_AUTHORITY,
        WRONG_NAME,
        /** A certificate refused for another reason: a weak algorithm, a wrong purpose. */
        BAD_CERTIFICATE,
        /** The peer refused our certificate: on the client leg, it does not trust our authority. */
        CERTIFICATE_REFUSED,
        NO_COMMON_PROTOCOL,
        NO_COMMON_CIPHER,
        /** The peer liked nothing we offered, or wants a client certificate: it does not say which. */
        HANDSHAKE_REFUSED,
        /** The peer sent another alert. */
        PEER_ALERT,
        NOT_TLS,
        /** The connection ended before the handshake did. */
        CLOSED,
        TIMEOUT,
        OTHER
    }

    private static final Pattern ALERT = Pattern.compile(
            "(?:SSLV3|TLSV1|TLSV13|TLSV1\\.3)_ALERT_([A-Z0-9_]+)|fatal alert: ([a-z0-9_]+)");
    private static final Pattern JDK_VERSION = Pattern.compile(
            "(?:server selected protocol version|Server chose) (TLS|SSL)v?([0-9])\\.?([0-9]?)");
    private static final List<String> CERTIFICATE_ALERTS = List.of("unknown_ca", "bad_certificate",
            "certificate_unknown", "unsupported_certificate", "certificate_expired", "certificate_revoked");

    /** Reads the cause of a failed handshake, of either provider, on either leg. */
    static TlsFailure of(Throwable cause) {
        for (Throwable at = cause; at != null; at = at.getCause()) {
            if (at instanceof Untrusted untrusted) {
                return untrusted.failure();
            }
        }
        for (Throwable at = cause; at != null; at = at.getCause()) {
            TlsFailure found = ofOne(at);
            if (found != null) {
                return found;
            }
        }
        return new TlsFailure(Kind.OTHER, ChannelFault.ofMessage(cause));
    }

    /** The same of a connection that the peer reset. */
    public TlsFailure byReset() {
        return kind == Kind.CLOSED ? new TlsFailure(kind, "the peer reset the connection during the handshake") : this;
    }

    private static TlsFailure ofOne(Throwable cause) {
        if (cause instanceof SslHandshakeTimeoutException) {
            return new TlsFailure(Kind.TIMEOUT, "the handshake took too long");
        }
        if (cause instanceof ClosedChannelException) {
            return new TlsFailure(Kind.CLOSED, "the peer closed the connection during the handshake");
        }
        String message = String.valueOf(cause.getMessage());
        if (cause instanceof NotSslRecordException || message.contains("WRONG_VERSION_NUMBER")
                || message.contains("HTTP_REQUEST")) {
            return new TlsFailure(Kind.NOT_TLS, "the peer does not speak TLS");
        }
        Matcher alert = ALERT.matcher(message);
        if (alert.find()) {
            String name = alert.group(1) != null ? alert.group(1) : alert.group(2);
            return ofAlert(name.toLowerCase(Locale.ROOT));
        }
        return ofMismatch(message);
    }

    static TlsFailure ofAlert(String name) {
        if (CERTIFICATE_ALERTS.contains(name)) {
            return new TlsFailure(Kind.CERTIFICATE_REFUSED, "the peer refused our certificate (alert: " + name
                    + "); it may not trust the authority that issued it");
        }
        return switch (name) {
            case "protocol_version" -> new TlsFailure(Kind.NO_COMMON_PROTOCOL,
                    "the peer speaks neither TLS 1.2 nor TLS 1.3 (alert: protocol_version)");
            case "handshake_failure" -> new TlsFailure(Kind.HANDSHAKE_REFUSED, "the peer found no cipher suite or"
                    + " parameters in common, or it wants a client certificate (alert: handshake_failure)");
            case "certificate_required" -> new TlsFailure(Kind.HANDSHAKE_REFUSED,
                    "the peer wants a client certificate (alert: certificate_required)");
            default -> new TlsFailure(Kind.PEER_ALERT, "the peer sent the alert " + name);
        };
    }

    private static TlsFailure ofMismatch(String message) {
        Matcher version = JDK_VERSION.matcher(message);
        if (version.find()) {
            return new TlsFailure(Kind.NO_COMMON_PROTOCOL, "the peer offers only " + version.group(1)
                    + ' ' + version.group(2) + '.' + (version.group(3).isEmpty() ? "0" : version.group(3))
                    + " (expected: TLS 1.2 or TLS 1.3)");
        }
        if (message.contains("UNSUPPORTED_PROTOCOL") || message.contains("protocol is disabled or cipher suites")
                || message.contains("not accepted by server preferences")
                || message.contains("is not enabled or supported in server context")
                || message.contains("protocols are not supported")) {
            return new TlsFailure(Kind.NO_COMMON_PROTOCOL, "the peer speaks neither TLS 1.2 nor TLS 1.3");
        }
        if (message.contains("NO_SHARED_CIPHER") || message.contains("no cipher suites in common")
                || message.contains("NO_CIPHERS_AVAILABLE") || message.contains("UNKNOWN_CIPHER_RETURNED")
                || message.contains("WRONG_CIPHER_RETURNED")) {
            return new TlsFailure(Kind.NO_COMMON_CIPHER, "there is no cipher suite in common");
        }
        return null;
    }
}
