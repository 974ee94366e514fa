package dev.plumbline.proxy;

import dev.plumbline.ca.CaException;
import dev.plumbline.ca.CertificateAuthority;
import dev.plumbline.ca.LeafCache;
import dev.plumbline.capture.CaptureException;
import dev.plumbline.capture.CaptureOptions;
import dev.plumbline.capture.Captures;
import dev.plumbline.capture.PortRange;
import dev.plumbline.fact.FactSink;
import dev.plumbline.recording.Build;
import dev.plumbline.recording.Recorder;
import dev.plumbline.recording.RecorderOptions;
import dev.plumbline.recording.RecordingDirectories;
import dev.plumbline.recording.RecordingException;
import dev.plumbline.relay.Passthrough;
import dev.plumbline.relay.Relay;
import dev.plumbline.relay.RelayOptions;
import dev.plumbline.relay.tls.OriginTls;
import dev.plumbline.relay.tls.ServerTls;
import dev.plumbline.relay.tls.TlsProvider;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Starts the parts in the order in which they depend on each other, and undoes what was started when one will not.
 *
 * <p>The order that matters: the captures look before the relay lets a client in, so that no SYN goes by unseen.
 */
final class Assembly {
    static final String CREATOR = "plumbline " + Build.VERSION;

    private static final Logger LOG = LoggerFactory.getLogger(Assembly.class);

    private final Plumbline.Builder wanted;
    /** What was started, in that order, and is closed again when a later step fails. */
    private final Undo undo = new Undo();
    private Recorder recorder;
    private Captures captures;
    private Optional<String> captureOff = Optional.empty();
    /** Whether the recording's directory was made by this start. */
    private boolean isOurs;

    Assembly(Plumbline.Builder wanted) {
        this.wanted = wanted;
    }

    Plumbline start() throws PlumblineException {
        if (!wanted.listen.address().isLoopback()) {
            throw new PlumblineException("listen address: " + wanted.listen + " (expected: a loopback address, such as 127.0.0.1:8080)");
        }
        try {
            return startParts();
        } catch (CaException | CaptureException | IOException | RecordingException e) {
            undo.run();
            throw new PlumblineException(e.getMessage(), e);
        } catch (PlumblineException | RuntimeException | Error e) {
            undo.run();
            throw e;
        }
    }

    private Plumbline startParts() throws PlumblineException, CaException, CaptureException, IOException {
        CertificateAuthority authority = CertificateAuthority.open(wanted.caDirectory);
        OriginTls originTls = undo.by("origin-tls", originTls(), OriginTls::close);
        ServerTls serverTls = undo.by("server-tls", ServerTls.create(provider()), ServerTls::close);
        isOurs = wanted.recording == null || !Files.exists(wanted.recording);
        Path directory = wanted.recording != null ? wanted.recording : RecordingDirectories.below(Path.of(System.getProperty("user.home"))).create(Instant.now());
        recorder = undo.by("recording", Recorder.create(directory, RecorderOptions.of(CREATOR).withMaxOctets(wanted.maxRecording)), this::remove);
        wanted.onExchange.ifPresent(recorder::subscribe);
        capture();
        LeafCache leaves = undo.by("leaf-cache", new LeafCache(authority), LeafCache::close);
        Relay relay = undo.by("relay", Relay.bind(relayOptions(), authority, leaves, serverTls, originTls, sinks()), Relay::close);
        undo.notBy("origin-tls", "server-tls"); // the relay's own from now on
        if (captures != null && wanted.listen.port() == 0) {
            captures.listenOn(relay.address().port()).join();
        }
        recorder.listening(relay.address().toString());
        relay.start();
        return new Plumbline(recorder, captures, relay, leaves, captureOff, authority.certificateFile());
    }

    private OriginTls originTls() throws PlumblineException {
        OriginTls.Builder builder = OriginTls.builder(provider());
        if (wanted.insecureUpstream) {
            builder.insecure();
        }
        wanted.upstreamCa.forEach(builder::trust);
        try {
            return builder.build();
        } catch (IOException e) {
            throw new PlumblineException("upstream CA: " + e.getMessage(), e);
        }
    }

    /** BoringSSL where it can be loaded; {@code -Dplumbline.tls=jdk} asks for the JDK's. */
    private static TlsProvider provider() {
        String asked = System.getProperty("plumbline.tls", "");
        return asked.isEmpty() ? TlsProvider.best() : TlsProvider.valueOf(asked.toUpperCase(Locale.ROOT));
    }

    private void capture() throws CaptureException, PlumblineException {
        if (wanted.capture.mode() == CaptureChoice.Mode.OFF) {
            none("switched off");
            return;
        }
        Set<Integer> listenPorts = wanted.listen.port() == 0 ? Set.of() : Set.of(wanted.listen.port());
        captures = undo.by("captures", Captures.open(CaptureOptions.of(recorder.packetsDirectory(), recorder.budget(), recorder::sink)
                .withInterfaces(wanted.capture.interfaces())
                .withSnapLength(wanted.snapLength)
                .withPorts(listenPorts, new PortRange(RelayOptions.FIRST_LOCAL_PORT, RelayOptions.LAST_LOCAL_PORT), Set.of())), Captures::close);
        Optional<String> problem = captures.unavailable();
        if (problem.isPresent()) {
            if (wanted.capture.mode() != CaptureChoice.Mode.AUTO) {
                throw new PlumblineException("capture: " + problem.get());
            }
            captures.close();
            undo.notBy("captures");
            captures = null;
            none(problem.get());
        }
    }

    private void none(String reason) {
        captureOff = Optional.of(reason);
        recorder.captureOff(reason);
    }

    private RelayOptions relayOptions() {
        int loops = Math.max(1, Math.min(4, Runtime.getRuntime().availableProcessors()));
        Runnable widen = captures == null ? () -> { } : captures::widen;
        return new RelayOptions(
                wanted.listen, loops, List.of(), new Passthrough(wanted.passthrough), RecorderOptions.DEFAULT_CONTENT_CAP,
                captures == null, widen, RelayOptions.Timeouts.DEFAULTS);
    }

    private Function<String, FactSink> sinks() {
        return captures == null ? recorder::sink : source -> new ClaimingSink(recorder.sink(source), captures.claims());
    }

    /** Leaves nothing behind: a recording of a start that was refused would only be found as the latest. */
    private void remove(Recorder started) {
        started.close();
        Path directory = started.directory();
        try (Stream<Path> below = Files.walk(directory)) {
            for (Path each : below.sorted(Comparator.reverseOrder()).toList()) {
                if (isOurs || !each.equals(directory)) {
                    Files.deleteIfExists(each);
                }
            }
        } catch (IOException | UncheckedIOException e) {
            LOG.warn("assembly.undo directory={} reason=\"{}\"", directory, e.toString());
        }
    }
}
