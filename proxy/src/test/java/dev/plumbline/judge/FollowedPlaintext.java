package dev.plumbline.judge;

import java.util.HexFormat;
import java.util.Map;
import java.util.function.Consumer;

/** Reads {@code follow,tls,raw}: a line of hex for each record, after a tab for those not of node 0. */
final class FollowedPlaintext implements Consumer<String> {
    private static final String STREAM = "Filter: tcp.stream eq ";
    private static final String NODE = "Node 0: ";

    private final Map<Integer, SeenStream> streams;
    private SeenStream stream;
    private boolean initiatorIsNode0;

    FollowedPlaintext(Map<Integer, SeenStream> streams) {
        this.streams = streams;
    }

    @Override
    public void accept(String line) {
        if (line.startsWith(STREAM)) {
            stream = streams.get(Integer.parseInt(line.substring(STREAM.length())));
        } else if (line.startsWith(NODE)) {
            initiatorIsNode0 = line.endsWith(":" + stream.initiatorPort);
        } else if (!line.isEmpty() && line.indexOf(' ') < 0 && (line.charAt(0) == '\t' || Character.digit(line.charAt(0), 16) >= 0)) {
            boolean node0 = line.charAt(0) != '\t';
            byte[] octets = HexFormat.of().parseHex(line.strip());
            (node0 == initiatorIsNode0 ? stream.plainToServer : stream.plainToClient).add(octets);
        }
    }
}
