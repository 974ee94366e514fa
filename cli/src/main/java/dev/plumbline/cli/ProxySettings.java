package dev.plumbline.cli;

import dev.plumbline.proxy.CaptureChoice;
import dev.plumbline.proxy.Plumbline;
import dev.plumbline.wire.Endpoint;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;

/**
 * How to run a proxy, as typed. What is empty is left to the proxy's own defaults.
 *
 * @param maxRecording octets
 * @param snapLength octets of a frame
 */
record ProxySettings(
        Endpoint listen, Optional<Path> recording, OptionalLong maxRecording, CaptureChoice capture, OptionalInt snapLength,
        Optional<Path> caDirectory, List<Path> upstreamCa, boolean insecureUpstream, List<String> passthrough) {
    ProxySettings {
        upstreamCa = List.copyOf(upstreamCa);
        passthrough = List.copyOf(passthrough);
    }

    Plumbline.Builder builder() {
        Plumbline.Builder builder = Plumbline.builder().listen(listen).capture(capture).passthrough(passthrough);
        recording.ifPresent(builder::recording);
        maxRecording.ifPresent(builder::maxRecording);
        snapLength.ifPresent(builder::snapLength);
        caDirectory.ifPresent(builder::caDirectory);
        upstreamCa.forEach(builder::upstreamCa);
        if (insecureUpstream) {
            builder.insecureUpstream();
        }
        return builder;
    }
}
