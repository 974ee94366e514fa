package dev.plumbline.capture;

import java.util.List;
import java.util.stream.Collectors;

/** The interfaces there are. Opens each for a moment to learn whether it can be captured: nothing less is a proof. */
public final class Devices {
    /** The smallest ring there is: one block. */
    private static final int PROBE_RING = 1 << 18;
    private static final int PROBE_SNAP_LENGTH = 128;

    private Devices() {
    }

    /** In the system's order. Takes some tens of milliseconds per interface. */
    public static List<Device> list() {
        return NetInterface.all().stream().map(Devices::probe).collect(Collectors.toUnmodifiableList());
    }

    private static Device probe(NetInterface each) {
        String link = "";
        String problem = "";
        try {
            PcapSource source = PcapSource.open(each.name(), each.isLoopback(), PROBE_RING, PROBE_SNAP_LENGTH, "tcp");
            link = LinkType.name(source.linkType());
            source.close();
        } catch (CaptureFailure e) {
            problem = e.getMessage();
        }
        return new Device(each.name(), each.addresses(), each.isUp(), link, problem);
    }
}
