package dev.plumbline.relay.tls;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.handler.ssl.SslHandshakeTimeoutException;
import java.util.stream.Stream;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLHandshakeException;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Messages as the providers word them; what can be provoked with a real peer is tested with one. */
class TlsFailureTest {
    record Case(Throwable cause, TlsFailure.Kind kind, String reason) {
    }

    static Stream<Case> cases() {
        String boring = "error:10000000:SSL routines:OPENSSL_internal:";
        return Stream.of(
                new Case(new SslHandshakeTimeoutException("handshake timed out after 10000ms"),
                        TlsFailure.Kind.TIMEOUT, "the handshake took too long"),
                new Case(new SSLHandshakeException("The server selected protocol version TLS10 is not accepted by"
                        + " client preferences [TLS13, TLS12]"), TlsFailure.Kind.NO_COMMON_PROTOCOL,
                        "the peer offers only TLS 1.0 (expected: TLS 1.2 or TLS 1.3)"),
                new Case(new SSLHandshakeException("Server chose TLSv1.1, but that protocol version is not enabled"),
                        TlsFailure.Kind.NO_COMMON_PROTOCOL,
                        "the peer offers only TLS 1.1 (expected: TLS 1.2 or TLS 1.3)"),
                new Case(new SSLHandshakeException(boring + "UNSUPPORTED_PROTOCOL"),
                        TlsFailure.Kind.NO_COMMON_PROTOCOL, "the peer speaks neither TLS 1.2 nor TLS 1.3"),
                new Case(new SSLHandshakeException(boring + "NO_SHARED_CIPHER"), TlsFailure.Kind.NO_COMMON_CIPHER,
                        "there is no cipher suite in common"),
                new Case(new SSLHandshakeException("no cipher suites in common"), TlsFailure.Kind.NO_COMMON_CIPHER,
                        "there is no cipher suite in common"),
                new Case(new SSLException("wrapped", new SSLHandshakeException(
                        "Received fatal alert: certificate_unknown")), TlsFailure.Kind.CERTIFICATE_REFUSED,
                        "the peer refused our certificate (alert: certificate_unknown); it may not trust the"
                                + " authority that issued it"),
                new Case(new SSLHandshakeException(boring + "TLSV1_ALERT_UNKNOWN_CA"),
                        TlsFailure.Kind.CERTIFICATE_REFUSED, "the peer refused our certificate (alert: unknown_ca);"
                                + " it may not trust the authority that issued it"),
                new Case(new SSLHandshakeException(boring + "TLSV1_ALERT_INTERNAL_ERROR"),
                        TlsFailure.Kind.PEER_ALERT, "the peer sent the alert internal_error"),
                new Case(new SSLHandshakeException("something new"), TlsFailure.Kind.OTHER, "something new"));
    }

    @ParameterizedTest
    @MethodSource("cases")
    void aCauseIsToldInWordsForPeople(Case one) {
        assertThat(TlsFailure.of(one.cause())).isEqualTo(new TlsFailure(one.kind(), one.reason()));
    }
}
