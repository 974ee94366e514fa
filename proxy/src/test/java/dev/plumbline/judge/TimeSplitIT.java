package dev.plumbline.judge;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.plumbline.analyze.Diagnosis;
import dev.plumbline.analyze.Part;
import dev.plumbline.analyze.Reuse.Cause;
import dev.plumbline.analyze.Reuse.Closer;
import dev.plumbline.analyze.Source;
import dev.plumbline.analyze.TimeSplit;
import dev.plumbline.proxy.CaptureChoice;
import dev.plumbline.proxy.Plumbline;
import dev.plumbline.recording.ConnectionUse;
import dev.plumbline.recording.ExchangeAnalysis;
import dev.plumbline.recording.ExchangeRow;
import dev.plumbline.recording.Recording;
import dev.plumbline.wire.ExchangeId;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.random.RandomGenerator;
import java.util.random.RandomGeneratorFactory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Real connections to origins that follow a script: the split against their own clock, and the sentence against what they did. */
@Timeout(120)
class TimeSplitIT extends TimeSplitRun {
    @Test
    void whatTheOriginThoughtIsWhatItsOwnClockSays() throws Exception {
        long seed = 20261123;
        RandomGenerator random = RandomGeneratorFactory.of("L64X128MixRandom").create(seed);
        try (TimedOrigin origin = TimedOrigin.of(TimedOrigin::think)) {
            try (Plumbline proxy = capturing()) {
                for (int connection = 0; connection < 10; connection++) {
                    try (RawClient client = RawClient.to(proxy.address().port())) {
                        for (int i = 0; i < 12; i++) {
                            client.send(get(origin, "/think/" + random.nextInt(80))).contents(1);
                        }
                    }
                }
            }
            List<ExchangeAnalysis> analyses = List.copyOf(analyses().values());
            assertThat(analyses).hasSize(120).hasSameSizeAs(origin.notes);
            long[] differences = new long[120];
            for (int i = 0; i < 120; i++) {
                assertThat(split(analyses.get(i)).byPart()).as("seed %d", seed).doesNotContainKeys(Part.WAITING, Part.UNKNOWN);
                differences[i] = Math.abs(split(analyses.get(i)).nanos(Part.ORIGIN) - origin.notes.get(i).thoughtNanos());
            }
            Arrays.sort(differences);
            System.out.printf("origin's time by packets, difference to its own clock, 120 exchanges: median %d µs, 95th percentile %d µs, most %d µs%n",
                    differences[60] / 1000, differences[114] / 1000, differences[119] / 1000);
            // Less than what a delayed acknowledgement takes, on a busy machine too.
            assertThat(differences[60]).as("median").isLessThan(10 * MS);
            assertThat(differences[114]).as("95th percentile").isLessThan(100 * MS);
        }
    }

    @Test
    void withoutPacketsTheSocketsSayItAndSaySo() throws Exception {
        try (TimedOrigin origin = TimedOrigin.of(TimedOrigin::think)) {
            try (Plumbline proxy = proxy(CaptureChoice.OFF); RawClient client = RawClient.to(proxy.address().port())) {
                client.send(get(origin, "/think/1200")).contents(1);
            }
            ExchangeAnalysis analysis = only();
            assertThat(split(analysis).nanos(Part.WAITING)).isCloseTo(origin.notes.get(0).thoughtNanos(), within(300 * MS));
            assertThat(split(analysis).slices()).extracting(TimeSplit.Slice::source).containsOnly(Source.SOCKETS);
            assertThat(split(analysis).doubts()).contains("server request: coverage none (capture-off)");
            assertThat(said(analysis)).matches("the origin took [1-3]\\.[0-9] s to answer; the network was fine by TCP_INFO, RTT .*");
            assertThat(analysis.diagnosis().orElseThrow().source()).isEqualTo(Source.SOCKETS);
        }
    }

    @Test
    void aSlowOriginIsBadNewsAsItHappens() throws Exception {
        try (TimedOrigin origin = TimedOrigin.of(TimedOrigin::think)) {
            try (Plumbline proxy = capturing(); RawClient client = RawClient.to(proxy.address().port())) {
                client.send(get(origin, "/think/1")).contents(1);
                client.send(get(origin, "/think/1300")).contents(1);
            }
            Map<ExchangeRow, ExchangeAnalysis> all = analyses();
            assertThat(all.values()).extracting(TimeSplitIT::said).satisfiesExactly(
                    first -> assertThat(first).isEmpty(),
                    second -> assertThat(second).matches("the origin took [1-3]\\.[0-9] s to answer; the network was fine, RTT [0-9.]+ .s"));
            assertThat(toldLive.values()).extracting(Diagnosis::text).singleElement().asString().matches("the origin took [1-3]\\.[0-9] s to answer.*");
        }
    }

    @Test
    void whatWaitedBehindAnotherWasNotOurLateness() throws Exception {
        try (TimedOrigin origin = TimedOrigin.of(TimedOrigin::think)) {
            try (Plumbline proxy = capturing(); RawClient client = RawClient.to(proxy.address().port())) {
                client.send(get(origin, "/think/300") + get(origin, "/think/1")).contents(2);
            }
            assertThat(split(List.copyOf(analyses().values()).get(1)).nanos(Part.QUEUED)).isGreaterThan(200 * MS);
            // A busy machine can make us late on its own, though not by what it waited.
            assertThat(toldLive.values()).extracting(Diagnosis::text).noneMatch(text -> text.matches("the proxy was (2[5-9]\\d|[3-9]\\d\\d) ms late.*"));
        }
    }

    @Test
    void aResetInsideTheBodyIsTheOrigins() throws Exception {
        try (TimedOrigin origin = TimedOrigin.of(peer -> {
            peer.head();
            peer.begin(10_000);
            peer.send("x".repeat(4096));
            peer.pause(100);
            peer.resetConnection();
        })) {
            try (Plumbline proxy = capturing(); RawClient client = RawClient.to(proxy.address().port())) {
                client.send(get(origin, "/")).head();
                assertThat(client.text(10_000)).hasSize(4096);
            }
            assertThat(said(only())).matches("the origin reset the connection after 4,096 of 10,000 octets \\(p[0-9]+\\)");
            assertThat(toldLive.values()).extracting(Diagnosis::text).singleElement().asString().startsWith("the origin reset the connection after 4,096 of 10,000 octets");
        }
    }

    @Test
    void aClientThatDoesNotReadClosesItsWindow() throws Exception {
        byte[] much = new byte[16 << 20];
        try (TimedOrigin origin = TimedOrigin.of(peer -> {
            peer.head();
            peer.begin(much.length);
            peer.send(much);
        })) {
            try (Plumbline proxy = capturing(); Socket client = new Socket()) {
                client.setReceiveBufferSize(32 << 10);
                client.connect(new InetSocketAddress("127.0.0.1", proxy.address().port()));
                client.getOutputStream().write(get(origin, "/").getBytes(StandardCharsets.ISO_8859_1));
                pause(2000);
                client.setSoTimeout(20_000);
                client.getInputStream().readNBytes(much.length);
            }
            ExchangeAnalysis analysis = only();
            assertThat(split(analysis).nanos(Part.ZERO_WINDOW)).isBetween(1500 * MS, 6000 * MS);
            assertThat(said(analysis)).matches("the client did not read for [1-5]\\.[0-9] s: zero window \\(p[0-9]+.*p[0-9]+\\)");
        }
    }

    @Test
    void anOriginThatDoesNotReadAnUploadClosesItsWindow() throws Exception {
        byte[] much = new byte[8 << 20];
        try (TimedOrigin origin = TimedOrigin.of(InetAddress.getLoopbackAddress(), 32 << 10, peer -> {
            peer.head();
            peer.pause(1500);
            peer.content(much.length);
            peer.answer("thanks");
        })) {
            try (Plumbline proxy = capturing(); RawClient client = RawClient.to(proxy.address().port())) {
                client.send("POST " + origin.url() + "/ HTTP/1.1\r\nHost: 127.0.0.1:" + origin.port() + "\r\nContent-Length: " + much.length + "\r\n\r\n");
                client.send(new String(much, StandardCharsets.ISO_8859_1)).contents(1);
            }
            ExchangeAnalysis analysis = only();
            assertThat(split(analysis).nanos(Part.ZERO_WINDOW)).isBetween(1000 * MS, 6000 * MS);
            assertThat(said(analysis)).matches("the origin did not read for [1-5]\\.[0-9] s: zero window \\(p.*\\)");
        }
    }

    @Test
    void anUploadThatStallsIsTheClients() throws Exception {
        try (TimedOrigin origin = TimedOrigin.of(peer -> {
            peer.head();
            peer.content(200);
            peer.answer("thanks");
        })) {
            try (Plumbline proxy = capturing(); RawClient client = RawClient.to(proxy.address().port())) {
                client.send("POST " + origin.url() + "/ HTTP/1.1\r\nHost: 127.0.0.1:" + origin.port() + "\r\nContent-Length: 200\r\n\r\n" + "a".repeat(100));
                pause(1200);
                client.send("b".repeat(100)).contents(1);
            }
            ExchangeAnalysis analysis = only();
            assertThat(split(analysis).nanos(Part.CLIENT_SENDS)).isBetween(1190 * MS, 4000 * MS);
            assertThat(said(analysis)).matches("the request took [1-3]\\.[0-9] s to come from the client");
            assertThat(toldLive).as("no bad news").isEmpty();
        }
    }

    /** As curl does, after a second. */
    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void aClientThatWaitsForA100ThatNeverComesWaitsForTheOrigin(boolean isCaptured) throws Exception {
        try (TimedOrigin origin = TimedOrigin.of(peer -> {
            peer.head();
            peer.content(200);
            peer.answer("thanks");
        })) {
            try (Plumbline proxy = isCaptured ? capturing() : proxy(CaptureChoice.OFF); RawClient client = RawClient.to(proxy.address().port())) {
                client.send("POST " + origin.url() + "/ HTTP/1.1\r\nHost: 127.0.0.1:" + origin.port() + "\r\nExpect: 100-continue\r\nContent-Length: 200\r\n\r\n");
                pause(1000);
                client.send("b".repeat(200)).contents(1);
            }
            ExchangeAnalysis analysis = only();
            assertThat(split(analysis).nanos(Part.ORIGIN)).isBetween(700 * MS, 4000 * MS);
            String sentence = "the client waited ([1-3]\\.[0-9] s|[7-9][0-9]{2} ms) for a 100 \\(Continue\\) that the origin did not send";
            assertThat(said(analysis)).matches(sentence);
            assertThat(toldLive.values()).extracting(Diagnosis::text).singleElement().asString().matches(sentence);
        }
    }

    /** It had asked whether to send it, and was told not to. */
    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void aClientThatWasToldNotToSendItsContentWaitedForTheOrigin(boolean isCaptured) throws Exception {
        try (TimedOrigin origin = TimedOrigin.of(peer -> {
            peer.head();
            peer.pause(1200);
            peer.answer("no, thanks");
        })) {
            try (Plumbline proxy = isCaptured ? capturing() : proxy(CaptureChoice.OFF); RawClient client = RawClient.to(proxy.address().port())) {
                client.send("POST " + origin.url() + "/ HTTP/1.1\r\nHost: 127.0.0.1:" + origin.port() + "\r\nExpect: 100-continue\r\nContent-Length: 200\r\n\r\n");
                client.contents(1);
            }
            ExchangeAnalysis analysis = only();
            assertThat(said(analysis)).matches("the origin took [1-3]\\.[0-9] s to answer.*");
        }
    }

    @Test
    void reuseIsToldWithTheGapAndWhyAConnectionIsNew() throws Exception {
        try (TimedOrigin origin = TimedOrigin.of(peer -> {
            for (int i = 0; i < 2 && !peer.head().isEmpty(); i++) {
                peer.answer("ok");
            }
            peer.pause(200);
        })) {
            try (Plumbline proxy = capturing(); RawClient client = RawClient.to(proxy.address().port())) {
                client.send(get(origin, "/1")).contents(1);
                pause(100);
                client.send(get(origin, "/2")).contents(1);
                pause(600);
                client.send(get(origin, "/3")).contents(1);
            }
            List<ExchangeAnalysis> all = List.copyOf(analyses().values());
            assertThat(all).hasSize(3);
            assertThat(all.get(0).serverReuse().orElseThrow().whyNew().orElseThrow().cause()).isEqualTo(Cause.FIRST);
            assertThat(all.get(0).clientReuse().orElseThrow().isNew()).isTrue();
            var second = all.get(1).serverReuse().orElseThrow();
            assertThat(second.isNew()).isFalse();
            assertThat(second.idleNanos()).isBetween(95 * MS, 3000 * MS);
            var third = all.get(2).serverReuse().orElseThrow();
            assertThat(third.isNew()).isTrue();
            assertThat(third.whyNew().orElseThrow().by()).isEqualTo(Closer.ORIGIN);
            assertThat(third.whyNew().orElseThrow().idleNanos()).isBetween(190 * MS, 3000 * MS);
            assertThat(third.whyNew().orElseThrow().text()).matches("the origin closed c2 after [0-9.]+ m?s idle \\(fin\\)");
            assertThat(all.get(2).clientReuse().orElseThrow().isNew()).isFalse();
            try (Recording recording = Recording.open(directory.resolve("recording"))) {
                List<ConnectionUse> uses = new ArrayList<>();
                recording.uses(second.connection(), uses::add);
                assertThat(uses).extracting(ConnectionUse::nth).containsExactly(1, 2);
                assertThat(uses.get(1).idleNanos()).isEqualTo(second.idleNanos());
                uses.clear();
                recording.uses(ExchangeId.parse("c1.1").orElseThrow().client(), uses::add);
                assertThat(uses).extracting(u -> u.exchange().toString()).containsExactly("c1.1", "c1.2", "c1.3");
            }
        }
    }

    @Test
    void aClientThatGoesAwayWhileTheOriginThinksIsToldWithTheOriginsSilence() throws Exception {
        try (TimedOrigin origin = TimedOrigin.of(TimedOrigin::think)) {
            try (Plumbline proxy = capturing()) {
                try (RawClient client = RawClient.to(proxy.address().port())) {
                    client.send(get(origin, "/think/5000"));
                    pause(1200);
                    client.reset();
                }
                pause(200);
            }
            assertThat(said(only())).matches("the client went away after [1-3]\\.[0-9] s \\(p[0-9]+\\); the origin had not answered for [1-3]\\.[0-9] s");
        }
    }
}
