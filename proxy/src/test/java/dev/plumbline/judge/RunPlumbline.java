package dev.plumbline.judge;

import dev.plumbline.proxy.CaptureChoice;
import dev.plumbline.proxy.Plumbline;
import dev.plumbline.wire.Endpoint;
import dev.plumbline.wire.IpAddress;
import java.nio.file.Path;
import java.util.List;

/**
 * A proxy in a process of its own, for tests that put it into a namespace or kill it: {@code RECORDING CA-DIR UPSTREAM-CA
 * INTERFACE…}. Says {@code ready PORT CA-FILE}; ends with its input or by a signal.
 */
final class RunPlumbline {
    private RunPlumbline() {
    }

    public static void main(String[] arguments) throws Exception {
        List<String> interfaces = List.of(arguments).subList(3, arguments.length);
        Plumbline proxy = Plumbline.builder().listen(new Endpoint(IpAddress.v4(0x7f000001), 0)).recording(Path.of(arguments[0]))
                .caDirectory(Path.of(arguments[1])).upstreamCa(Path.of(arguments[2])).capture(CaptureChoice.of(interfaces)).start();
        Runtime.getRuntime().addShutdownHook(new Thread(proxy::close));
        System.out.println("ready " + proxy.address().port() + " " + proxy.caFile());
        while (System.in.read() >= 0) {
            // until whoever started us is gone
        }
        System.exit(0);
    }
}
