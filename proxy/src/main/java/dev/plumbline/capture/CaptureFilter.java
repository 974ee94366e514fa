package dev.plumbline.capture;

import java.util.List;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.stream.Collectors;

/**
 * The static filter, compiled once per handle: a filter per connection would take milliseconds to compile and outgrow what the kernel accepts.
 *
 * <p>Never with {@code inbound} or {@code outbound}: libpcap runs the first block through its own interpreter, which does
 * not know the direction, and loses all of it. Frames whose VLAN tag was not taken off by the kernel do not match.
 *
 * @param listenPorts ports our clients connect to
 * @param localPorts ports our server legs are bound to; none when they cannot be foretold, and then the filter is wide
 * @param excludedPorts ports never looked at: our own inspector
 * @param isWide whether all of TCP is let through
 */
record CaptureFilter(SortedSet<Integer> listenPorts, PortRange localPorts, SortedSet<Integer> excludedPorts, boolean isWide) {
    CaptureFilter {
        listenPorts = new TreeSet<>(listenPorts);
        excludedPorts = new TreeSet<>(excludedPorts);
    }

    static CaptureFilter of(CaptureOptions options) {
        return new CaptureFilter(
                new TreeSet<>(options.listenPorts()), options.localPorts(), new TreeSet<>(options.excludedPorts()), options.localPorts().isNone());
    }

    CaptureFilter widened() {
        return new CaptureFilter(listenPorts, localPorts, excludedPorts, true);
    }

    CaptureFilter listeningOn(int port) {
        SortedSet<Integer> ports = new TreeSet<>(listenPorts);
        ports.add(port);
        return new CaptureFilter(ports, localPorts, excludedPorts, isWide);
    }

    boolean listensOn(int port) {
        return listenPorts.contains(port);
    }

    /** In pcap-filter(7) syntax. */
    String text() {
        StringBuilder out = new StringBuilder("tcp");
        if (!isWide) {
            List<String> wanted = listenPorts.stream().map(port -> "port " + port).collect(Collectors.toList());
            if (!localPorts.isNone()) {
                wanted.add("portrange " + localPorts.low() + "-" + localPorts.high());
            }
            out.append(" and (").append(String.join(" or ", wanted)).append(')');
        }
        excludedPorts.forEach(port -> out.append(" and not port ").append(port));
        return out.toString();
    }
}
