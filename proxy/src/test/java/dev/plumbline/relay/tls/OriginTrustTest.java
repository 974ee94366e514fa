package dev.plumbline.relay.tls;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Which certificates of origins are accepted, and what is said of those that are not. */
class OriginTrustTest {
    private static final TestAuthority KNOWN = new TestAuthority("CN=known root");
    private static final TestAuthority UNKNOWN = new TestAuthority("CN=unknown root");

    @TempDir
    Path directory;

    record Case(String name, TestAuthority.Identity identity, String host, TlsFailure.Kind kind, String reason) {
        @Override
        public String toString() {
            return name;
        }
    }

    static Stream<Case> failures() {
        Instant now = Instant.now();
        Duration day = Duration.ofDays(1);
        return Stream.of(
                new Case("expired", KNOWN.leaf("a.test", now.minus(day), now.minusSeconds(60)), "a.test",
                        TlsFailure.Kind.EXPIRED, "the certificate of a.test expired on "),
                new Case("not yet valid", KNOWN.leaf("a.test", now.plusSeconds(600), now.plus(day)), "a.test",
                        TlsFailure.Kind.NOT_YET_VALID, "the certificate of a.test is not valid before "),
                new Case("self-signed", TestAuthority.selfSigned("a.test"), "a.test",
                        TlsFailure.Kind.SELF_SIGNED, "the certificate of a.test is self-signed"),
                new Case("unknown authority", UNKNOWN.leaf("a.test"), "a.test", TlsFailure.Kind.UNKNOWN_AUTHORITY,
                        "the certificate of a.test comes from an authority that is not trusted: CN=unknown root"),
                new Case("wrong name", KNOWN.leaf("a.test,b.test"), "c.test", TlsFailure.Kind.WRONG_NAME,
                        "wanted c.test, but the certificate is for a.test, b.test"),
                new Case("wrong address", KNOWN.leaf("127.0.0.1"), "127.0.0.2", TlsFailure.Kind.WRONG_NAME,
                        "wanted 127.0.0.2, but the certificate is for 127.0.0.1"),
                new Case("name as address", KNOWN.leaf("a.test"), "127.0.0.1", TlsFailure.Kind.WRONG_NAME,
                        "wanted 127.0.0.1, but the certificate is for a.test"),
                new Case("common name only", TestAuthority.withoutNames(KNOWN, "a.test"), "a.test",
                        TlsFailure.Kind.WRONG_NAME, "wanted a.test, but the certificate names no host"));
    }

    @ParameterizedTest
    @MethodSource("failures")
    void aRefusedCertificateIsExplained(Case refused) throws Exception {
        for (TlsProvider provider : TlsProvider.values()) {
            try (OriginTls origin = verifying(provider);
                    ServerTls server = ServerTls.create(provider);
                    Wire wire = wire(origin, server, refused.identity(), refused.host())) {
                wire.pump();
                TlsFailure failure = wire.clientEnd.failure();
                assertThat(failure.kind()).as("%s %s", provider, failure.reason()).isEqualTo(refused.kind());
                assertThat(failure.reason()).startsWith(refused.reason());
                TlsFailure seenByServer = wire.serverEnd.failure();
                assertThat(seenByServer.kind()).as(seenByServer.reason())
                        .isEqualTo(TlsFailure.Kind.CERTIFICATE_REFUSED);
            }
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"a_b.test", "127.0.0.1", "::1", "x.wild.test", "localhost"})
    void goodCertificatesAreAccepted(String host) throws Exception {
        TestAuthority.Identity identity = KNOWN.leaf("a_b.test,127.0.0.1,::1,*.wild.test,localhost");
        for (TlsProvider provider : TlsProvider.values()) {
            // As a server, the JDK refuses names with an underscore; as a client it does not.
            try (OriginTls origin = verifying(provider);
                    ServerTls server = ServerTls.create(TlsProvider.BORINGSSL);
                    Wire wire = wire(origin, server, identity, host)) {
                wire.pump();
                assertThat(wire.clientEnd.handshake().cause()).isNull();
            }
        }
    }

    @Test
    void insecureAcceptsAnything() throws Exception {
        for (TlsProvider provider : TlsProvider.values()) {
            try (OriginTls origin = OriginTls.builder(provider).insecure().build();
                    ServerTls server = ServerTls.create(provider);
                    Wire wire = wire(origin, server, TestAuthority.selfSigned("a.test"), "b.test")) {
                wire.pump();
                assertThat(wire.clientEnd.handshake().cause()).isNull();
            }
        }
    }

    @Test
    void authoritiesThatAreNoneAreRefused() throws Exception {
        Path empty = Files.writeString(directory.resolve("empty.pem"), "nothing here");
        OriginTls.Builder builder = OriginTls.builder(TlsProvider.JDK).trust(empty);
        assertThatThrownBy(builder::build).isInstanceOf(IOException.class).hasMessageContaining("no certificate");
        Path broken = Files.writeString(directory.resolve("broken.pem"),
                "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n");
        OriginTls.Builder other = OriginTls.builder(TlsProvider.JDK).trust(broken);
        assertThatThrownBy(other::build).isInstanceOf(IOException.class).hasMessageContaining("malformed");
    }

    @Test
    void aPathFoundGoodIsRememberedButItsNameIsCheckedEachTime() throws Exception {
        OriginTrust trust = new OriginTrust(new TrustAnchors(List.of(KNOWN.root())));
        TestAuthority.Identity identity = KNOWN.leaf("a.test");
        X509Certificate[] chain =
                identity.chain().toArray(X509Certificate[]::new);
        long now = System.currentTimeMillis();
        trust.verify(chain, "UNKNOWN", "a.test", now);
        assertThat(trust.remembered()).isEqualTo(1);
        trust.verify(chain, "UNKNOWN", "a.test", now + 1);
        assertThatThrownBy(() -> trust.verify(chain, "UNKNOWN", "b.test", now + 2)).isInstanceOf(Untrusted.class);
        assertThat(trust.remembered()).isEqualTo(1);
    }

    @Test
    void theSystemsAuthoritiesAreRead() throws Exception {
        assertThat(TrustAnchors.system().certificates()).hasSizeGreaterThan(20);
    }

    private static Wire wire(OriginTls origin, ServerTls server, ServerIdentity identity, String host) {
        return new Wire(origin.newEnd(Wire.ALLOC, host, 443, KeyLog.NONE),
                server.newEnd(Wire.ALLOC, identity, Optional.of(host), KeyLog.NONE), 1);
    }

    private OriginTls verifying(TlsProvider provider) throws Exception {
        return OriginTls.builder(provider).trust(KNOWN.pem(directory)).build();
    }
}
