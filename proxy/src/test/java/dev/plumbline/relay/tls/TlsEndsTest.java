package dev.plumbline.relay.tls;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.handler.ssl.ApplicationProtocolConfig;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslContextBuilder;
import io.netty.handler.ssl.SslHandler;
import io.netty.handler.ssl.SslProvider;
import io.netty.util.ReferenceCounted;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

class TlsEndsTest {
    private static final TestAuthority KNOWN = new TestAuthority("CN=known root");

    @TempDir
    Path directory;

    record Both(TlsProvider client, TlsProvider server, String protocol) {
    }

    static Stream<Both> everyPair() {
        List<Both> all = new ArrayList<>();
        for (TlsProvider client : TlsProvider.values()) {
            for (TlsProvider server : TlsProvider.values()) {
                all.add(new Both(client, server, "TLSv1.2"));
                all.add(new Both(client, server, "TLSv1.3"));
            }
        }
        return all.stream();
    }

    private static Wire wire(OriginTls origin, ServerTls server, ServerIdentity identity, String host) {
        return new Wire(origin.newEnd(Wire.ALLOC, host, 443, KeyLog.NONE),
                server.newEnd(Wire.ALLOC, identity, Optional.of(host), KeyLog.NONE), 1);
    }

    private OriginTls verifying(TlsProvider provider) throws Exception {
        return OriginTls.builder(provider).trust(KNOWN.pem(directory)).build();
    }

    @ParameterizedTest
    @MethodSource("everyPair")
    void aSecondConnectionResumesTheSession(Both both) throws Exception {
        TestAuthority.Identity identity = KNOWN.leaf("resume.test");
        try (ServerTls server = ServerTls.create(both.server());
                OriginTls origin = OriginTls.builder(both.client()).trust(KNOWN.pem(directory))
                        .protocols(both.protocol()).build()) {
            assertThat(connect(origin, server, identity, "resume.test").isResumed()).isFalse();
            // The JDK tells a resumed session only by its age.
            Thread.sleep(2);
            TlsFacts second = connect(origin, server, identity, "resume.test");
            assertThat(second.isResumed()).isTrue();
            assertThat(second.protocol()).isEqualTo(both.protocol());
            assertThat(second.peerChain()).hasSize(2);
            Thread.sleep(2);
            assertThat(connect(origin, server, identity, "resume.test").isResumed()).isTrue();
            TestAuthority.Identity other = KNOWN.leaf("other.test");
            assertThat(connect(origin, server, other, "other.test").isResumed()).isFalse();
        }
    }

    /** One connection with a request and an answer; both ends must agree on whether it was resumed. */
    private static TlsFacts connect(OriginTls origin, ServerTls server, ServerIdentity identity, String host) {
        try (Wire wire = wire(origin, server, identity, host)) {
            wire.pump();
            assertThat(wire.clientEnd.handshake().cause()).isNull();
            wire.client.writeAndFlush(Unpooled.wrappedBuffer(new byte[10]));
            wire.pump();
            wire.server.writeAndFlush(Unpooled.wrappedBuffer(new byte[10]));
            wire.pump();
            TlsFacts facts = wire.clientEnd.facts();
            TlsFacts seenByServer = wire.serverEnd.facts();
            assertThat(seenByServer.isResumed()).isEqualTo(facts.isResumed());
            assertThat(seenByServer.peerChain()).isEmpty();
            assertThat(seenByServer.cipherSuite()).isEqualTo(facts.cipherSuite());
            assertThat(wire.clientRows.out).isEqualTo(wire.serverRows.in);
            assertThat(wire.serverRows.out).isEqualTo(wire.clientRows.in).allMatch(Rows.Row::exact);
            return facts;
        }
    }

    @ParameterizedTest
    @EnumSource(TlsProvider.class)
    void keyMaterialIsParsedOncePerIdentity(TlsProvider provider) throws Exception {
        TestAuthority.Identity identity = KNOWN.leaf("once.test");
        try (ServerTls server = ServerTls.create(TlsProvider.BORINGSSL);
                OriginTls origin = OriginTls.builder(provider).insecure().build()) {
            for (int i = 0; i < 20; i++) {
                // Different ports, so that no session is resumed.
                try (Wire wire = new Wire(origin.newEnd(Wire.ALLOC, "once.test", 1000 + i, KeyLog.NONE),
                        server.newEnd(Wire.ALLOC, identity, Optional.empty(), KeyLog.NONE), 1)) {
                    wire.pump();
                    assertThat(wire.clientEnd.facts().isResumed()).isFalse();
                }
            }
            assertThat(server.identities().keyReads()).isEqualTo(1);
        }
    }

    @Test
    void identitiesUsedLongAgoAreDropped() {
        IdentityKeyManager identities = new IdentityKeyManager(8);
        List<String> aliases = new ArrayList<>();
        for (int i = 0; i < 100; i++) {
            String always = identities.use(new TestAuthority.Identity("always", List.of(), null));
            aliases.add(identities.use(new TestAuthority.Identity("id" + i, List.of(), null)));
            assertThat(identities.size()).isLessThanOrEqualTo(8);
            assertThat(identities.getCertificateChain(always)).isNotNull();
        }
        assertThat(identities.getCertificateChain(aliases.get(0))).isNull();
        assertThat(identities.getCertificateChain(aliases.get(99))).isNotNull();
    }

    @Test
    void aClientHelloCarriesNoKeyForAHybridThatTheOriginMayNotKnow() throws Exception {
        try (OriginTls origin = OriginTls.builder(TlsProvider.BORINGSSL).insecure().build()) {
            TlsEnd end = origin.newEnd(Wire.ALLOC, "origin.test", 443, KeyLog.NONE);
            ByteBuffer hello = ByteBuffer.allocate(20_000);
            end.handler().engine().beginHandshake();
            end.handler().engine().wrap(ByteBuffer.allocate(0), hello);
            end.discard();
            // A key for X25519MLKEM768 alone has 1,216 octets (draft-ietf-tls-ecdhe-mlkem section 4.1).
            assertThat(hello.position()).isBetween(100, 1000);
        }
    }

    @ParameterizedTest
    @MethodSource("everyPair")
    void whatWasAgreedIsTold(Both both) throws Exception {
        TestAuthority.Identity identity = KNOWN.rsaLeaf("facts-of.test");
        try (ServerTls server = ServerTls.create(both.server(), List.of(both.protocol()), Suites.ALL);
                OriginTls origin = verifying(both.client());
                Wire wire = wire(origin, server, identity, "facts-of.test")) {
            wire.pump();
            TlsFacts facts = wire.clientEnd.facts();
            assertThat(facts.protocol()).isEqualTo(both.protocol());
            assertThat(facts.cipherSuite()).startsWith("TLS_").contains("AES_128_GCM");
            assertThat(facts.alpn()).contains("http/1.1");
            assertThat(facts.sni()).contains("facts-of.test");
            PeerCertificate leaf = facts.peerChain().get(0);
            assertThat(leaf.subject()).isEqualTo("CN=facts-of.test");
            assertThat(leaf.issuer()).isEqualTo("CN=known root");
            assertThat(leaf.notAfter()).isEqualTo(identity.chain().get(0).getNotAfter().toInstant());
            assertThat(leaf.sha256()).hasSize(64);
        }
    }

    record Name(String host, Optional<String> asked) {
    }

    static Stream<Name> names() {
        return Stream.of(new Name("www.example.com", Optional.of("www.example.com")),
                new Name("wild_underscore.example.com", Optional.of("wild_underscore.example.com")),
                new Name("localhost", Optional.of("localhost")),
                new Name("my_host", Optional.of("my_host")),
                new Name("example.com.", Optional.of("example.com")),
                new Name("127.0.0.1", Optional.empty()),
                new Name("::1", Optional.empty()),
                new Name("[::1]", Optional.empty()));
    }

    @ParameterizedTest
    @MethodSource("names")
    void namesAreAskedForAndLiteralsAreNot(Name name) throws Exception {
        for (TlsProvider provider : TlsProvider.values()) {
            try (OriginTls origin = OriginTls.builder(provider).insecure().build();
                    ServerTls server = ServerTls.create(provider);
                    Wire wire = wire(origin, server, KNOWN.leaf("any.test"), name.host())) {
                ByteBuf hello = Wire.take(wire.client);
                ClientHelloPeek.Result result = new ClientHelloPeek().inspect(hello);
                hello.release();
                assertThat(result).isInstanceOfSatisfying(ClientHelloPeek.Found.class,
                        found -> assertThat(found.hello().serverName()).as("%s", provider).isEqualTo(name.asked()));
            }
        }
    }

    @ParameterizedTest
    @MethodSource("everyPair")
    void noCommonVersionIsExplained(Both both) throws Exception {
        String other = both.protocol().equals("TLSv1.3") ? "TLSv1.2" : "TLSv1.3";
        try (OriginTls origin = OriginTls.builder(both.client()).insecure().protocols(both.protocol()).build();
                ServerTls server = ServerTls.create(both.server(), List.of(other), Suites.ALL);
                Wire wire = wire(origin, server, KNOWN.leaf("a.test"), "a.test")) {
            wire.pump();
            for (TlsEnd end : List.of(wire.clientEnd, wire.serverEnd)) {
                TlsFailure failure = end.failure();
                assertThat(failure.kind()).as("%s", end.handshake().cause())
                        .isEqualTo(TlsFailure.Kind.NO_COMMON_PROTOCOL);
            }
        }
    }

    @Test
    void aPlainTextPeerIsToldAsSuch() throws Exception {
        for (TlsProvider provider : TlsProvider.values()) {
            try (OriginTls origin = OriginTls.builder(provider).insecure().build();
                    ServerTls server = ServerTls.create(provider);
                    Wire wire = wire(origin, server, KNOWN.leaf("a.test"), "a.test")) {
                wire.client.writeInbound(Unpooled.wrappedBuffer("HTTP/1.1 400 Bad Request\r\n\r\n".getBytes()));
                assertThat(wire.clientEnd.failure().kind())
                        .isEqualTo(TlsFailure.Kind.NOT_TLS);
            }
        }
    }

    @ParameterizedTest
    @EnumSource(TlsProvider.class)
    void aClientThatOffersOnlyHttp2GetsNoAlpn(TlsProvider provider) throws Exception {
        SslContext h2 = SslContextBuilder.forClient().sslProvider(SslProvider.JDK).trustManager(new AcceptAnyone())
                .endpointIdentificationAlgorithm(null)
                .applicationProtocolConfig(new ApplicationProtocolConfig(ApplicationProtocolConfig.Protocol.ALPN,
                        ApplicationProtocolConfig.SelectorFailureBehavior.NO_ADVERTISE,
                        ApplicationProtocolConfig.SelectedListenerFailureBehavior.ACCEPT, "h2")).build();
        SslHandler client = h2.newHandler(Wire.ALLOC, "a.test", 443);
        try (ServerTls server = ServerTls.create(provider);
                Wire wire = new Wire(new TlsEnd(client, Optional.empty(), null, KeyLog.NONE),
                        server.newEnd(Wire.ALLOC, KNOWN.leaf("a.test"), Optional.empty(), KeyLog.NONE), 1)) {
            wire.pump();
            assertThat(wire.clientEnd.handshake().cause()).isNull();
            assertThat(wire.serverEnd.facts().alpn()).isEmpty();
            assertThat(wire.clientEnd.facts().alpn()).isEmpty();
        }
    }

    @Test
    void anEndThatIsNotInstalledCanBeDiscarded() throws Exception {
        try (OriginTls origin = OriginTls.builder(TlsProvider.BORINGSSL).insecure().build()) {
            TlsEnd end = origin.newEnd(Wire.ALLOC, "a.test", 443, line -> { });
            end.discard();
            assertThat(((ReferenceCounted) end.handler().engine()).refCnt()).isZero();
            assertThat(origin.nativeKeyLog().orElseThrow().registered()).isZero();
        }
    }

    @ParameterizedTest
    @MethodSource("everyPair")
    void secretsOfBothEndsAgreeAlsoWhenResumed(Both both) throws Exception {
        try (ServerTls serverTls = ServerTls.create(both.server(), List.of(both.protocol()), Suites.ALL);
                OriginTls origin = OriginTls.builder(both.client()).insecure().build()) {
            assertThat(serverTls.keyLogProblem()).isEmpty();
            assertThat(origin.keyLogProblem()).isEmpty();
            TestAuthority.Identity identity = KNOWN.leaf("a.test");
            assertThat(assertSecretsAgree(both, origin, serverTls, identity)).isFalse();
            Thread.sleep(2);
            assertThat(assertSecretsAgree(both, origin, serverTls, identity)).isTrue();
            serverTls.nativeKeyLog().ifPresent(log -> assertThat(log.registered()).isZero());
            origin.nativeKeyLog().ifPresent(log -> assertThat(log.registered()).isZero());
        }
    }

    private static boolean assertSecretsAgree(Both both, OriginTls origin, ServerTls serverTls,
            ServerIdentity identity) {
        List<String> client = new ArrayList<>();
        List<String> server = new ArrayList<>();
        try (Wire wire = new Wire(origin.newEnd(Wire.ALLOC, "a.test", 443, client::add),
                serverTls.newEnd(Wire.ALLOC, identity, Optional.empty(), server::add), 1)) {
            ByteBuf hello = Wire.take(wire.client);
            String random = ((ClientHelloPeek.Found) new ClientHelloPeek().inspect(hello)).hello().random();
            wire.server.writeInbound(hello);
            wire.pump();
            wire.server.writeAndFlush(Unpooled.wrappedBuffer(new byte[10]));
            wire.pump();
            List<String> exact = both.protocol().equals("TLSv1.2") ? List.of("CLIENT_RANDOM")
                    : List.of("CLIENT_TRAFFIC_SECRET_0", "SERVER_TRAFFIC_SECRET_0");
            for (String label : exact) {
                String prefix = label + ' ' + random + ' ';
                assertThat(client).filteredOn(line -> line.startsWith(prefix)).hasSize(1);
                assertThat(server).containsAll(client.stream().filter(line -> line.startsWith(prefix)).toList());
            }
            if (both.protocol().equals("TLSv1.3")) {
                for (String label : List.of("CLIENT", "SERVER")) {
                    String prefix = label + "_HANDSHAKE_TRAFFIC_SECRET " + random + ' ';
                    assertThat(client).filteredOn(line -> line.startsWith(prefix)).hasSize(1);
                    assertThat(server).filteredOn(line -> line.startsWith(prefix)).hasSize(1);
                }
            }
            return wire.clientEnd.facts().isResumed();
        }
    }

    /** A new version of the library must be looked at before it is trusted with a raw pointer. */
    @Test
    void theKeyLogIsTestedWithTheLibraryThatIsBuiltIn() {
        assertThat(NativeKeyLog.TESTED).contains(NativeKeyLog.tcnativeVersion());
    }
}
