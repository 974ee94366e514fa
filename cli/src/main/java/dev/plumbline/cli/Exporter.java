package dev.plumbline.cli;

import dev.plumbline.recording.Recording;
import dev.plumbline.wire.ExchangeId;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** Writes exports. */
@FunctionalInterface
interface Exporter {
    Result export(Recording recording, Request request, Progress progress);

    /**
     * What is asked for.
     *
     * @param ids only these exchanges; all when empty
     * @param redact mask credentials, leave keys out
     * @param interceptedConnects with the CONNECTs of tunnels that were read into
     */
    record Request(
            Optional<Path> har, Optional<Path> pcapng, Optional<Path> pcap, Optional<Path> keys, Set<ExchangeId> ids,
            boolean allPackets, boolean redact, boolean interceptedConnects) {
        public Request {
            ids = Set.copyOf(ids);
        }
    }

    /**
     * What was written; counts are −1 where they do not apply.
     *
     * @param warnings what its owner must know, a line each
     */
    record Result(long exchanges, long packets, long secrets, List<String> warnings) {
        public Result {
            warnings = List.copyOf(warnings);
        }
    }

    /** Hears how far it is. */
    @FunctionalInterface
    interface Progress {
        void at(String step, long done, long total);
    }
}
