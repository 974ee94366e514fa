package dev.plumbline.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.plumbline.recording.Recording;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The command over the real importer: a dump of one refused connection is enough to see what it says. */
class ImportCommandTest {
    @TempDir
    Path directory;
    private Harness harness;

    @BeforeEach
    void standAlone() {
        harness = new Harness(directory);
        harness.home = directory.resolve("recordings");
    }

    private Path dump(int cut) throws IOException {
        ByteBuffer file = ByteBuffer.allocate(24 + 3 * 56).putInt(0xa1b2c3d4).putShort((short) 2).putShort((short) 4).putInt(0).putInt(0).putInt(65_535).putInt(101);
        packet(file, 6, 0x0a000001, 0x0a000002, 40_000, 80, 0x02);
        packet(file, 6, 0x0a000002, 0x0a000001, 80, 40_000, 0x14);
        packet(file, 17, 0x0a000001, 0x0a000002, 5, 6, 0);
        return Files.write(directory.resolve("dump.pcap"), java.util.Arrays.copyOf(file.array(), file.capacity() - cut));
    }

    private static void packet(ByteBuffer to, int protocol, int from, int target, int fromPort, int targetPort, int flags) {
        to.putInt(1_700_000_000).putInt(5).putInt(40).putInt(40).putShort((short) 0x4500).putShort((short) 40).putInt(0).putInt(0x4000_0000 | protocol << 16);
        to.putInt(from).putInt(target).putShort((short) fromPort).putShort((short) targetPort).putInt(flags == 2 ? 7 : 0).putInt(flags == 2 ? 0 : 8);
        to.putShort((short) (0x5000 | flags)).putShort((short) 1024).putInt(0);
    }

    @Test
    void itSaysWhereTheRecordingIsAndWhatIsInIt() throws IOException {
        Harness.Outcome outcome = harness.run("import", dump(0).toString(), "--recording", directory.resolve("r").toString());
        assertThat(outcome.err()).isEmpty();
        assertThat(outcome.code()).isZero();
        assertThat(outcome.out()).isEqualTo("""
                recording %s
                packets   3 packets, 2 segments of TCP
                          1 packet left out: not TCP over IP
                found     1 connection, 0 exchanges
                          1 connection not read, or not to the end: never connected
                """.formatted(directory.resolve("r")));
        try (Recording recording = Recording.open(directory.resolve("r"))) {
            recording.connections(row -> assertThat(Peers.of(recording).ended(row)).isEqualTo("refused by origin"));
        }
    }

    @Test
    void theSummaryIsOneObjectForPrograms() throws IOException {
        Path dump = dump(0);
        assertThat(harness.run("import", dump.toString(), "--recording", directory.resolve("r").toString(), "--json").out()).isEqualTo(
                "{\"recording\":\"%s\",\"file\":\"%s\",\"octets\":192,\"packets\":3,\"segments\":2,\"connections\":1,\"exchanges\":0,\"unread\":{\"never connected\":1},\"leftOut\":{\"not TCP over IP\":1},\"keys\":0,\"remarks\":[],\"damage\":null}\n"
                        .formatted(directory.resolve("r"), dump));
    }

    @Test
    void aDamagedFileGivesWhatCanBeReadAndOneLineAboutTheRest() throws IOException {
        Harness.Outcome outcome = harness.run("import", dump(3).toString(), "--recording", directory.resolve("r").toString());
        assertThat(outcome.code()).isZero();
        assertThat(outcome.out()).contains("packets   2 packets, 2 segments of TCP");
        assertThat(outcome.err()).isEqualTo("plumbline: " + directory.resolve("dump.pcap") + " ends in the middle of a packet, after packet 2; what came before is in the recording\n");
    }

    @Test
    void whatCannotBeImportedIsOneLineAndLeavesNoRecording() throws IOException {
        Path text = Files.writeString(directory.resolve("text"), "GET / HTTP/1.1\n");
        Path keys = directory.resolve("none");
        assertThat(harness.run("import", text.toString()).err()).isEqualTo("plumbline: expected a pcap or pcapng file, " + text + " is neither: it begins with 0x47455420\n");
        assertThat(harness.run("import", keys.toString()).err()).isEqualTo("plumbline: expected a pcap or pcapng file, " + keys + " does not exist\n");
        assertThat(harness.run("import", dump(0).toString(), "--keys", keys.toString()).err()).isEqualTo("plumbline: expected a key log, " + keys + " does not exist\n");
        assertThat(harness.run("import", text.toString()).code()).isEqualTo(1);
        assertThat(harness.run("import").code()).isEqualTo(2);
        assertThat(harness.home).doesNotExist();
    }

    @Test
    void aKeyLogWithoutKeysIsSaid() throws IOException {
        Path keys = Files.writeString(directory.resolve("keys"), "# nothing\nnonsense\n", StandardCharsets.US_ASCII);
        assertThat(harness.run("import", dump(0).toString(), "--keys", keys.toString()).err()).isEqualTo(
                "plumbline: %s: 1 lines are no key log lines (expected: LABEL CLIENT-RANDOM SECRET in hexadecimal)%nplumbline: %s: no keys in it%n".formatted(keys, keys));
    }
}
