package dev.plumbline.recording;

import dev.plumbline.analyze.Annotation;
import dev.plumbline.analyze.Diagnosis;
import dev.plumbline.analyze.Reuse;
import dev.plumbline.analyze.TimeSplit;
import dev.plumbline.wire.ConnectionId;
import dev.plumbline.wire.ExchangeId;
import java.util.List;
import java.util.Optional;

/**
 * What an exchange's evidence amounts to.
 *
 * @param split empty while the exchange goes on
 * @param diagnosis empty when there is nothing to say
 * @param client annotations on the client leg's flow that touch the exchange, in time order
 * @param server the same on the server leg's, and on those of connections that were tried for it and did not become that, where their time shows
 * @param clientReuse empty for a CONNECT that was intercepted
 * @param serverReuse empty when there was no server leg
 * @param attempts connections that were tried for it and are not its server leg, where their time shows
 */
public record ExchangeAnalysis(
        ExchangeId exchange, Optional<TimeSplit> split, Optional<Diagnosis> diagnosis, List<Annotation> client, List<Annotation> server,
        Optional<Reuse> clientReuse, Optional<Reuse> serverReuse, List<ConnectionId> attempts) {
    public ExchangeAnalysis {
        client = List.copyOf(client);
        server = List.copyOf(server);
        attempts = List.copyOf(attempts);
    }

    /** Of an exchange of which nothing is known. */
    public static ExchangeAnalysis none(ExchangeId exchange) {
        return new ExchangeAnalysis(exchange, Optional.empty(), Optional.empty(), List.of(), List.of(), Optional.empty(), Optional.empty(), List.of());
    }
}
