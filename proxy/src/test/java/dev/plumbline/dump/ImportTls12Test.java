package dev.plumbline.dump;

import static org.assertj.core.api.Assertions.assertThat;

import dev.plumbline.dump.DumpScript.Outcome;
import dev.plumbline.dump.tls.Tls12Script;
import dev.plumbline.dump.tls.TlsScript;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What is read of TLS 1.2, given its secrets. Here every session is one that is resumed: the server finishes first. */
class ImportTls12Test {
    private static final String GET = "GET /a HTTP/1.1\r\nHost: h\r\n\r\n";
    private static final String OK = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nhi";

    @TempDir
    Path scratch;
    private Path directory;
    private final DumpScript script = new DumpScript();
    private final Tls12Script tls = new Tls12Script();

    @BeforeEach
    void nameTheRecording() {
        directory = scratch.resolve("recording");
    }

    private String asks() {
        return tls.sealed(true, TlsScript.DATA, GET);
    }

    private String answers() {
        return tls.sealed(false, TlsScript.DATA, OK);
    }

    @Test
    void anExchangeIsRead() {
        Outcome outcome = script.opens().asks(tls.clientHello()).answers(tls.serverHello() + tls.finished(false)).asks(tls.finished(true)).asks(asks()).answers(answers())
                .closes(true).imported(directory, tls.keyLog());
        assertThat(outcome.lines()).containsExactly("c1.1 GET https://h/a 200");
        assertThat(outcome.reasons()).containsExactly("c1 BY_PEER");
    }

    @Test
    void whatTheClientSealedMayStandBeforeWhatTheServerSaidBefore() {
        String hello = tls.clientHello();
        String flight = tls.serverHello() + tls.finished(false);
        String more = tls.finished(true) + asks();
        Outcome outcome = script.opens().segment(true, 0, hello).segment(true, hello.length(), more).segment(false, 0, flight).segment(false, flight.length(), answers())
                .imported(directory, tls.keyLog());
        assertThat(outcome.lines()).containsExactly("c1.1 GET https://h/a 200");
        assertThat(outcome.reasons()).containsExactly("c1 SHUTDOWN still open when the dump ends");
    }

    @Test
    void theServersFlightMayStandBeforeTheEndOfTheClientHello() {
        String hello = tls.clientHello();
        String flight = tls.serverHello() + tls.finished(false);
        String more = tls.finished(true) + asks();
        String answer = answers();
        List<String> lines = new ArrayList<>();
        for (int cut : new int[] {1, 6, 20, hello.length() - 1}) {
            lines.addAll(new DumpScript().opens().segment(true, 0, hello.substring(0, cut)).segment(false, 0, flight).segment(true, cut, hello.substring(cut))
                    .segment(true, hello.length(), more).segment(false, flight.length(), answer).imported(scratch.resolve("cut" + cut), tls.keyLog()).lines());
        }
        assertThat(lines).hasSize(4).containsOnly("c1.1 GET https://h/a 200");
    }

    @Test
    void aClientHelloThatNeverEndsIsCut() {
        Outcome outcome = script.opens().asks(tls.clientHello().substring(0, 20)).answers(tls.serverHello()).closes(true).imported(directory, tls.keyLog());
        assertThat(outcome.reasons()).containsExactly("c1 BY_PEER the TLS handshake is cut: no whole ClientHello");
    }

    @Test
    void aSealedFatalAlertSaysThatTheHandshakeFailed() {
        Outcome outcome = script.opens().asks(tls.clientHello()).answers(tls.serverHello() + tls.finished(false)).asks(tls.finished(true))
                .answers(tls.sealed(false, TlsScript.ALERT, "\2\63")).closes(true).imported(directory, tls.keyLog());
        assertThat(outcome.reasons()).containsExactly("c1 BY_PEER the TLS handshake failed: the origin sent a fatal alert, 51");
    }
}
