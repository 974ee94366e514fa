package dev.plumbline.proxy;

import static org.assertj.core.api.Assertions.assertThatCode;

import dev.plumbline.relay.Leaks;
import dev.plumbline.wire.Endpoint;
import dev.plumbline.wire.IpAddress;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ClosingIT {
    @TempDir
    Path directory;

    static {
        Leaks.listen();
    }

    @Test
    void closingAgainDoesNothing() throws Exception {
        Plumbline proxy = Plumbline.builder().listen(new Endpoint(IpAddress.v4(0x7f000001), 0)).recording(directory.resolve("recording"))
                .caDirectory(directory.resolve("ca")).capture(CaptureChoice.OFF).start();
        proxy.close();
        assertThatCode(proxy::close).doesNotThrowAnyException();
    }
}
