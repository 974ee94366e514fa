package dev.plumbline.proxy;

import dev.plumbline.ca.LeafCache;
import dev.plumbline.capture.CaptureOptions;
import dev.plumbline.capture.Captures;
import dev.plumbline.recording.ExchangeListener;
import dev.plumbline.recording.Recorder;
import dev.plumbline.recording.RecorderOptions;
import dev.plumbline.relay.Relay;
import dev.plumbline.wire.Endpoint;
import dev.plumbline.wire.IpAddress;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * A running proxy with its capture and its recording.
 *
 * <p>Owned by: any thread.
 */
public final class Plumbline implements AutoCloseable {
    private final Recorder recorder;
    private final Captures captures;
    private final Relay relay;
    private final LeafCache leaves;
    private final Optional<String> captureOff;
    private final Path caFile;
    /** What is closed below counts references and must not be released twice. */
    private final AtomicBoolean closed = new AtomicBoolean();

    Plumbline(Recorder recorder, Captures captures, Relay relay, LeafCache leaves, Optional<String> captureOff, Path caFile) {
        this.recorder = recorder;
        this.captures = captures;
        this.relay = relay;
        this.leaves = leaves;
        this.captureOff = captureOff;
        this.caFile = caFile;
    }

    public static Builder builder() {
        return new Builder();
    }

    /** Where it listens, with the real port. */
    public Endpoint address() {
        return relay.address();
    }

    /** The directory that is being written. */
    public Path recording() {
        return recorder.directory();
    }

    /** The interfaces that are captured at this moment. */
    public List<String> captured() {
        return captures == null ? List.of() : captures.names();
    }

    /** Why nothing is captured, and how to change that; empty when something is. */
    public Optional<String> captureOff() {
        return captureOff;
    }

    /** The CA certificate that clients are to trust. */
    public Path caFile() {
        return caFile;
    }

    /** Stops accepting, ends what is under way, and completes the recording. Takes a few seconds at most. Closing again does nothing. */
    @Override
    public void close() {
        if (!closed.compareAndSet(false, true)) {
            return;
        }
        relay.close();
        leaves.close();
        if (captures != null) {
            captures.close();
        }
        recorder.close();
    }

    /** How to run. Every setting has a default. */
    public static final class Builder {
        Endpoint listen = new Endpoint(IpAddress.v4(0x7f000001), 8080);
        Path recording;
        long maxRecording = RecorderOptions.DEFAULT_MAX_OCTETS;
        CaptureChoice capture = CaptureChoice.AUTO;
        int snapLength = CaptureOptions.MOST_SNAP_LENGTH;
        Path caDirectory = Path.of(System.getProperty("user.home"), ".plumbline");
        final List<Path> upstreamCa = new ArrayList<>();
        boolean insecureUpstream;
        List<String> passthrough = List.of();
        Optional<ExchangeListener> onExchange = Optional.empty();

        /** Default 127.0.0.1:8080; port 0 asks for a free one. Loopback addresses only. */
        public Builder listen(Endpoint address) {
            listen = address;
            return this;
        }

        /** Default: a new dated directory below {@code ~/.plumbline/recordings}. */
        public Builder recording(Path directory) {
            recording = directory;
            return this;
        }

        /** Octets the recording may take on disk; default 4 GiB. */
        public Builder maxRecording(long octets) {
            maxRecording = octets;
            return this;
        }

        public Builder capture(CaptureChoice choice) {
            capture = choice;
            return this;
        }

        /** Octets kept of each frame; default all. */
        public Builder snapLength(int octets) {
            snapLength = octets;
            return this;
        }

        /** Default {@code ~/.plumbline}. */
        public Builder caDirectory(Path directory) {
            caDirectory = directory;
            return this;
        }

        /** Trusts the authorities in this PEM file for origins too. */
        public Builder upstreamCa(Path pemFile) {
            upstreamCa.add(pemFile);
            return this;
        }

        /** Takes every origin certificate for good. */
        public Builder insecureUpstream() {
            insecureUpstream = true;
            return this;
        }

        /** Hosts whose TLS is carried unread: {@code example.com}, {@code *.example.com}, either with {@code :port}. */
        public Builder passthrough(List<String> hosts) {
            passthrough = List.copyOf(hosts);
            return this;
        }

        /** Called, on the recorder thread, for each exchange once it has ended and its packets are known. Must not wait. */
        public Builder onExchange(ExchangeListener listener) {
            onExchange = Optional.of(listener);
            return this;
        }

        /** @throws PlumblineException when it cannot be started, in one line */
        public Plumbline start() throws PlumblineException {
            return new Assembly(this).start();
        }
    }
}
