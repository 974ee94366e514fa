package dev.plumbline.dump.tls;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import org.junit.jupiter.api.Test;

class KeysTest {
    private static final String RANDOM = "ab".repeat(32);
    private static final String LINE = "CLIENT_RANDOM " + RANDOM + " " + "01".repeat(48);

    @Test
    void aLineIsASecretOfItsConnection() {
        Keys keys = new Keys();
        keys.read(octets("# a comment\r\n\n" + LINE + "\r\nCLIENT_TRAFFIC_SECRET_0 " + RANDOM.toUpperCase(java.util.Locale.ROOT) + " 0203"));
        byte[] random = HexFormat.of().parseHex(RANDOM);
        assertThat(keys.secret(random, "CLIENT_TRAFFIC_SECRET_0")).contains(new byte[] {2, 3});
        assertThat(keys.linesOf(random)).containsExactly(LINE, "CLIENT_TRAFFIC_SECRET_0 " + RANDOM + " 0203");
        assertThat(keys.secret(new byte[32], "CLIENT_RANDOM")).isEmpty();
        assertThat(keys.lines()).isEqualTo(2);
        assertThat(keys.badLines()).isZero();
    }

    @Test
    void whatIsNoLineIsCounted() {
        Keys keys = new Keys();
        keys.read(octets("0011223344556677 0102\nnonsense\nCLIENT_RANDOM " + RANDOM + "\nCLIENT_RANDOM " + RANDOM + " 0x\nclient " + RANDOM + " 01\n"));
        assertThat(keys.badLines()).isEqualTo(5);
        assertThat(keys.lines()).isZero();
    }

    @Test
    void theSameLineInTheFileAndInTheDumpIsOneSecret() throws IOException {
        Keys keys = new Keys();
        keys.read(octets(LINE));
        keys.read(new ByteArrayInputStream(octets(LINE + "\n")));
        assertThat(keys.linesOf(HexFormat.of().parseHex(RANDOM))).containsExactly(LINE);
    }

    @Test
    void theLastConnectionsAreKept() {
        Keys keys = new Keys();
        StringBuilder log = new StringBuilder();
        for (int i = 0; i <= Keys.MOST_CONNECTIONS; i++) {
            log.append("CLIENT_RANDOM ").append(String.format("%064x", i)).append(" 01\n");
        }
        keys.read(octets(log.toString()));
        assertThat(keys.tooMany()).isEqualTo(1);
        assertThat(keys.linesOf(new byte[32])).isEmpty();
        assertThat(keys.linesOf(HexFormat.of().parseHex(String.format("%064x", 1)))).isNotEmpty();
        assertThat(keys.linesOf(HexFormat.of().parseHex(String.format("%064x", Keys.MOST_CONNECTIONS)))).isNotEmpty();
    }

    /** NSS and OpenSSL write them beside CLIENT_RANDOM where the key exchange is RSA's. */
    @Test
    void whatAPremasterSecretIsNamedAfterNeedNotBeARandom() {
        Keys keys = new Keys();
        keys.read(octets("RSA 0011223344556677 " + "0303".repeat(12) + "\nRSA Session-ID:00 Master-Key:01\n" + LINE));
        assertThat(keys.badLines()).isZero();
        assertThat(keys.otherLines()).isEqualTo(2);
        assertThat(keys.lines()).isEqualTo(1);
    }

    @Test
    void aLabelNobodyKnowsTakesNoRoom() {
        Keys keys = new Keys();
        StringBuilder log = new StringBuilder();
        for (int i = 0; i < 1000; i++) {
            log.append("LABEL_").append(i).append(' ').append(RANDOM).append(" 01\n");
        }
        keys.read(octets(log + LINE));
        byte[] random = HexFormat.of().parseHex(RANDOM);
        assertThat(keys.linesOf(random)).containsExactly(LINE);
        assertThat(keys.otherLines()).isEqualTo(1000);
        assertThat(keys.lines()).isEqualTo(1);
        assertThat(keys.badLines()).isZero();
    }

    @Test
    void secretsAreTakenUpToSixtyFourOctets() {
        for (int octets : new int[] {1, 63, 64, 65}) {
            Keys keys = new Keys();
            keys.read(octets("EXPORTER_SECRET " + RANDOM + " " + "ab".repeat(octets)));
            assertThat(keys.lines()).isEqualTo(octets <= 64 ? 1 : 0);
            assertThat(keys.badLines()).isEqualTo(octets <= 64 ? 0 : 1);
            assertThat(keys.secret(HexFormat.of().parseHex(RANDOM), "EXPORTER_SECRET").map(s -> s.length).orElse(65)).isEqualTo(octets);
        }
    }

    @Test
    void whatIsReadAheadCountsInItsTurnAndDrivesNothingOut() {
        Keys keys = new Keys();
        StringBuilder log = new StringBuilder();
        for (int i = 0; i <= Keys.MOST_CONNECTIONS; i++) {
            log.append("CLIENT_RANDOM ").append(String.format("%064x", i)).append(" 01\n");
        }
        keys.readAhead(octets(log + "nonsense\nOTHER " + RANDOM + " 01\n"));
        assertThat(keys.linesOf(new byte[32])).isNotEmpty();
        assertThat(keys.linesOf(HexFormat.of().parseHex(String.format("%064x", Keys.MOST_CONNECTIONS)))).isEmpty();
        assertThat(keys.wasFullAhead()).isTrue();
        assertThat(keys.lines() + keys.badLines() + keys.otherLines() + keys.tooMany()).isZero();
        keys.read(octets(log + "nonsense\n"));
        assertThat(keys.linesOf(HexFormat.of().parseHex(String.format("%064x", Keys.MOST_CONNECTIONS)))).isNotEmpty();
        assertThat(keys.lines()).isEqualTo(Keys.MOST_CONNECTIONS + 1);
        assertThat(keys.tooMany()).isEqualTo(1);
    }

    private static byte[] octets(String text) {
        return text.getBytes(StandardCharsets.ISO_8859_1);
    }
}
