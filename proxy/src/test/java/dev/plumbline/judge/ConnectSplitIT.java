package dev.plumbline.judge;

import static org.assertj.core.api.Assertions.assertThat;

import dev.plumbline.analyze.Annotation;
import dev.plumbline.analyze.AnnotationCode;
import dev.plumbline.analyze.Diagnosis;
import dev.plumbline.analyze.Part;
import dev.plumbline.proxy.CaptureChoice;
import dev.plumbline.proxy.Plumbline;
import dev.plumbline.recording.ExchangeAnalysis;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What a connect took, and who did not answer it. */
@Timeout(120)
class ConnectSplitIT extends TimeSplitRun {
    @Test
    void aRefusedConnectNamesWhoRefused() throws Exception {
        int port;
        try (ServerSocket unused = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            port = unused.getLocalPort();
        }
        try (Plumbline proxy = capturing(); RawClient client = RawClient.to(proxy.address().port())) {
            assertThat(client.send("GET http://127.0.0.1:" + port + "/ HTTP/1.1\r\nHost: x\r\n\r\n").head()).startsWith("HTTP/1.1 502");
        }
        ExchangeAnalysis analysis = only();
        assertThat(said(analysis)).matches("connect refused by 127\\.0\\.0\\.1:" + port + " \\(p[0-9]+, p[0-9]+\\)");
        assertThat(toldLive.values()).extracting(Diagnosis::text).singleElement().asString().startsWith("connect refused by 127.0.0.1:" + port);
        assertThat(analysis.server()).extracting(Annotation::code).containsExactly(AnnotationCode.CONNECT_REFUSED);
        assertThat(har()).contains("\"_annotations\":[{\"code\":\"connect-refused\",\"leg\":\"server\"");
    }

    @Test
    void withoutPacketsItIsTheSocketThatNamesWhoRefused() throws Exception {
        int port;
        try (ServerSocket unused = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            port = unused.getLocalPort();
        }
        try (Plumbline proxy = proxy(CaptureChoice.OFF); RawClient client = RawClient.to(proxy.address().port())) {
            assertThat(client.send("GET http://localhost:" + port + "/ HTTP/1.1\r\nHost: x\r\n\r\n").head()).startsWith("HTTP/1.1 502");
        }
        assertThat(said(only())).startsWith("connect refused by ").contains("127.0.0.1:" + port);
    }

    /** A listener whose queue is full, for longer than we wait. Newer kernels first ask again every second, a few times (tcp_syn_linear_timeouts). */
    @Test
    void aConnectThatNobodyAnswersIsToldWithItsSyns() throws Exception {
        String end;
        try (ServerSocket listener = new ServerSocket(0, 1, InetAddress.getLoopbackAddress()); Socket one = new Socket(); Socket two = new Socket()) {
            end = "127.0.0.1:" + listener.getLocalPort();
            one.connect(listener.getLocalSocketAddress());
            two.connect(listener.getLocalSocketAddress());
            try (Plumbline proxy = capturing(); RawClient client = RawClient.to(proxy.address().port())) {
                assertThat(client.send("GET http://" + end + "/ HTTP/1.1\r\nHost: x\r\n\r\n").head()).startsWith("HTTP/1.1 504");
            }
        }
        ExchangeAnalysis analysis = only();
        assertThat(said(analysis)).matches("no answer to [4-8] SYNs from " + end + " in 1[0-9] s \\(p[0-9]+.*\\)");
        assertThat(analysis.server()).extracting(Annotation::code).contains(AnnotationCode.CONNECT_UNANSWERED, AnnotationCode.RETRANSMISSION);
        assertThat(har()).contains("{\"code\":\"connect-unanswered\",\"leg\":\"server\"");
    }

    /** SYNs that listeners had no room for, as the kernel counts them. */
    private static long listenDrops() {
        try {
            List<String[]> lines = Files.readAllLines(Path.of("/proc/net/netstat")).stream().filter(line -> line.startsWith("TcpExt:")).map(line -> line.split(" ")).toList();
            return Long.parseLong(lines.get(1)[List.of(lines.get(0)).indexOf("ListenDrops")]);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** A listener whose queue is full drops SYNs; the kernel sends the first again after a second. */
    @Test
    void aConnectThatHadToAskTwiceLostASecondToIt() throws Exception {
        try (ServerSocket listener = new ServerSocket(0, 1, InetAddress.getLoopbackAddress()); Socket one = new Socket(); Socket two = new Socket()) {
            one.connect(listener.getLocalSocketAddress());
            two.connect(listener.getLocalSocketAddress());
            long dropsBefore = listenDrops();
            Thread late = new Thread(() -> {
                for (int tries = 0; tries < 500 && listenDrops() == dropsBefore; tries++) {
                    pause(20);
                }
                try (Socket first = listener.accept(); Socket second = listener.accept(); Socket ours = listener.accept()) {
                    ours.getInputStream().read();
                    ours.getOutputStream().write("HTTP/1.1 200 OK\r\nContent-Length: 0\r\nConnection: close\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
                } catch (IOException e) {
                    // The test has failed elsewhere.
                }
            });
            late.start();
            try (Plumbline proxy = capturing(); RawClient client = RawClient.to(proxy.address().port())) {
                client.send("GET http://127.0.0.1:" + listener.getLocalPort() + "/ HTTP/1.1\r\nHost: x\r\n\r\n").head();
            }
            late.join();
        }
        ExchangeAnalysis analysis = only();
        assertThat(split(analysis).nanos(Part.LOSS)).isBetween(900 * MS, 1900 * MS);
        assertThat(said(analysis)).matches("(1\\.[0-8] s|9[0-9]{2} ms) lost to one retransmission of the SYN on the server leg, p[0-9]+");
        assertThat(toldLive.values()).extracting(Diagnosis::text).singleElement().asString().matches("(1\\.[0-8] s|9[0-9]{2} ms) lost to one retransmission of the SYN on the server leg, p[0-9]+");
    }
}
