package dev.plumbline.relay.http;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import dev.plumbline.relay.http.HeadParser.Progress;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.util.ArrayList;
import java.util.List;

/** The requests of one stream as a relay would read them: heads and bodies by turns, in the pieces in which they came. */
final class Reading implements ContentSink {

    /** {@code end} is exclusive; −1 while the message is not complete. */
    record Message(int start, int end, String head, String content, String trailers) {
    }

    private final HeadParser<RequestHead> heads = HeadParser.ofRequests(Limits.DEFAULTS);
    private final BodyScanner body = new BodyScanner(Limits.DEFAULTS);
    private final List<Message> messages = new ArrayList<>();
    private final List<RequestHead> requests = new ArrayList<>();
    private StringBuilder content = new StringBuilder();
    private String trailers = "";
    private boolean inBody;
    private int consumed;
    private int start;
    private Malformed malformed;

    static Reading of(String stream, int... cuts) {
        Reading reading = new Reading();
        byte[] octets = Heads.octets(stream);
        int from = 0;
        for (int i = 0; i <= cuts.length; i++) {
            int to = i == cuts.length ? octets.length : cuts[i];
            ByteBuf piece = Unpooled.directBuffer(Math.max(1, to - from)).writeBytes(octets, from, to - from);
            try {
                reading.read(piece);
                assertThat(piece.refCnt()).as("nothing is retained").isEqualTo(1);
            } finally {
                piece.release();
            }
            from = to;
        }
        return reading;
    }

    List<Message> messages() {
        return messages;
    }

    RequestHead request(int i) {
        return requests.get(i);
    }

    /** Null if nothing was refused. */
    Malformed malformed() {
        return malformed;
    }

    int consumed() {
        return consumed;
    }

    private void read(ByteBuf in) {
        while (malformed == null && in.isReadable()) {
            int before = in.readableBytes();
            if (inBody) {
                in.skipBytes(body.scan(in, this));
            } else {
                readHead(in);
            }
            int taken = before - in.readableBytes();
            consumed += taken;
            if (inBody && requests.size() > messages.size() && content == null) {
                beginBody();
            }
            malformed = malformed == null && body.isMalformed() ? body.malformed() : malformed;
            if (inBody && body.isComplete()) {
                messages.add(new Message(start, consumed, Heads.text(requests.get(messages.size()).octets()), content.toString(), trailers));
                inBody = false;
            }
            assertThat(taken > 0 || malformed != null).as("progress").isTrue();
        }
    }

    private void readHead(ByteBuf in) {
        Progress progress = heads.feed(in);
        if (progress == Progress.HEAD) {
            requests.add(heads.head());
            inBody = true;
            content = null;
        } else if (progress == Progress.MALFORMED) {
            malformed = heads.malformed();
        }
    }

    private void beginBody() {
        RequestHead head = requests.get(requests.size() - 1);
        start = consumed - head.length();
        content = new StringBuilder();
        trailers = "";
        body.begin(Framing.ofRequest(head));
    }

    @Override
    public void content(ByteBuf buffer, int index, int length) {
        content.append(buffer.toString(index, length, ISO_8859_1));
    }

    @Override
    public void trailers(Trailers section) {
        trailers = Heads.text(section.octets());
    }
}
