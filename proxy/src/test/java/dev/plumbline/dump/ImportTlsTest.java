package dev.plumbline.dump;

import static org.assertj.core.api.Assertions.assertThat;

import dev.plumbline.dump.DumpScript.Outcome;
import dev.plumbline.dump.tls.TlsScript;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What is read of TLS 1.3, given its secrets. */
class ImportTlsTest {
    private static final String EARLY = "GET /early HTTP/1.1\r\nHost: h\r\n\r\n";
    private static final String LATE = "GET /late HTTP/1.1\r\nHost: h\r\n\r\n";
    private static final String OK = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nhi";
    private static final String TEAPOT = "HTTP/1.1 418 Teapot\r\nContent-Length: 0\r\n\r\n";

    @TempDir
    Path scratch;
    private Path directory;
    private final DumpScript script = new DumpScript();
    private final TlsScript tls = new TlsScript(7);

    @BeforeEach
    void nameTheRecording() {
        directory = scratch.resolve("recording");
    }

    private DumpScript shaken() {
        return script.opens().asks(tls.clientHello(0)).answers(tls.serverFlight()).asks(tls.clientFinished());
    }

    private DumpScript withEarlyRequest(boolean isTaken) {
        script.opens().asks(tls.clientHello(TlsScript.EARLY_DATA)).asks(tls.early(EARLY)).answers(tls.resumedFlight(isTaken));
        return isTaken
                ? script.answers(tls.answers(TEAPOT)).asks(tls.endOfEarlyData()).asks(tls.clientFinished()).asks(tls.asks(LATE)).answers(tls.answers(OK)).closes(true)
                : script.asks(tls.clientFinished()).asks(tls.asks(EARLY)).answers(tls.answers(OK)).closes(true);
    }

    @Test
    void anExchangeIsRead() {
        Outcome outcome = shaken().asks(tls.asks(LATE)).answers(tls.answers(OK)).closes(true).imported(directory, tls.keyLog());
        assertThat(outcome.lines()).containsExactly("c1.1 GET https://h/late 200");
        assertThat(outcome.reasons()).containsExactly("c1 BY_PEER");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "CLIENT_HANDSHAKE_TRAFFIC_SECRET"})
    void aRequestInEarlyDataThatWasTakenIsRead(String missing) {
        Outcome outcome = withEarlyRequest(true).imported(directory, tls.keyLog(missing));
        assertThat(outcome.lines()).containsExactly("c1.1 GET https://h/early 418", "c1.2 GET https://h/late 200");
        assertThat(outcome.reasons()).containsExactly("c1 BY_PEER");
    }

    /** Its answer would be taken for that of the next request. */
    @ParameterizedTest
    @CsvSource({
        "CLIENT_EARLY_TRAFFIC_SECRET, , no CLIENT_EARLY_TRAFFIC_SECRET",
        "CLIENT_EARLY_TRAFFIC_SECRET, CLIENT_HANDSHAKE_TRAFFIC_SECRET, no CLIENT_EARLY_TRAFFIC_SECRET",
        "SERVER_HANDSHAKE_TRAFFIC_SECRET, , no secret tells whether it was taken",
        "SERVER_HANDSHAKE_TRAFFIC_SECRET, CLIENT_HANDSHAKE_TRAFFIC_SECRET, no secret tells whether it was taken",
    })
    void aRequestInEarlyDataThatCannotBeReadIsNeverPassedOver(String missing, String another, String why) {
        Outcome outcome = withEarlyRequest(true).imported(directory, tls.keyLog(missing, String.valueOf(another)));
        assertThat(outcome.lines()).isEmpty();
        assertThat(outcome.reasons()).containsExactly("c1 BY_PEER TLSv1.3: its early data (0-RTT) is not decrypted: " + why);
        assertThat(outcome.connections().get(0).tls().get(0).version()).isEqualTo("TLSv1.3");
        assertThat(outcome.result().unread()).containsOnlyKeys("TLS that could not be followed");
    }

    @Test
    void anEarlySecretThatIsWrongIsSaid() {
        String right = "CLIENT_EARLY_TRAFFIC_SECRET " + "07".repeat(32) + " 01";
        String keyLog = tls.keyLog();
        assertThat(keyLog).contains(right);
        Outcome outcome = withEarlyRequest(true).imported(directory, keyLog.replace(right, right.substring(0, right.length() - 2) + "ff"));
        assertThat(outcome.lines()).isEmpty();
        assertThat(outcome.reasons()).containsExactly("c1 BY_PEER TLSv1.3: its early data (0-RTT) is not decrypted: the early secret given does not open it");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "CLIENT_EARLY_TRAFFIC_SECRET", "CLIENT_HANDSHAKE_TRAFFIC_SECRET"})
    void aRequestInEarlyDataThatWasRefusedComesAgain(String missing) {
        Outcome outcome = withEarlyRequest(false).imported(directory, tls.keyLog(missing));
        assertThat(outcome.lines()).containsExactly("c1.1 GET https://h/early 200");
        assertThat(outcome.reasons()).containsExactly("c1 BY_PEER");
    }

    @Test
    void aNewSessionOrASecondHelloTakesNoEarlyData() {
        Outcome outcome = script.opens().asks(tls.clientHello(TlsScript.EARLY_DATA)).asks(tls.early(EARLY)).answers(tls.serverFlight()).asks(tls.clientFinished())
                .asks(tls.asks(EARLY)).answers(tls.answers(OK)).closes(true).imported(directory, tls.keyLog("SERVER_HANDSHAKE_TRAFFIC_SECRET"));
        assertThat(outcome.lines()).containsExactly("c1.1 GET https://h/early 200");
        TlsScript other = new TlsScript(8);
        Outcome retried = new DumpScript().opens().asks(other.clientHello(TlsScript.EARLY_DATA)).asks(other.early(EARLY)).answers(other.retry()).asks(other.clientHello(0))
                .answers(other.resumedFlight(false)).asks(other.clientFinished()).asks(other.asks(EARLY)).answers(other.answers(OK)).closes(true)
                .imported(scratch.resolve("retried"), other.keyLog());
        assertThat(retried.lines()).containsExactly("c1.1 GET https://h/early 200");
        assertThat(retried.reasons()).containsExactly("c1 BY_PEER");
    }

    @Test
    void whereNoEarlyDataWasSentNothingIsMissing() {
        Outcome outcome = script.opens().asks(tls.clientHello(TlsScript.EARLY_DATA)).answers(tls.resumedFlight(false)).asks(tls.clientFinished())
                .asks(tls.asks(LATE)).answers(tls.answers(OK)).closes(true).imported(directory, tls.keyLog("SERVER_HANDSHAKE_TRAFFIC_SECRET"));
        assertThat(outcome.lines()).containsExactly("c1.1 GET https://h/late 200");
        assertThat(outcome.reasons()).containsExactly("c1 BY_PEER");
    }

    @Test
    void whatTheServerSaysOfEarlyDataIsWaitedForAndMayNeverCome() {
        Outcome outcome = script.opens().asks(tls.clientHello(TlsScript.EARLY_DATA)).asks(tls.early(EARLY)).answers(tls.serverHello(true)).imported(directory, tls.keyLog());
        assertThat(outcome.lines()).isEmpty();
        assertThat(outcome.reasons()).containsExactly(
                "c1 SHUTDOWN the TLS handshake is cut: what the origin says of early data is not there; still open when the dump ends");
    }

    @Test
    void secretsThatStandAtTheEndOfAFileAreInTime() throws IOException {
        Path file = Files.write(scratch.resolve("dump.pcapng"), shaken().asks(tls.asks(LATE)).answers(tls.answers(OK)).closes(true).pcapng(tls.keyLog()));
        Outcome outcome = DumpScript.imported(Import.of(file), directory);
        assertThat(outcome.lines()).containsExactly("c1.1 GET https://h/late 200");
        assertThat(outcome.result().secrets()).isEqualTo(5);
        assertThat(outcome.result().remarks()).isEmpty();
    }

    @Test
    void secretsThatComeTooLateInAPipeAreSaid() {
        byte[] file = shaken().asks(tls.asks(LATE)).answers(tls.answers(OK)).closes(true).pcapng(tls.keyLog());
        Outcome outcome = DumpScript.imported(file, directory);
        assertThat(outcome.lines()).isEmpty();
        assertThat(outcome.reasons()).containsExactly("c1 BY_PEER TLSv1.3, no keys");
        assertThat(outcome.result().remarks()).containsExactly("TLS secrets behind their handshakes, 1 connection: too late where a dump is read as it comes; "
                + "import it from a file, or give them with --keys");
    }

    /** That the dump is a file helps nothing then. */
    @Test
    void secretsBehindThoseOfMoreConnectionsThanAreKeptAreSaid() throws IOException {
        StringBuilder log = new StringBuilder();
        for (int i = 0; i < 1 << 15; i++) {
            log.append("CLIENT_RANDOM ").append(String.format("%064x", i)).append(" 01\n");
        }
        byte[] octets = shaken().asks(tls.asks(LATE)).answers(tls.answers(OK)).closes(true).pcapng(log + tls.keyLog());
        Outcome outcome = DumpScript.imported(Import.of(Files.write(scratch.resolve("dump.pcapng"), octets)), directory);
        assertThat(outcome.reasons()).containsExactly("c1 BY_PEER TLSv1.3, no keys");
        assertThat(outcome.result().remarks()).containsExactly("1 key log lines left out: too many",
                "TLS secrets behind their handshakes, 1 connection: behind those of 32768 others, which is as many as are kept: "
                        + "give theirs with --keys, in a file of their own");
    }

    /** A client that proves who it is later on sends one (RFC 8446 section 4.6.2). */
    @Test
    void aSecondFinishedAndASecondEncryptedExtensionsChangeNothing() {
        String more = tls.encryptedExtensions(true) + tls.finished();
        Outcome outcome = shaken().asks(tls.asks(LATE)).asks(tls.sealed("CLIENT_TRAFFIC_SECRET_0", TlsScript.HANDSHAKE, more))
                .answers(tls.sealed("SERVER_TRAFFIC_SECRET_0", TlsScript.HANDSHAKE, more)).answers(tls.answers(OK)).asks(tls.asks(EARLY)).answers(tls.answers(TEAPOT))
                .closes(true).imported(directory, tls.keyLog());
        assertThat(outcome.lines()).containsExactly("c1.1 GET https://h/late 200", "c1.2 GET https://h/early 418");
        assertThat(outcome.reasons()).containsExactly("c1 BY_PEER");
    }

    /** Each costs as much as a record; a record of nothing else would cost thousands. */
    @Test
    void aRecordChangesKeysOnceAtMost() {
        String update = "\30\0\0\1\0";
        Outcome outcome = shaken().asks(tls.sealed("CLIENT_TRAFFIC_SECRET_0", TlsScript.HANDSHAKE, update + update)).asks(tls.asks(LATE)).closes(true)
                .imported(directory, tls.keyLog());
        assertThat(outcome.lines()).isEmpty();
        assertThat(outcome.reasons()).containsExactly("c1 BY_PEER TLSv1.3: handshake messages that go on beyond a change of keys");
    }

    /** Sealed, with the handshake under way or over; what it says is not in any octet of HTTP. */
    @ParameterizedTest
    @CsvSource({"CLIENT_HANDSHAKE_TRAFFIC_SECRET, 42, client, true", "SERVER_HANDSHAKE_TRAFFIC_SECRET, 40, origin, true", "SERVER_TRAFFIC_SECRET_0, 116, origin, false"})
    void aSealedFatalAlertSaysThatTheHandshakeFailed(String label, int alert, String who, boolean beforeFinished) {
        script.opens().asks(tls.clientHello(0)).answers(label.equals("SERVER_HANDSHAKE_TRAFFIC_SECRET") ? tls.serverHello(false) : tls.serverFlight());
        if (!beforeFinished) {
            script.asks(tls.clientFinished());
        }
        String record = tls.alert(label, 2, alert);
        Outcome outcome = (who.equals("client") ? script.asks(record) : script.answers(record)).closes(true).imported(directory, tls.keyLog());
        assertThat(outcome.reasons()).containsExactly("c1 BY_PEER the TLS handshake failed: the " + who + " sent a fatal alert, " + alert);
        assertThat(outcome.result().unread()).containsOnlyKeys("cut short");
        assertThat(outcome.connections().get(0).tls()).singleElement().satisfies(phase -> {
            assertThat(phase.version()).isEqualTo("TLSv1.3");
            assertThat(phase.failure()).isEqualTo("the " + who + " sent a fatal alert, " + alert);
        });
    }

    /** A client that has to prove who it is may have asked before it hears that it did not. */
    @Test
    void aRequestThatAFatalAlertAnswersHasItsReason() {
        Outcome outcome = shaken().asks(tls.asks(LATE)).answers(tls.alert("SERVER_TRAFFIC_SECRET_0", 2, 116)).closes(true).imported(directory, tls.keyLog());
        assertThat(outcome.lines()).containsExactly("c1.1 GET https://h/late 0 ! no response: the TLS handshake failed: the origin sent a fatal alert, 116");
    }

    @Test
    void aFatalAlertBehindContentBreaksTheConnectionAndNoHandshake() {
        Outcome outcome = shaken().asks(tls.asks(LATE)).answers(tls.answers(OK)).asks(tls.asks(EARLY)).answers(tls.alert("SERVER_TRAFFIC_SECRET_0", 1, 80)).closes(true)
                .imported(directory, tls.keyLog());
        assertThat(outcome.lines()).containsExactly("c1.1 GET https://h/late 200", "c1.2 GET https://h/early 0 ! no response: TLSv1.3: the origin sent a fatal alert, 80");
        assertThat(outcome.reasons()).containsExactly("c1 BY_PEER TLSv1.3: the origin sent a fatal alert, 80");
        assertThat(outcome.connections().get(0).tls().get(0).failure()).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 90})
    void anAlertThatOnlyClosesIsNoFailure(int alert) {
        Outcome outcome = shaken().asks(tls.asks(LATE)).answers(tls.answers(OK)).answers(tls.alert("SERVER_TRAFFIC_SECRET_0", 2, alert)).closes(true)
                .imported(directory, tls.keyLog());
        assertThat(outcome.lines()).containsExactly("c1.1 GET https://h/late 200");
        assertThat(outcome.reasons()).containsExactly("c1 BY_PEER");
        assertThat(outcome.result().unread()).isEmpty();
    }

    /** RFC 9112 9.8: whoever cuts the connection could have made it look so. */
    @Test
    void aResponseThatTheConnectionEndsIsWholeWithACloseNotifyAlone() {
        String endless = "HTTP/1.1 200 OK\r\n\r\nabc";
        Outcome whole = shaken().asks(tls.asks(LATE)).answers(tls.answers(endless)).answers(tls.alert("SERVER_TRAFFIC_SECRET_0", 1, 0)).closes(false)
                .imported(directory, tls.keyLog());
        assertThat(whole.lines()).containsExactly("c1.1 GET https://h/late 200");
        TlsScript other = new TlsScript(8);
        Outcome cut = new DumpScript().opens().asks(other.clientHello(0)).answers(other.serverFlight()).asks(other.clientFinished()).asks(other.asks(LATE))
                .answers(other.answers(endless)).closes(false).imported(scratch.resolve("cut"), other.keyLog());
        assertThat(cut.lines()).containsExactly(
                "c1.1 GET https://h/late 200 ! the response is cut after 3 octets of content: the connection was closed, by the origin without close_notify");
    }

    @Test
    void aFatalAlertInClearSaysThatTheHandshakeFailed() {
        Outcome outcome = script.opens().asks(tls.clientHello(0)).answers("\25\3\3\0\2\2\106").closes(true).imported(directory, tls.keyLog());
        assertThat(outcome.reasons()).containsExactly("c1 BY_PEER the TLS handshake failed: the origin sent a fatal alert, 70");
        TlsScript other = new TlsScript(8);
        Outcome later = new DumpScript().opens().asks(other.clientHello(0)).answers(other.serverFlight()).asks("\25\3\3\0\2\2\57").closes(true)
                .imported(scratch.resolve("later"), other.keyLog());
        assertThat(later.reasons()).containsExactly("c1 BY_PEER the TLS handshake failed: the client sent a fatal alert, 47");
    }

    /** There are no others to wait for. */
    @Test
    void secretsThatWereThereInTimeAreNotLateForBeingTooFew() throws IOException {
        byte[] octets = shaken().asks(tls.asks(LATE)).closes(true).pcapng(tls.keyLog("CLIENT_TRAFFIC_SECRET_0"));
        assertThat(DumpScript.imported(Import.of(Files.write(scratch.resolve("dump.pcapng"), octets)), directory).result().remarks()).isEmpty();
    }

    /** As browsers log them: those of content would have come later. */
    @Test
    void theSecretsOfTheHandshakeAloneTellThatItFailed() {
        String keyLog = tls.keyLog("CLIENT_TRAFFIC_SECRET_0", "SERVER_TRAFFIC_SECRET_0");
        Outcome outcome = script.opens().asks(tls.clientHello(0)).answers(tls.serverFlight()).asks(tls.alert("CLIENT_HANDSHAKE_TRAFFIC_SECRET", 2, 46)).closes(true)
                .imported(directory, keyLog);
        assertThat(outcome.reasons()).containsExactly("c1 BY_PEER the TLS handshake failed: the client sent a fatal alert, 46");
        TlsScript other = new TlsScript(8);
        Outcome whole = new DumpScript().opens().asks(other.clientHello(0)).answers(other.serverFlight()).asks(other.clientFinished()).asks(other.asks(LATE))
                .answers(other.answers(OK)).closes(true).imported(scratch.resolve("whole"), other.keyLog("CLIENT_TRAFFIC_SECRET_0", "SERVER_TRAFFIC_SECRET_0"));
        assertThat(whole.lines()).isEmpty();
        assertThat(whole.reasons()).containsExactly("c1 BY_PEER TLSv1.3, no keys");
    }

    /** Whoever breaks it off so early has often no secrets to give. */
    @Test
    void aHandshakeThatFailsNeedsNoKeysToBeToldAsSuch() {
        Outcome outcome = script.opens().asks(tls.clientHello(0)).answers(tls.serverFlight()).asks("\25\3\3\0\2\2\60").closes(true).imported(directory);
        assertThat(outcome.reasons()).containsExactly("c1 BY_PEER the TLS handshake failed: the client sent a fatal alert, 48");
        assertThat(outcome.result().unread()).containsOnlyKeys("cut short");
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void aHandshakeThatEndsBehindTheServerHelloIsCut(boolean isReset) {
        script.opens().asks(tls.clientHello(0)).answers(tls.serverFlight());
        Outcome outcome = (isReset ? script.resets(true) : script.silence(1)).imported(directory, tls.keyLog());
        assertThat(outcome.reasons()).containsExactly(
                isReset ? "c1 RESET the TLS handshake is cut: the client reset the connection" : "c1 SHUTDOWN the TLS handshake is cut: the dump ends; still open when the dump ends");
        assertThat(outcome.result().unread()).containsOnlyKeys("cut short");
    }

    @Test
    void aHandshakeThatNothingFollowsCarriedNothing() {
        Outcome outcome = shaken().closes(true).imported(directory, tls.keyLog());
        assertThat(outcome.reasons()).containsExactly("c1 BY_PEER TLSv1.3 that carried nothing");
        assertThat(outcome.result().unread()).containsOnlyKeys("carried nothing");
    }

    /** Those of another connection, or of a handshake that failed and came again: nothing opens, and that is not nothing. */
    @ParameterizedTest
    @CsvSource({
        "TRAFFIC_SECRET, no key given opens 2 records of the client and 2 records of the origin",
        "CLIENT_, no key given opens 2 records of the client",
        "SERVER_, no key given opens 2 records of the origin",
    })
    void secretsThatAreWrongAreSaid(String wrong, String why) {
        Outcome outcome = shaken().asks(tls.asks(LATE)).answers(tls.answers(OK)).closes(true).imported(directory, spoilt(tls.keyLog(), wrong));
        assertThat(outcome.reasons()).containsExactly("c1 BY_PEER TLSv1.3: " + why);
        assertThat(outcome.result().unread()).containsOnlyKeys("TLS that could not be followed");
    }

    @Test
    void refusedEarlyDataIsToldFromRecordsThatShouldHaveOpened() {
        Outcome outcome = withEarlyRequest(false).imported(directory, spoilt(tls.keyLog(), "CLIENT_"));
        assertThat(outcome.reasons()).containsExactly("c1 BY_PEER TLSv1.3: no key given opens 3 records of the client, early data that was refused among them");
        TlsScript other = new TlsScript(8);
        DumpScript cut = new DumpScript().opens().asks(other.clientHello(TlsScript.EARLY_DATA)).asks(other.early(EARLY)).answers(other.resumedFlight(false));
        assertThat(cut.imported(scratch.resolve("cut"), other.keyLog()).reasons()).as("nothing but early data").containsExactly(
                "c1 SHUTDOWN the TLS handshake is cut: the dump ends; still open when the dump ends");
    }

    /** The lines whose label contains that, with other secrets. */
    private static String spoilt(String keyLog, String label) {
        StringBuilder out = new StringBuilder();
        keyLog.lines().forEach(line -> out.append(line.substring(0, line.indexOf(' ')).contains(label) ? line.substring(0, line.length() - 2) + "ee" : line).append('\n'));
        return out.toString();
    }
}
