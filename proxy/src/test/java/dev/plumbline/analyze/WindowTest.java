package dev.plumbline.analyze;

import static org.assertj.core.api.Assertions.assertThat;

import dev.plumbline.fact.TcpOptions;
import org.junit.jupiter.api.Test;

/** Windows that close, fill and open. */
class WindowTest {
    @Test
    void aReaderThatStopsAndGoesOn() {
        Dialogue.opened()
                .at(3).client(0, 1000).says("")
                .at(4).serverAwaits(1000).serverWindow(0).server(0, 0).says("zero-window p5")
                .at(204).client(1000, 1).says("zero-window-probe [1000,1001) p6 p5 200 ms")
                .at(205).server(0, 0).says("zero-window p7 p5 201 ms; zero-window-probe-ack p7 p6 1 ms")
                .at(1004).serverWindow(500).server(0, 0).says("window-update p8 p5 1000 ms");
    }

    @Test
    void linuxAsksWithoutAnOctet() {
        Dialogue.opened()
                .at(3).client(0, 1000)
                .at(4).serverAwaits(1000).serverWindow(0).server(0, 0).says("zero-window p5")
                .at(204).client(999, 0).says("keep-alive p6 p4")
                .at(205).server(0, 0).says("zero-window p7 p5 201 ms");
    }

    @Test
    void theLastOctetOfTheWindowFillsIt() {
        Dialogue.opened()
                .at(3).serverWindow(10).server(0, 0).says("window-update p4 p2")
                .at(4).client(0, 1279).says("")
                .at(5).client(1279, 1).says("window-full [1279,1280) p6 p4");
    }

    @Test
    void withoutTheSynsTheScaleIsNotKnownAndNothingIsFull() {
        new Dialogue()
                .at(3).serverWindow(10).server(0, 0).says("")
                .at(4).client(0, 10).says("")
                .at(5).client(10, 1270).says("");
    }

    @Test
    void whereOneSideDoesNotScaleNeitherDoes() {
        Dialogue talk = new Dialogue().at(0).syn(Dialogue.SCALED).at(1).synAck(TcpOptions.NONE).at(2).client(0, 0).at(3).server(0, 0);
        assertThat(talk.measures().window()).isEqualTo(500);
    }

    @Test
    void aSynsOwnWindowIsNotScaled() {
        Dialogue talk = new Dialogue().at(0).syn(Dialogue.SCALED);
        assertThat(talk.measures().window()).isEqualTo(64_000);
    }

    @Test
    void aNewWindowAloneIsAnUpdate() {
        Dialogue.opened()
                .at(3).serverWindow(600).server(0, 0).says("window-update p4 p2")
                .at(4).serverWindow(600).server(0, 0).says("duplicate-ack p5 p2");
    }
}
