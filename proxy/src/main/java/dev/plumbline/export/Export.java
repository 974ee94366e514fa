package dev.plumbline.export;

import dev.plumbline.export.frames.ExportException;
import dev.plumbline.export.frames.FrameNumbers;
import dev.plumbline.export.frames.OutputFile;
import dev.plumbline.export.frames.OutputFiles;
import dev.plumbline.export.frames.Progress;
import dev.plumbline.export.frames.Scope;
import dev.plumbline.export.har.HarWriter;
import dev.plumbline.export.har.Redaction;
import dev.plumbline.export.pcapng.Comments;
import dev.plumbline.export.pcapng.KeyLog;
import dev.plumbline.export.pcapng.PcapWriter;
import dev.plumbline.export.pcapng.PcapngWriter;
import dev.plumbline.export.pcapng.Written;
import dev.plumbline.recording.Build;
import dev.plumbline.recording.PacketRow;
import dev.plumbline.recording.Recording;
import dev.plumbline.wire.ExchangeId;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.channels.Channels;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.Collection;
import java.util.EnumMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * One export of a recording: ask for files, then {@link #run}.
 *
 * <p>All files are written beside their targets first and put in place at the end; when anything fails, what stood there
 * stays. What holds when the process is killed meanwhile: {@link OutputFiles}.
 *
 * <p>Owned by: one thread, the one that reads the recording.
 * <p>Limits: some 30 octets of memory per packet, 12 per carrier for the comments; no frame and no exchange is kept.
 */
public final class Export {
    private static final String CREATOR = "Plumbline";
    private static final int ATTEMPTS = 3;

    private enum Kind {
        PCAPNG,
        PCAP,
        KEYS,
        HAR
    }

    private final Recording recording;
    private final Map<Kind, Path> targets = new EnumMap<>(Kind.class);
    private final Set<ExchangeId> ids = new LinkedHashSet<>();
    private boolean allPackets;
    private boolean interceptedConnects;
    private Redaction redaction = Redaction.NONE;
    private Progress progress = Progress.NONE;
    private InstantSource clock = InstantSource.system();
    private Instant startedAt = Instant.EPOCH;

    private Export(Recording recording) {
        this.recording = recording;
    }

    public static Export of(Recording recording) {
        return new Export(recording);
    }

    public Export har(Path path) {
        targets.put(Kind.HAR, path);
        return this;
    }

    public Export pcapng(Path path) {
        targets.put(Kind.PCAPNG, path);
        return this;
    }

    /** Classic pcap, nanoseconds, without secrets and comments. */
    public Export pcap(Path path) {
        targets.put(Kind.PCAP, path);
        return this;
    }

    /** TLS secrets of both legs in NSS form. */
    public Export keys(Path path) {
        targets.put(Kind.KEYS, path);
        return this;
    }

    /** Only these exchanges: their entries, and the whole flows of the connections that carried them. */
    public Export ids(Collection<ExchangeId> chosen) {
        ids.addAll(chosen);
        return this;
    }

    /** Every packet the recording holds, not those of our connections alone. */
    public Export allPackets() {
        allPackets = true;
        return this;
    }

    /** Credentials masked in the HAR, no secrets in the pcapng. */
    public Export redact() {
        redaction = Redaction.CREDENTIALS;
        return this;
    }

    /** The HAR with the CONNECTs of tunnels that were read into. */
    public Export withInterceptedConnects() {
        interceptedConnects = true;
        return this;
    }

    public Export progress(Progress listener) {
        progress = listener;
        return this;
    }

    Export clock(InstantSource source) {
        clock = source;
        return this;
    }

    /**
     * Writes the files.
     *
     * @throws ExportException when it cannot be done, in one line; then the places are as they were, or the line says which is not
     */
    public ExportResult run() {
        check();
        startedAt = clock.instant();
        try (OutputFiles files = new OutputFiles()) {
            Map<Kind, OutputFile> outputs = new EnumMap<>(Kind.class);
            targets.forEach((kind, path) -> outputs.put(kind, files.open(path)));
            checkPlaces(outputs.values());
            ExportResult result = new Run(outputs).write();
            files.commit();
            return result;
        }
    }

    private void check() {
        if (targets.isEmpty()) {
            throw new ExportException("nothing to export: expected a HAR, pcapng, pcap or key log file");
        }
        if (redaction != Redaction.NONE && targets.containsKey(Kind.KEYS)) {
            throw new ExportException("a key log cannot be redacted: it is nothing but secrets");
        }
        for (ExchangeId id : ids) {
            if (recording.exchange(id).isEmpty()) {
                throw new ExportException("no exchange " + id + " in " + recording.directory());
            }
        }
    }

    /** Nobody overwrites the recording with its own export, or one file of an export with another. */
    private void checkPlaces(Collection<OutputFile> files) {
        Set<Path> seen = new HashSet<>();
        for (OutputFile file : files) {
            try {
                Path place = file.target().getParent().toRealPath().resolve(file.target().getFileName());
                if (!seen.add(place)) {
                    throw new ExportException("cannot write two files to " + file.path());
                }
                Path directory = recording.directory();
                if (Files.exists(directory) && place.startsWith(directory.toRealPath()) && Files.exists(place)) {
                    throw new ExportException("cannot write " + file.path() + ": it is a part of the recording");
                }
            } catch (IOException e) {
                throw OutputFile.unwritable(file.path(), e);
            }
        }
    }

    /** The work itself, with what it has found out so far. */
    private final class Run {
        private final Map<Kind, OutputFile> outputs;
        private final List<String> warnings = new ArrayList<>();
        /** By packet id: what the index has and the dumps have not. */
        private final BitSet missing = new BitSet();
        /** Likewise: packets of flows without a row. */
        private final BitSet rowless = new BitSet();
        /** Flows that have a row, where packets of others could be asked for. */
        private final BitSet flows = new BitSet();
        private final Scope scope;
        private FrameNumbers frames;
        private long packets = -1;
        private long secrets = -1;
        private long exchanges = -1;

        Run(Map<Kind, OutputFile> outputs) {
            this.outputs = outputs;
            // A HAR alone numbers the whole recording's pcapng, whatever part of the exchanges it shows.
            boolean part = !ids.isEmpty() && !outputs.keySet().equals(Set.of(Kind.HAR));
            if (allPackets) {
                recording.flows(flow -> flows.set(flow.id().number()));
            }
            this.scope = allPackets ? Scope.everything() : part ? Scope.of(recording, ids) : Scope.ours(recording);
        }

        ExportResult write() {
            if (outputs.containsKey(Kind.PCAPNG)) {
                writing(Kind.PCAPNG, this::pcapng);
            }
            if (outputs.containsKey(Kind.PCAP)) {
                writing(Kind.PCAP, this::pcap);
            }
            if (outputs.containsKey(Kind.KEYS)) {
                writing(Kind.KEYS, file -> secrets = KeyLog.write(recording, scope, file.channel()));
            }
            if (outputs.containsKey(Kind.HAR)) {
                writing(Kind.HAR, this::har);
            }
            warn();
            return new ExportResult(exchanges, packets, secrets, warnings);
        }

        /** Packets that turn out unreadable change the numbers of all that follow, so the file is begun again without them. */
        private void pcapng(OutputFile file) throws IOException {
            for (int attempt = 0; attempt < ATTEMPTS; attempt++) {
                file.channel().truncate(0).position(0);
                Comments comments = ids.isEmpty() ? Comments.of(recording, frames(), progress) : Comments.of(recording, frames(), ids);
                PcapngWriter writer = new PcapngWriter(recording, frames(), file.channel());
                Optional<Scope> shown = redaction == Redaction.NONE ? Optional.of(scope) : Optional.empty();
                Written written = writer.write(CREATOR + " " + Build.VERSION, note(), shown, comments, progress);
                if (isWhole(written)) {
                    packets = written.packets();
                    secrets = written.secrets();
                    if (!writer.isReadByTcpdump()) {
                        warnings.add(file.path() + ": the interfaces differ in link type or snap length; Wireshark reads it,"
                                + " tcpdump refuses it (--pcap writes one it reads)");
                    }
                    return;
                }
            }
            throw new ExportException("the packets of " + recording.directory() + " change while they are read");
        }

        private void pcap(OutputFile file) throws IOException {
            for (int attempt = 0; attempt < ATTEMPTS; attempt++) {
                file.channel().truncate(0).position(0);
                PcapWriter writer = new PcapWriter(recording, frames(), file.channel());
                Written written = writer.write(progress);
                if (isWhole(written)) {
                    packets = packets < 0 ? written.packets() : packets;
                    if (writer.isRawIp()) {
                        warnings.add(file.path() + ": the interfaces differ in link type, so it holds raw IP packets without link headers");
                    }
                    if (written.notConvertible() > 0) {
                        warnings.add(file.path() + ": " + written.notConvertible()
                                + " packets of a link type that cannot be cut to raw IP are not in it; its frame numbers are its own");
                    }
                    return;
                }
            }
            throw new ExportException("the packets of " + recording.directory() + " change while they are read");
        }

        private void har(OutputFile file) throws IOException {
            HarWriter writer = new HarWriter(recording, frames(), redaction).only(ids);
            if (interceptedConnects) {
                writer.withInterceptedConnects();
            }
            OutputStream out = new BufferedOutputStream(Channels.newOutputStream(file.channel()), 1 << 16);
            exchanges = writer.write(out, CREATOR, Build.VERSION, note(), progress);
            out.flush();
        }

        private boolean isWhole(Written written) {
            if (written.missing().isEmpty()) {
                return true;
            }
            written.missing().forEach(id -> missing.set(id.intValue()));
            frames = null;
            return false;
        }

        private FrameNumbers frames() {
            if (frames == null) {
                frames = FrameNumbers.of(recording, scope, this::isMissing, progress);
            }
            return frames;
        }

        /** Told without reading the frame, so that a HAR written alone has the numbers that its pcapng would have. */
        private boolean isMissing(PacketRow packet) {
            int id = (int) packet.id().number();
            if (allPackets && !flows.get(packet.flow().number())) {
                rowless.set(id);
                return true;
            }
            if (!missing.get(id) && !recording.hasFrame(packet)) {
                missing.set(id);
            }
            return missing.get(id);
        }

        private void warn() {
            boolean keys = secrets > 0;
            boolean open = redaction == Redaction.NONE && (outputs.containsKey(Kind.HAR) || packets >= 0);
            if (open || keys) {
                String what = open && keys ? "credentials and TLS keys" : keys ? "TLS keys" : "credentials";
                String instead = outputs.containsKey(Kind.KEYS) ? "" : ", or use --redact";
                warnings.add(0, "holds " + what + " as they were recorded: pass it on only with care" + instead);
            }
            if (redaction != Redaction.NONE && packets > 0) {
                warnings.add("packets are as captured: what went in clear text is still readable in them");
            }
            if (recording.summary().endedAt() < 0) {
                warnings.add(note());
            }
            if (!recording.summary().limitReached().isEmpty()) {
                warnings.add("not all is in the recording: " + recording.summary().limitReached());
            }
            if (!missing.isEmpty()) {
                int lacking = missing.cardinality();
                warnings.add(lacking + (lacking == 1 ? " packet of the index cannot" : " packets of the index cannot")
                        + " be read (a dump is cut short or gone): not in the export, not in its frame numbers");
            }
            if (!rowless.isEmpty()) {
                int lacking = rowless.cardinality();
                warnings.add(lacking + (lacking == 1 ? " packet of the index is of a flow" : " packets of the index are of flows")
                        + " without a row, yet or for good: not in the export, not in its frame numbers");
            }
            if (packets == 0 || outputs.keySet().equals(Set.of(Kind.HAR)) && frames().count() == 0) {
                String why = recording.summary().captureOff();
                warnings.add("no packets" + (why.isEmpty() ? "" : ": " + why));
            }
        }

        private void writing(Kind kind, Writing writing) {
            OutputFile file = outputs.get(kind);
            try {
                writing.to(file);
            } catch (IOException e) {
                throw OutputFile.unwritable(file.path(), e);
            } catch (UncheckedIOException e) {
                throw OutputFile.unwritable(file.path(), e.getCause());
            }
        }
    }

    @FunctionalInterface
    private interface Writing {
        void to(OutputFile file) throws IOException;
    }

    private String note() {
        String what = recording.summary().endedAt() < 0 ? "snapshot of a recording that has no end (it is being written, or a crash cut it off), taken at " : "taken at ";
        return what + startedAt + (redaction == Redaction.NONE ? "" : ", redacted");
    }
}
