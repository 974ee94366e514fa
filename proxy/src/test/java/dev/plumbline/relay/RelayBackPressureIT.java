package dev.plumbline.relay;

import static org.assertj.core.api.Assertions.assertThat;

import dev.plumbline.fact.Fact;
import dev.plumbline.fact.RelayFact.ExchangeBegan;
import dev.plumbline.fact.RelayFact.ExchangeEnded;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Clients that ask and do not read: what is kept for them is bounded, and reaches them when they do read. */
@Timeout(30)
class RelayBackPressureIT {
    private static final String PAGE = "GET http://plumbline.test/ HTTP/1.1\r\nHost: plumbline.test\r\n\r\n";
    private static final String END_OF_PAGE = "</body></html>\n";

    /** One whose kernel takes little, so that what is not read soon stays with the proxy. */
    private static RawOrigin.Peer smallClient(RelayRun run) throws IOException {
        Socket socket = new Socket();
        socket.setReceiveBufferSize(4_096);
        socket.connect(new InetSocketAddress("127.0.0.1", run.port()));
        return new RawOrigin.Peer(socket, 0);
    }

    private static long count(RelayRun run, Class<? extends Fact> kind) {
        return run.all(kind).count();
    }

    private static int pages(String answers) {
        return answers.split(END_OF_PAGE, -1).length - 1;
    }

    /** @return how many it asked for; the last one's answer has not left the proxy whole */
    private static int askUntilAnAnswerIsKept(RelayRun run, RawOrigin.Peer client) throws Exception {
        int sent = 0;
        while (count(run, ExchangeEnded.class) == sent) {
            client.send(PAGE);
            sent++;
            for (int i = 0; i < 100 && count(run, ExchangeEnded.class) < sent; i++) {
                Thread.sleep(2);
            }
        }
        return sent;
    }

    @Test
    void answersThatNobodyReadsHoldTheNextRequestsBack() throws Exception {
        int sent = 4_000;
        try (RelayRun run = RelayRun.plain(); RawOrigin.Peer client = smallClient(run)) {
            client.send(PAGE.repeat(sent));
            for (long before = -1; before != count(run, ExchangeBegan.class);) {
                before = count(run, ExchangeBegan.class);
                Thread.sleep(300);
            }
            long unsent = count(run, ExchangeBegan.class) - count(run, ExchangeEnded.class);
            assertThat(unsent).as("answers kept in memory").isLessThan(50);
            client.endOutput();
            assertThat(pages(client.rest())).isEqualTo(sent);
        }
    }

    @Test
    void aConnectionWhoseAnswerIsStillBeingTakenIsNotIdle() throws Exception {
        try (RelayRun run = RelayRun.setup().timeouts(new RelayOptions.Timeouts(1_000, 250, 1_000, 200, 400, 100)).start();
                RawOrigin.Peer client = smallClient(run)) {
            int sent = askUntilAnAnswerIsKept(run, client);
            Thread.sleep(1_000);
            client.endOutput();
            assertThat(pages(client.rest())).isEqualTo(sent);
        }
    }

    /** It has said that it asks for nothing more, not that it wants nothing more. */
    @Test
    void aClientThatEndsItsOutputBeforeItHasReadItsAnswersGetsAllOfThem() throws Exception {
        try (RelayRun run = RelayRun.plain(); RawOrigin.Peer client = smallClient(run)) {
            int sent = askUntilAnAnswerIsKept(run, client);
            client.endOutput();
            assertThat(pages(client.rest())).isEqualTo(sent);
        }
    }
}
