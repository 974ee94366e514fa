package dev.plumbline.capture;

import dev.plumbline.fact.DiskBudget;
import dev.plumbline.fact.FactSink;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.function.Function;

/**
 * What to capture, and where it goes.
 *
 * <p>Limits, all resident memory: the rings take {@code loopbackRingOctets} and up to {@code otherRingOctets} each, in all never
 * more than {@link #RING_BUDGET}: as interfaces come, each gets at most half of what is left. Besides, per interface, a buffer
 * of 512 KiB and one frame; with a wide filter a look-back of up to 16 MiB, of {@link #LOOK_BACK_BUDGET} in all, and 512 KiB each beyond it.
 *
 * @param interfaces their names; empty for all that are up and have an address, also those that come later
 * @param snapLength octets kept of a frame, from {@link #LEAST_SNAP_LENGTH} to {@link #MOST_SNAP_LENGTH}
 * @param listenPorts ports our clients connect to
 * @param localPorts ports our server legs are bound to, or {@link PortRange#none()}: then all of TCP is looked at
 * @param excludedPorts ports never captured
 * @param packetsDirectory where the raw dumps go; made when it is not there
 * @param sinks makes the sink for a source of facts, named {@code capture-lo} and so on; asked once per interface name
 */
public record CaptureOptions(
        List<String> interfaces, int snapLength, Set<Integer> listenPorts, PortRange localPorts, Set<Integer> excludedPorts,
        Path packetsDirectory, DiskBudget budget, Function<String, FactSink> sinks, int loopbackRingOctets, int otherRingOctets) {
    public static final int LEAST_SNAP_LENGTH = 128;
    /** With segmentation offload frames are far longer than on the wire, so this is also the default. */
    public static final int MOST_SNAP_LENGTH = 262144;
    public static final int RING_BUDGET = 64 << 20;
    /** Half of what the launcher lets the JVM have outside its heap. */
    public static final int LOOK_BACK_BUDGET = 32 << 20;

    public CaptureOptions {
        interfaces = List.copyOf(interfaces);
        listenPorts = Set.copyOf(listenPorts);
        excludedPorts = Set.copyOf(excludedPorts);
        if (snapLength < LEAST_SNAP_LENGTH || snapLength > MOST_SNAP_LENGTH) {
            throw new IllegalArgumentException("snap length: " + snapLength + " (expected: " + LEAST_SNAP_LENGTH + ".." + MOST_SNAP_LENGTH + ")");
        }
    }

    /** All interfaces, whole frames, all of TCP. */
    public static CaptureOptions of(Path packetsDirectory, DiskBudget budget, Function<String, FactSink> sinks) {
        return new CaptureOptions(
                List.of(), MOST_SNAP_LENGTH, Set.of(), PortRange.none(), Set.of(), packetsDirectory, budget, sinks, 32 << 20, 16 << 20);
    }

    public CaptureOptions withInterfaces(List<String> names) {
        return new CaptureOptions(
                names, snapLength, listenPorts, localPorts, excludedPorts, packetsDirectory, budget, sinks, loopbackRingOctets, otherRingOctets);
    }

    public CaptureOptions withSnapLength(int octets) {
        return new CaptureOptions(
                interfaces, octets, listenPorts, localPorts, excludedPorts, packetsDirectory, budget, sinks, loopbackRingOctets, otherRingOctets);
    }

    public CaptureOptions withPorts(Set<Integer> listen, PortRange local, Set<Integer> excluded) {
        return new CaptureOptions(
                interfaces, snapLength, listen, local, excluded, packetsDirectory, budget, sinks, loopbackRingOctets, otherRingOctets);
    }

    public CaptureOptions withRings(int loopbackOctets, int otherOctets) {
        return new CaptureOptions(
                interfaces, snapLength, listenPorts, localPorts, excludedPorts, packetsDirectory, budget, sinks, loopbackOctets, otherOctets);
    }
}
