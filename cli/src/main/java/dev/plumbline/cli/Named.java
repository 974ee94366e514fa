package dev.plumbline.cli;

import dev.plumbline.recording.ConnectionRow;
import dev.plumbline.recording.ExchangeRow;
import dev.plumbline.recording.FlowRow;
import dev.plumbline.recording.Recording;
import dev.plumbline.wire.ConnectionId;
import dev.plumbline.wire.ExchangeId;
import dev.plumbline.wire.FlowId;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What an id on the command line names: just one of the three is there. Also finds it, or says what is there instead.
 */
record Named(Optional<ExchangeId> exchange, Optional<ConnectionId> connection, Optional<FlowId> flow) {
    private static final Pattern NUMBERED = Pattern.compile("([cf])([1-9][0-9]{0,8})");

    /** Reads {@code c1.2}, {@code c3} or {@code f7}; empty when {@code text} is none of them. */
    static Optional<Named> parse(String text) {
        Optional<ExchangeId> exchange = ExchangeId.parse(text);
        Matcher numbered = NUMBERED.matcher(text);
        if (exchange.isPresent()) {
            return Optional.of(new Named(exchange, Optional.empty(), Optional.empty()));
        }
        if (!numbered.matches()) {
            return Optional.empty();
        }
        int number = Integer.parseInt(numbered.group(2));
        return Optional.of(numbered.group(1).equals("c")
                ? new Named(Optional.empty(), Optional.of(new ConnectionId(number)), Optional.empty())
                : new Named(Optional.empty(), Optional.empty(), Optional.of(new FlowId(number))));
    }

    /** @throws CommandException when the recording has no such exchange */
    static ExchangeRow exchange(Recording recording, ExchangeId id) {
        return recording.exchange(id).orElseThrow(() -> {
            ExchangeId[] ends = new ExchangeId[2];
            recording.exchanges(row -> {
                ends[0] = ends[0] == null ? row.id() : ends[0];
                ends[1] = row.id();
            });
            return absent(recording, "exchange " + id, ends[0] == null ? "" : Quantity.count(recording.exchangeCount(), "exchange"), ends);
        });
    }

    /** @throws CommandException when the recording has no such connection */
    static ConnectionRow connection(Recording recording, ConnectionId id) {
        return recording.connection(id).orElseThrow(() -> {
            ConnectionId[] ends = new ConnectionId[2];
            long[] count = {0};
            recording.connections(row -> {
                ends[0] = ends[0] == null ? row.id() : ends[0];
                ends[1] = row.id();
                count[0]++;
            });
            return absent(recording, "connection " + id, count[0] == 0 ? "" : Quantity.count(count[0], "connection"), ends);
        });
    }

    /** @throws CommandException when the recording has no such flow */
    static FlowRow flow(Recording recording, FlowId id) {
        return recording.flow(id).orElseThrow(() -> new CommandException("no flow " + id + " in " + recording.directory()));
    }

    private static CommandException absent(Recording recording, String what, String there, Object[] ends) {
        return new CommandException("no " + what + " in " + recording.directory() + ": "
                + (there.isEmpty() ? "it has none" : "it has " + there + ", " + ends[0] + " to " + ends[1]));
    }
}
