package dev.plumbline.export;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.plumbline.export.frames.ExportException;
import dev.plumbline.export.har.HarCheck;
import dev.plumbline.recording.SecretRow;
import dev.plumbline.wire.ConnectionId;
import dev.plumbline.wire.ExchangeId;
import dev.plumbline.wire.PacketId;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ExportTest {
    private static final String ONE_MISSING =
            "1 packet of the index cannot be read (a dump is cut short or gone): not in the export, not in its frame numbers";

    @TempDir
    private Path directory;

    @Test
    void allFourFilesAreWrittenTogetherForTheirOwnerAlone() throws IOException {
        Story story = withSecrets();
        List<String> steps = new ArrayList<>();
        ExportResult result = Export.of(story.recording).har(at("a.har")).pcapng(at("a.pcapng")).pcap(at("a.pcap")).keys(at("a.keys"))
                .progress((step, done, total) -> steps.add(step)).run();
        assertThat(result.exchanges()).isEqualTo(1);
        assertThat(result.packets()).isEqualTo(16);
        assertThat(result.secrets()).isEqualTo(2);
        assertThat(result.warnings()).containsExactly("holds credentials and TLS keys as they were recorded: pass it on only with care");
        assertThat(steps).contains("numbering", "comments", "pcapng", "pcap", "har");
        assertThat(Files.readString(at("a.keys"))).isEqualTo("CLIENT_RANDOM aa bb\nCLIENT_RANDOM cc dd\n");
        assertThat(HarCheck.check(at("a.har"), 16)).isEmpty();
        assertThat(names()).containsExactlyInAnyOrder("a.har", "a.pcapng", "a.pcap", "a.keys");
        for (String name : names()) {
            assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(at(name)))).isEqualTo("rw-------");
        }
    }

    @Test
    void redactionLeavesKeysOutAndSaysWhatStays() throws IOException {
        Story story = withSecrets();
        ExportResult result = Export.of(story.recording).har(at("a.har")).pcapng(at("a.pcapng")).redact().run();
        assertThat(new String(Files.readAllBytes(at("a.pcapng")), StandardCharsets.ISO_8859_1)).doesNotContain("CLIENT_RANDOM");
        assertThat(Files.readString(at("a.har"))).doesNotContain("sid=1").contains("[redacted]");
        assertThat(result.warnings()).containsExactly("packets are as captured: what went in clear text is still readable in them");
        assertThatThrownBy(() -> Export.of(story.recording).keys(at("k")).redact().run()).isInstanceOf(ExportException.class)
                .hasMessage("a key log cannot be redacted: it is nothing but secrets");
    }

    @Test
    void anUnreadableFrameIsLeftOutAndTheNumbersStillAgree() throws IOException {
        Story story = Story.oneGet();
        story.recording.frames.remove(new PacketId(2));
        ExportResult result = Export.of(story.recording).har(at("a.har")).pcapng(at("a.pcapng")).run();
        assertThat(result.packets()).isEqualTo(15);
        assertThat(result.warnings()).contains(ONE_MISSING);
        assertThat(Files.readString(at("a.har"))).contains("\"handshake\":[1,2]", "\"frames\":[3]");
    }

    @Test
    void aHarAloneFindsOutWhatThePacketsWouldHaveShown() throws IOException {
        Story story = Story.oneGet();
        story.recording.frames.remove(new PacketId(2));
        Export.of(story.recording).har(at("both.har")).pcapng(at("both.pcapng")).clock(() -> Instant.EPOCH).run();
        ExportResult alone = Export.of(story.recording).har(at("alone.har")).clock(() -> Instant.EPOCH).run();
        assertThat(alone.warnings()).contains(ONE_MISSING);
        assertThat(at("alone.har")).hasSameTextualContentAs(at("both.har"));
    }

    @Test
    void aFrameThatTurnsOutUnreadableOnlyWhenItIsReadIsLeftOutAsWell() throws IOException {
        Story story = Story.oneGet();
        story.recording.unreadable.add(new PacketId(2));
        ExportResult result = Export.of(story.recording).har(at("a.har")).pcapng(at("a.pcapng")).run();
        assertThat(result.packets()).isEqualTo(15);
        assertThat(result.warnings()).contains(ONE_MISSING);
        assertThat(Files.readString(at("a.har"))).contains("\"handshake\":[1,2]", "\"frames\":[3]");
    }

    @Test
    void aSnapshotOfAnOpenRecordingSaysSo() throws IOException {
        Story story = Story.oneGet();
        story.recording.endedAt = -1;
        Instant now = Instant.parse("2026-11-22T08:00:00Z");
        AtomicInteger asked = new AtomicInteger();
        ExportResult result = Export.of(story.recording).har(at("a.har")).pcapng(at("a.pcapng")).clock(() -> now.plusSeconds(asked.getAndIncrement())).run();
        String note = "snapshot of a recording that has no end (it is being written, or a crash cut it off), taken at 2026-11-22T08:00:00Z";
        assertThat(result.warnings()).contains(note);
        assertThat(Files.readString(at("a.har"))).contains(note);
        assertThat(Files.readString(at("a.pcapng"), StandardCharsets.ISO_8859_1)).contains(note);
    }

    /** The index is written before the rows: so it is of a recording that goes on, and of one that was killed. */
    @Test
    void packetsAheadOfTheirFlowsRowAreLeftOutOfAllPacketsAndSaid() {
        Story story = new Story().capture(0, "lo", 1, 100).capture(1, "eth0", 1, 100);
        story.flow(1, 1, 0, "127.0.0.1:1", "127.0.0.1:2", 1).syn();
        story.flow(2, 1, 1, "127.0.0.1:3", "127.0.0.1:2", 2).syn();
        story.recording.flows.remove(1);
        story.recording.interfaces.remove(1);
        ExportResult result = Export.of(story.recording).allPackets().pcapng(at("a.pcapng")).run();
        assertThat(result.packets()).isEqualTo(1);
        assertThat(result.warnings()).contains("1 packet of the index is of a flow without a row, yet or for good: not in the export, not in its frame numbers");
    }

    @Test
    void withoutPacketsItSaysWhy() {
        Story story = new Story();
        story.recording.captureOff = "no right to capture";
        assertThat(Export.of(story.recording).pcapng(at("a.pcapng")).run().warnings()).contains("no packets: no right to capture");
    }

    @Test
    void differingInterfacesAreToldOf() {
        Story story = new Story().capture(0, "lo", 1, 100).capture(1, "eth0", 1, 200);
        story.flow(1, 1, 0, "127.0.0.1:1", "127.0.0.1:2", 1).syn();
        story.flow(2, 1, 1, "127.0.0.1:3", "127.0.0.1:2", 2).syn();
        assertThat(Export.of(story.recording).pcapng(at("a.pcapng")).run().warnings()).anySatisfy(w -> assertThat(w).contains("tcpdump refuses it"));
    }

    @Test
    void whatCannotBeDoneIsOneLineAndTouchesNothing() throws IOException {
        Story story = Story.oneGet();
        story.recording.directory = Files.createDirectory(at("recording"));
        Files.writeString(at("recording").resolve("recording.db"), "precious");
        Files.createDirectory(at("folder"));
        Files.writeString(at("old.har"), "old");
        refused(Export.of(story.recording), "nothing to export: expected a HAR, pcapng, pcap or key log file");
        refused(Export.of(story.recording).har(at("x")).ids(List.of(new ExchangeId(new ConnectionId(9), 9))), "no exchange c9.9 in " + at("recording"));
        refused(Export.of(story.recording).har(at("no/where")), "cannot write " + at("no/where") + ": no such directory");
        refused(Export.of(story.recording).har(at("folder")), "cannot write " + at("folder") + ": not a regular file");
        refused(Export.of(story.recording).har(Path.of("/dev/null")), "cannot write /dev/null: not a regular file");
        refused(Export.of(story.recording).har(at("old.har")).pcapng(at("folder/../old.har")), "cannot write two files to " + at("old.har"));
        refused(Export.of(story.recording).har(at("recording/recording.db")), "cannot write " + at("recording/recording.db") + ": it is a part of the recording");
        assertThat(Files.readString(at("recording/recording.db"))).isEqualTo("precious");
        assertThat(Files.readString(at("old.har"))).isEqualTo("old");
        assertThat(names()).containsExactlyInAnyOrder("recording", "folder", "old.har");
    }

    @Test
    void aFailureHalfWayLeavesTheOldFilesAsTheyWere() throws IOException {
        Story story = Story.oneGet();
        Files.writeString(at("a.har"), "old");
        Files.writeString(at("a.pcapng"), "old");
        assertThatThrownBy(() -> Export.of(story.recording).har(at("a.har")).pcapng(at("a.pcapng")).progress((step, done, total) -> {
            if (step.equals("har")) {
                throw new IllegalStateException("stop");
            }
        }).run()).hasMessage("stop");
        assertThat(Files.readString(at("a.har"))).isEqualTo("old");
        assertThat(Files.readString(at("a.pcapng"))).isEqualTo("old");
        assertThat(names()).containsExactlyInAnyOrder("a.har", "a.pcapng");
    }

    /** Whichever of the four cannot be put in its place, at the end, when all are written. */
    @ParameterizedTest
    @ValueSource(strings = {"a.pcapng", "a.pcap", "a.keys", "a.har"})
    void aPlaceThatIsTakenAtTheEndPutsTheOthersBack(String blocked) throws IOException {
        List<String> others = Stream.of("a.pcapng", "a.pcap", "a.keys", "a.har").filter(name -> !name.equals(blocked)).toList();
        for (String name : others) {
            Files.writeString(at(name), "old " + name);
        }
        Object inode = Files.getAttribute(at(others.get(0)), "unix:ino");
        refused(allFour(withSecrets()).progress((step, done, total) -> block(blocked)), "cannot write " + at(blocked) + ": Is a directory");
        for (String name : others) {
            assertThat(Files.readString(at(name))).isEqualTo("old " + name);
        }
        assertThat(Files.getAttribute(at(others.get(0)), "unix:ino")).isEqualTo(inode);
        assertThat(names()).containsExactlyInAnyOrder("a.pcapng", "a.pcap", "a.keys", "a.har");
    }

    @Test
    void whereNothingStoodNothingStandsAfterAFailure() throws IOException {
        refused(allFour(withSecrets()).progress((step, done, total) -> block("a.har")), "cannot write " + at("a.har") + ": Is a directory");
        assertThat(names()).containsExactly("a.har");
    }

    @Test
    void oldFilesAreReplacedAndNothingElseIsLeft() throws IOException {
        for (String name : List.of("a.pcapng", "a.pcap", "a.keys", "a.har")) {
            Files.writeString(at(name), "old");
        }
        allFour(withSecrets()).run();
        assertThat(names()).containsExactlyInAnyOrder("a.pcapng", "a.pcap", "a.keys", "a.har")
                .allSatisfy(name -> assertThat(at(name)).content(StandardCharsets.ISO_8859_1).isNotEqualTo("old"));
    }

    @Test
    void aLinkIsFollowedAndAnOldFileReplaced() throws IOException {
        Story story = Story.oneGet();
        Files.writeString(at("real.har"), "old");
        Files.createSymbolicLink(at("link.har"), at("real.har"));
        Export.of(story.recording).har(at("link.har")).run();
        assertThat(Files.isSymbolicLink(at("link.har"))).isTrue();
        assertThat(Files.readString(at("real.har"))).startsWith("{\"log\"");
    }

    @Test
    void aLongNameMayHaveAnyCharactersAnywhere() throws IOException {
        String name = "n".repeat(59) + "\ud83d\udc3e.har";
        Export.of(Story.oneGet().recording).har(at(name)).run();
        assertThat(names()).containsExactly(name);
    }

    private Export allFour(Story story) {
        return Export.of(story.recording).har(at("a.har")).pcapng(at("a.pcapng")).pcap(at("a.pcap")).keys(at("a.keys"));
    }

    private void block(String name) {
        try {
            Files.createDirectories(at(name).resolve("inside"));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static Story withSecrets() {
        Story story = Story.oneGet();
        story.recording.secrets.add(new SecretRow(new ConnectionId(1), "CLIENT_RANDOM aa bb", 0));
        story.recording.secrets.add(new SecretRow(new ConnectionId(2), "CLIENT_RANDOM cc dd", 0));
        return story;
    }

    private static void refused(Export export, String message) {
        assertThatThrownBy(export::run).isInstanceOf(ExportException.class).hasMessage(message);
    }

    private Path at(String name) {
        return directory.resolve(name);
    }

    private List<String> names() throws IOException {
        try (Stream<Path> files = Files.list(directory)) {
            return files.map(file -> file.getFileName().toString()).toList();
        }
    }
}
