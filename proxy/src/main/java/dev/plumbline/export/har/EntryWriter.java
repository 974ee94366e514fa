package dev.plumbline.export.har;

import dev.plumbline.export.frames.FrameNumbers;
import dev.plumbline.fact.MessageKind;
import dev.plumbline.fact.RelayFact.End;
import dev.plumbline.fact.RelayFact.Role;
import dev.plumbline.fact.Timing;
import dev.plumbline.recording.ConnectionRow;
import dev.plumbline.recording.ExchangeAnalysis;
import dev.plumbline.recording.ExchangeRow;
import dev.plumbline.recording.MessageRow;
import dev.plumbline.recording.Recording;
import dev.plumbline.wire.Leg;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.UnaryOperator;
import java.util.stream.LongStream;

/**
 * Writes one entry of a HAR.
 *
 * <p>Owned by: the exporting thread.
 * <p>Limits: one content of a message in memory, cut at {@link Content#MAX}.
 */
final class EntryWriter {
    static final String PAGE = "page_1";
    /** What Chrome writes where a message has no media type. */
    private static final String NO_TYPE = "x-unknown";
    private static final Head NO_HEAD = Head.of(new byte[0]);

    private final Recording recording;
    private final Redaction redaction;
    private final Json json;
    private final TcpWriter tcp;
    private final DiagnosisWriter diagnosis;
    private final AnnotationWriter annotations;

    EntryWriter(Recording recording, FrameNumbers frames, Redaction redaction, Json json) {
        this.recording = recording;
        this.redaction = redaction;
        this.json = json;
        this.tcp = new TcpWriter(recording, frames, json);
        this.diagnosis = new DiagnosisWriter(frames, redaction, json);
        this.annotations = new AnnotationWriter(recording, frames, json);
    }

    void write(ExchangeRow exchange) throws IOException {
        Timing timing = timing(exchange);
        Phases phases = exchange.role() == Role.TUNNEL
                ? Phases.ofTunnel(timing, exchange.beganAt(), exchange.endedAt()) : Phases.of(timing, exchange.beganAt(), end(exchange));
        Optional<ConnectionRow> server = exchange.server().flatMap(tcp::connection);
        json.object(() -> {
            json.text("pageref", PAGE).text("startedDateTime", Times.millis(phases.start())).millis("time", phases.total());
            json.object("request", () -> request(exchange));
            json.object("response", () -> response(exchange));
            json.object("cache", () -> { });
            timings(phases);
            if (server.isPresent()) {
                json.text("serverIPAddress", server.get().tuple().responder().address().toString());
                json.text("connection", server.get().id().toString());
            }
            json.textIfAny("comment", exchange.ended() ? "" : "still going on when the recording was read");
            json.text("_exchange", exchange.id().toString());
            tunnel(exchange);
            tcp.write(exchange);
            ExchangeAnalysis analysis = recording.analysis(exchange);
            SplitWriter.write(json, analysis.split());
            if (analysis.diagnosis().isPresent()) {
                diagnosis.write(analysis.diagnosis().get());
            }
            annotations.write(exchange, tcp.connection(exchange.id().client()), server, analysis.server());
        });
    }

    private void timings(Phases phases) throws IOException {
        json.object("timings", () -> json.millis("blocked", phases.blocked()).millis("dns", phases.dns()).millis("connect", phases.connect())
                .millis("ssl", phases.ssl()).millis("send", phases.send()).millis("wait", phases.waiting()).millis("receive", phases.receive()));
    }

    private void request(ExchangeRow exchange) throws IOException {
        Optional<MessageRow> row = exchange.message(Leg.CLIENT, MessageKind.REQUEST);
        Head head = row.map(r -> Head.of(r.head())).orElse(NO_HEAD);
        HarUrl url = HarUrl.of(exchange, head);
        String method = exchange.method().isEmpty() ? head.method() : exchange.method();
        json.text("method", method.isEmpty() ? "UNKNOWN" : method).text("url", redaction.target(url.text())).text("httpVersion", head.version());
        cookies(Cookies.sent(head.all("Cookie")), false);
        fields("headers", head.fields(), true);
        fields("queryString", HarUrl.query(redaction.url(url.text())), false);
        List<String> notes = new ArrayList<>();
        if (row.isPresent() && row.get().contentLength() > 0) {
            postData(row.get(), head);
        }
        json.number("headersSize", size(row)).number("bodySize", row.map(MessageRow::contentOctets).orElse(-1L));
        json.numberIfKnown("_transferSize", row.map(MessageRow::octets).orElse(-1L));
        if (row.isPresent() && !url.isAsSent() && redaction == Redaction.NONE) {
            notes.add("target as sent: " + head.target());
        }
        if (row.filter(EntryWriter::isCut).isPresent()) {
            notes.add("the request stopped before its end");
        }
        json.textIfAny("comment", String.join("; ", notes));
    }

    private void postData(MessageRow row, Head head) throws IOException {
        Content content = Content.of(recording, row, row.contentLength(), head);
        String type = Content.mediaType(head);
        boolean form = content.isWhole() && !content.isBase64() && content.text().filter(text -> Redaction.isForm(type, text)).isPresent();
        json.object("postData", () -> {
            json.text("mimeType", redaction.field("Content-Type", head.first("Content-Type").orElse(NO_TYPE)));
            if (form) {
                fields("params", HarUrl.form(content.text().get()), false);
                json.textIfAny("comment", content.comment());
            } else {
                shown(content, type, "_encoding", text -> redaction.content(type, text));
            }
        });
    }

    private void response(ExchangeRow exchange) throws IOException {
        Optional<MessageRow> row = exchange.message(Leg.CLIENT, MessageKind.RESPONSE);
        Head head = row.map(r -> Head.of(r.head())).orElse(NO_HEAD);
        json.number("status", row.map(MessageRow::status).orElse(0)).text("statusText", head.reason()).text("httpVersion", head.version());
        cookies(Cookies.set(head.all("Set-Cookie")), true);
        fields("headers", head.fields(), true);
        content(exchange, row, head);
        json.text("redirectURL", redaction.url(head.first("Location").orElse("")));
        json.number("headersSize", size(row)).number("bodySize", row.map(MessageRow::contentOctets).orElse(-1L));
        json.numberIfKnown("_transferSize", row.map(MessageRow::octets).orElse(-1L));
        json.textIfAny("_error", redaction.sentence(exchange.failure())).textIfAny("_errorCode", exchange.faultCode());
        if (exchange.answeredByProxy()) {
            json.bool("_answeredByProxy", true);
        }
        json.textIfAny("comment", row.filter(EntryWriter::isCut).isPresent() ? "the response stopped before its end" : "");
    }

    private void content(ExchangeRow exchange, Optional<MessageRow> row, Head head) throws IOException {
        // Kept on the leg it came in on: the server's, or the client's where the proxy answered by itself.
        Optional<MessageRow> kept = exchange.message(Leg.SERVER, MessageKind.RESPONSE).filter(m -> m.storedContent() > 0).or(() -> row);
        long length = row.map(MessageRow::contentLength).orElse(0L);
        boolean isCounted = row.filter(m -> m.contentOctets() < 0).isEmpty();
        Content content = kept.filter(m -> isCounted).map(m -> Content.of(recording, m, length, head))
                .orElse(new Content(0, true, false, Optional.empty(), false, false, isCounted ? "" : "not counted yet"));
        json.object("content", () -> {
            json.number("size", content.size());
            if (content.isDecoded()) {
                json.number("compression", content.size() - length);
            }
            json.text("mimeType", redaction.field("Content-Type", head.first("Content-Type").orElse(NO_TYPE)));
            String type = Content.mediaType(head);
            // An answer of our own to what failed says the same as _error.
            boolean own = exchange.answeredByProxy() && !exchange.failure().isEmpty();
            shown(content, type, "encoding", text -> own ? redaction.sentence(text) : redaction.content(type, text));
        });
    }

    /**
     * @param encoding the field that says Base64; HAR has none for requests, so there it is one of ours
     * @param redacted of text
     */
    private void shown(Content content, String type, String encoding, UnaryOperator<String> redacted) throws IOException {
        boolean unread = content.isOpaque() || content.isBase64() && !redaction.showsUnread(type);
        if (redaction != Redaction.NONE && content.text().isPresent() && unread) {
            json.text("comment", join(content.comment(), "left out: what could not be read could not be redacted"));
            return;
        }
        if (content.text().isPresent()) {
            String text = content.text().get();
            String shown = content.isBase64() ? text : redacted.apply(text);
            json.text("text", shown);
            if (content.isBase64()) {
                json.text(encoding, "base64");
            }
            json.textIfAny("comment", shown.equals(text) ? content.comment() : join(content.comment(), "redacted"));
        } else {
            json.textIfAny("comment", content.comment());
        }
    }

    private void tunnel(ExchangeRow exchange) throws IOException {
        if (exchange.role() == Role.TUNNEL) {
            json.object("_tunnel", () -> {
                json.numberOrNull("toServer", through(exchange, MessageKind.TUNNEL_TO_SERVER)).numberOrNull("toClient", through(exchange, MessageKind.TUNNEL_TO_CLIENT));
                json.textOrNull("sni", Optional.of(exchange.sni()).filter(sni -> !sni.isEmpty()));
            });
        }
    }

    private static long through(ExchangeRow exchange, MessageKind kind) {
        return exchange.message(Leg.CLIENT, kind).or(() -> exchange.message(Leg.SERVER, kind)).map(MessageRow::octets).orElse(0L);
    }

    private void fields(String name, List<Head.Field> fields, boolean header) throws IOException {
        json.array(name, () -> {
            for (Head.Field field : fields) {
                String shown = header ? redaction.fieldName(field.name()) : redaction.parameterName(field.name());
                String value = header ? redaction.field(field.name(), field.value()) : redaction.parameter(field.name(), field.value());
                json.object(() -> json.text("name", shown).text("value", value));
            }
        });
    }

    /** @param attributed whether attributes came with them: a request sends names and values alone */
    private void cookies(List<Cookies.Cookie> cookies, boolean attributed) throws IOException {
        json.array("cookies", () -> {
            for (Cookies.Cookie cookie : cookies) {
                json.object(() -> {
                    json.text("name", cookie.name()).text("value", redaction.cookie(cookie.value()));
                    if (attributed) {
                        json.textIfAny("path", cookie.path()).textIfAny("domain", cookie.domain()).textIfAny("expires", cookie.expires())
                                .bool("httpOnly", cookie.httpOnly()).bool("secure", cookie.secure()).textIfAny("_sameSite", cookie.sameSite());
                    }
                });
            }
        });
    }

    private static long size(Optional<MessageRow> row) {
        return row.filter(r -> r.head().length > 0).map(r -> (long) r.head().length).orElse(-1L);
    }

    private static boolean isCut(MessageRow row) {
        return row.end().filter(end -> end == End.CUT).isPresent();
    }

    private static String join(String a, String b) {
        return a.isEmpty() ? b : a + "; " + b;
    }

    private static long end(ExchangeRow exchange) {
        return LongStream.concat(LongStream.of(exchange.beganAt(), exchange.endedAt()), exchange.messages().stream().mapToLong(MessageRow::lastAt)).max().orElseThrow();
    }

    /** While an exchange goes on, or where the end of it was lost, its messages say when they began and ended. */
    private static Timing timing(ExchangeRow exchange) {
        if (exchange.timing().isPresent()) {
            return exchange.timing().get();
        }
        Optional<MessageRow> in = exchange.message(Leg.CLIENT, MessageKind.REQUEST);
        Optional<MessageRow> out = exchange.message(Leg.SERVER, MessageKind.REQUEST);
        Optional<MessageRow> back = exchange.message(Leg.SERVER, MessageKind.RESPONSE);
        Optional<MessageRow> answer = exchange.message(Leg.CLIENT, MessageKind.RESPONSE);
        long never = Timing.NEVER;
        return new Timing(exchange.beganAt(), last(in), never, never, never, never, never, never,
                first(out), last(out), first(back), last(back), first(answer), last(answer), never);
    }

    private static long first(Optional<MessageRow> row) {
        return row.map(MessageRow::firstAt).orElse(Timing.NEVER);
    }

    private static long last(Optional<MessageRow> row) {
        return row.map(MessageRow::lastAt).orElse(Timing.NEVER);
    }
}
