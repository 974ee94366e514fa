package dev.plumbline.judge;

import static org.assertj.core.api.Assertions.assertThat;

import dev.plumbline.analyze.Annotation;
import dev.plumbline.analyze.AnnotationCode;
import dev.plumbline.analyze.Diagnosis;
import dev.plumbline.analyze.Part;
import dev.plumbline.analyze.Reuse;
import dev.plumbline.analyze.Reuse.Cause;
import dev.plumbline.analyze.Reuse.Closer;
import dev.plumbline.analyze.TimeSplit;
import dev.plumbline.ca.CertificateAuthority;
import dev.plumbline.fact.RelayFact.Close;
import dev.plumbline.fact.RelayFact.Role;
import dev.plumbline.fact.Segment;
import dev.plumbline.recording.ConnectionRow;
import dev.plumbline.recording.ExchangeAnalysis;
import dev.plumbline.recording.ExchangeRow;
import dev.plumbline.recording.PacketRow;
import dev.plumbline.recording.Recording;
import dev.plumbline.wire.Heading;
import dev.plumbline.wire.Leg;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * What stands between a request and its connection, made to happen: a name server that takes its time, an origin that leaves as it is asked, a name of
 * whose addresses one refuses and one is silent.
 */
@Timeout(120)
class OpeningNetnsIT {
    private static final long MS = 1_000_000L;
    private static final String FILES = "hosts: files\n";
    private static final String DNS = "hosts: dns\n";

    @TempDir
    Path directory;
    private CertificateAuthority authority;

    @Test
    void aSlowNameServerIsNamedByTheTimeItTook() throws Exception {
        authority = CertificateAuthority.open(directory.resolve("origin-ca"));
        Map<String, String> names = Map.of("nsswitch.conf", DNS, "resolv.conf", "nameserver 127.0.0.1\n");
        try (LossyLink link = LossyLink.up(directory, 1, 0, 0, 0);
                Child server = Child.of(directory, link.near(List.of("python3", script("slow_dns.py"), LossyLink.FAR_ADDRESS, "1.5")));
                Child origin = Child.of(directory, link.far(Child.java(RunOrigin.class, LossyLink.FAR_ADDRESS, authority.directory().toString(), "other.test")));
                Child proxy = proxy(link, names)) {
            curl(link, proxy, "http://slow.test:" + origin.words.get(0) + "/bytes/10", "http://slow.test:" + origin.words.get(0) + "/bytes/20");
            curl(link, proxy, "https://other.test:" + origin.words.get(1) + "/bytes/10");
        }
        List<ExchangeAnalysis> all = analyses();
        assertThat(all).hasSize(3);
        assertThat(split(all.get(0)).nanos(Part.NAME_LOOKUP)).isGreaterThanOrEqualTo(1500 * MS);
        assertThat(said(all.get(0))).matches("the name look-up took [0-9.]+ s");
        assertThat(said(all.get(1))).as("nobody looked it up again").doesNotContain("look-up");
        assertThat(split(all.get(2)).ahead()).filteredOn(s -> s.part() == Part.NAME_LOOKUP).singleElement()
                .satisfies(s -> assertThat(s.nanos()).isGreaterThanOrEqualTo(1500 * MS));
        assertThat(said(all.get(2))).matches("the name look-up took [0-9.]+ s, before the request");
    }

    /** The cable lets request and good-bye pass each other, so neither side can have known: no matter how slow this machine is. */
    @ParameterizedTest
    @ValueSource(strings = {"fin", "rst"})
    void anOriginThatLeftAsItWasAskedLostARace(String how) throws Exception {
        authority = CertificateAuthority.open(directory.resolve("origin-ca"));
        try (LossyLink link = LossyLink.crossing(directory, "pass-me");
                Child origin = Child.of(directory, link.far(List.of("python3", script("parting_origin.py"), LossyLink.FAR_ADDRESS, how)));
                Child proxy = proxy(link, Map.of())) {
            String base = "http://" + LossyLink.FAR_ADDRESS + ":" + origin.words.get(0);
            curl(link, proxy, base + "/first", base + "/pass-me", base + "/next");
        }
        List<ExchangeAnalysis> all = analyses();
        assertThat(all).hasSize(3);
        Diagnosis race = all.get(1).diagnosis().orElseThrow();
        assertThat(race.text()).matches("idle-reuse race: the origin closed the idle connection as the request was sent \\(p[0-9]+\\)");
        assertThat(race.code()).isEqualTo(Diagnosis.Code.IDLE_RACE);
        try (Recording recording = Recording.open(directory.resolve("recording"))) {
            PacketRow named = recording.packet(race.packets().get(0)).orElseThrow();
            assertThat(named.heading()).isEqualTo(Heading.TO_CLIENT);
            assertThat(named.flags() & (Segment.FIN | Segment.RST)).isEqualTo(how.equals("fin") ? Segment.FIN : Segment.RST);
        }
        Reuse.WhyNew next = all.get(2).serverReuse().orElseThrow().whyNew().orElseThrow();
        assertThat(next.cause()).isEqualTo(Cause.CLOSED);
        assertThat(next.by()).isEqualTo(Closer.ORIGIN);
        assertThat(next.text()).matches("the origin closed c[0-9]+ \\(" + how + "\\)");
    }

    @Test
    void ofSeveralAddressesEachIsToldByWhatItDid() throws Exception {
        authority = CertificateAuthority.open(directory.resolve("origin-ca"));
        String refusing = "10.77.0.2";
        String silent = "10.77.0.3";
        String answering = "10.77.0.4";
        Map<String, String> names = Map.of("nsswitch.conf", FILES, "hosts",
                refusing + " many.test\n" + silent + " many.test\n" + answering + " many.test\n");
        String port;
        try (LossyLink link = LossyLink.up(directory, 1, 0, 0, 0)) {
            link.addFar(answering);
            link.silenceFar(silent);
            try (Child origin = Child.of(directory, link.far(Child.java(RunOrigin.class, answering, authority.directory().toString()))); Child proxy = proxy(link, names)) {
                port = origin.words.get(0);
                curl(link, proxy, "http://many.test:" + port + "/bytes/10", "http://many.test:" + port + "/bytes/20");
            }
        }
        List<ExchangeAnalysis> all = analyses();
        assertThat(all).hasSize(2);
        ExchangeAnalysis first = all.get(0);
        assertThat(first.server()).extracting(Annotation::code).contains(AnnotationCode.CONNECT_REFUSED);
        assertThat(split(first).nanos(Part.CONNECT)).as("with the wait for the silent one").isGreaterThanOrEqualTo(250 * MS);
        assertThat(split(first).byPart()).doesNotContainKey(Part.UNKNOWN);
        assertThat(said(first)).as("at most that the machine is slow").doesNotContain("refused", "no answer", "the origin");
        assertThat(first.serverReuse().orElseThrow().whyNew().orElseThrow().cause()).isEqualTo(Cause.FIRST);
        assertThat(all.get(1).serverReuse().orElseThrow().isNew()).isFalse();
        assertThat(said(all.get(1))).as("likewise").doesNotContain("refused", "no answer", "the origin");
        List<ConnectionRow> tried = serverLegs();
        // Whether the proxy was ended before it saw the client go is not told here.
        assertThat(tried).extracting(c -> c.tuple().responder() + " " + (c.close().orElseThrow() != Close.NOT_CONNECTED)).containsExactly(
                refusing + ":" + port + " false", silent + ":" + port + " false", answering + ":" + port + " true");
        assertThat(tried.get(0).reason()).isEqualTo("many.test (" + refusing + ":" + port + ") refused the connection.");
        assertThat(tried.get(1).reason()).isEqualTo("another address answered first");
    }

    private Child proxy(LossyLink link, Map<String, String> etc) throws IOException {
        return Child.of(directory, link.near(having(etc, Child.java(RunPlumbline.class, directory.resolve("recording").toString(),
                directory.resolve("ca").toString(), authority.certificateFile().toString(), "lo", "eth0"))));
    }

    /** {@code ip netns exec} gives each program mounts of its own: files of ours are laid over those in /etc, for it alone. */
    private List<String> having(Map<String, String> etc, List<String> command) throws IOException {
        List<String> whole = command;
        for (Map.Entry<String, String> file : etc.entrySet()) {
            Path ours = Files.writeString(directory.resolve(file.getKey()), file.getValue());
            List<String> mounted = new ArrayList<>(List.of("sh", "-c", "mount --bind \"$0\" \"$1\" && shift && exec \"$@\"", ours.toString(), "/etc/" + file.getKey()));
            mounted.addAll(whole);
            whole = mounted;
        }
        return whole;
    }

    private String script(String name) throws IOException {
        Path to = directory.resolve(name);
        try (InputStream in = OpeningNetnsIT.class.getResourceAsStream(name)) {
            Files.copy(in, to);
        }
        return to.toString();
    }

    /** All of them in their order, on one connection. */
    private void curl(LossyLink link, Child proxy, String... urls) throws Exception {
        List<String> command = new ArrayList<>(List.of("curl", "-sS", "--max-time", "40", "--cacert", proxy.words.get(1), "-x", "http://127.0.0.1:" + proxy.words.get(0)));
        command.addAll(List.of(urls));
        Path err = Files.createTempFile(directory, "curl", ".err");
        Process process = new ProcessBuilder(link.near(command)).redirectOutput(ProcessBuilder.Redirect.DISCARD).redirectError(err.toFile()).start();
        assertThat(process.waitFor(50, TimeUnit.SECONDS)).as("curl ended").isTrue();
        assertThat(process.exitValue()).as("curl: %s", Files.readString(err)).isZero();
    }

    private List<ExchangeAnalysis> analyses() {
        List<ExchangeAnalysis> all = new ArrayList<>();
        try (Recording recording = Recording.open(directory.resolve("recording"))) {
            List<ExchangeRow> rows = new ArrayList<>();
            recording.exchanges(rows::add);
            rows.stream().filter(row -> row.role() == Role.MESSAGE).forEach(row -> all.add(recording.analysis(row)));
        }
        all.forEach(a -> assertThat(split(a).byPart().values().stream().mapToLong(Long::longValue).sum()).isEqualTo(split(a).nanos()));
        return all;
    }

    private List<ConnectionRow> serverLegs() {
        List<ConnectionRow> rows = new ArrayList<>();
        try (Recording recording = Recording.open(directory.resolve("recording"))) {
            recording.connections(rows::add);
        }
        rows.removeIf(row -> row.leg() == Leg.CLIENT);
        return rows;
    }

    private static TimeSplit split(ExchangeAnalysis analysis) {
        return analysis.split().orElseThrow();
    }

    private static String said(ExchangeAnalysis analysis) {
        return analysis.diagnosis().map(Diagnosis::text).orElse("");
    }
}
