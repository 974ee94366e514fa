package dev.plumbline.export.pcapng;

import dev.plumbline.export.frames.ExportException;
import dev.plumbline.export.frames.FrameNumbers;
import dev.plumbline.export.frames.Progress;
import dev.plumbline.fact.MessageKey;
import dev.plumbline.fact.MessageKind;
import dev.plumbline.recording.ExchangeRow;
import dev.plumbline.recording.MessageRow;
import dev.plumbline.recording.Recording;
import dev.plumbline.wire.ConnectionId;
import dev.plumbline.wire.ExchangeId;
import dev.plumbline.wire.Leg;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/**
 * Which messages each frame carried: {@code c1.2 request client}, and {@code c1.2 request client (again)} on a frame that
 * repeats octets seen before.
 *
 * <p>Owned by: the exporting thread.
 * <p>Limits: 4 octets per frame, 12 per carrier and 8 per exchange.
 */
public final class Comments {
    private static final MessageKind[] KINDS = MessageKind.values();
    private static final int MAX_ORDINAL = 0xff;

    /** By frame: its latest entry, or −1. */
    private final int[] latest;
    /** By entry: the entry before on the same frame, and what it says, packed. */
    private int[] before = new int[1024];
    private long[] what = new long[1024];
    private int entries;
    private int[] clients = new int[256];
    private int[] indexes = new int[256];
    private int exchanges;

    private Comments(int frames) {
        latest = new int[frames + 1];
        Arrays.fill(latest, -1);
    }

    /** Of every exchange of the recording. */
    public static Comments of(Recording recording, FrameNumbers frames, Progress progress) {
        Comments comments = new Comments(frames.count());
        long total = recording.exchangeCount();
        recording.exchanges(exchange -> {
            comments.add(recording, frames, exchange);
            progress.at("comments", comments.exchanges, total);
        });
        return comments;
    }

    /** Of these exchanges alone. */
    public static Comments of(Recording recording, FrameNumbers frames, Set<ExchangeId> ids) {
        Comments comments = new Comments(frames.count());
        for (ExchangeId id : ids) {
            recording.exchange(id).ifPresent(exchange -> comments.add(recording, frames, exchange));
        }
        return comments;
    }

    /** No comments at all. */
    public static Comments none(FrameNumbers frames) {
        return new Comments(frames.count());
    }

    /** What is said of the frame, each thing once, in the order of the exchanges. */
    List<String> on(int frame) {
        if (latest[frame] < 0) {
            return List.of();
        }
        List<String> found = new ArrayList<>(2);
        for (int entry = latest[frame]; entry >= 0; entry = before[entry]) {
            found.add(text(what[entry]));
        }
        Collections.reverse(found);
        return List.copyOf(new LinkedHashSet<>(found));
    }

    private void add(Recording recording, FrameNumbers frames, ExchangeRow exchange) {
        if (exchanges == clients.length) {
            clients = Arrays.copyOf(clients, exchanges * 2);
            indexes = Arrays.copyOf(indexes, exchanges * 2);
        }
        clients[exchanges] = exchange.id().client().number();
        indexes[exchanges] = exchange.id().index();
        for (MessageRow message : exchange.messages()) {
            recording.carriers(message, carrier -> {
                int frame = frames.frame(carrier.packet().id());
                if (frame > 0) {
                    add(frame, packed(exchanges, message.key(), carrier.repeat()));
                }
            });
        }
        exchanges++;
    }

    private void add(int frame, long packed) {
        if (latest[frame] >= 0 && what[latest[frame]] == packed) {
            return;
        }
        if (entries == what.length) {
            if (entries > Integer.MAX_VALUE / 2) {
                throw new ExportException("more than " + entries + " packet comments; export a part with --id");
            }
            before = Arrays.copyOf(before, entries * 2);
            what = Arrays.copyOf(what, entries * 2);
        }
        what[entries] = packed;
        before[entries] = latest[frame];
        latest[frame] = entries++;
    }

    /** <pre>exchange (32) │ ordinal (8) │ kind (4) │ leg (1) │ repeat (1)</pre> */
    private static long packed(int exchange, MessageKey key, boolean repeat) {
        return (long) exchange << 14 | (long) Math.min(key.ordinal(), MAX_ORDINAL) << 6 | key.kind().ordinal() << 2
                | (key.leg() == Leg.SERVER ? 2 : 0) | (repeat ? 1 : 0);
    }

    private String text(long packed) {
        int exchange = (int) (packed >>> 14);
        int ordinal = (int) (packed >>> 6) & MAX_ORDINAL;
        ExchangeId id = new ExchangeId(new ConnectionId(clients[exchange]), indexes[exchange]);
        Leg leg = (packed & 2) != 0 ? Leg.SERVER : Leg.CLIENT;
        String kind = KINDS[(int) (packed >>> 2) & 0xf].word() + (ordinal == 0 ? "" : "#" + ordinal);
        return id + " " + kind + " " + leg.word() + ((packed & 1) != 0 ? " (again)" : "");
    }
}
