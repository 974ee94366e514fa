package dev.plumbline.judge;

import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Locale;

/**
 * What the origin answers on one connection.
 *
 * <pre>
 * /bytes/N            N octets of {@link #body}, Content-Length
 * /chunked/N          the same in chunks of many sizes, with a trailer
 * /until-close/N      the same, ended by the end of the connection
 * /hash               SHA-256 of the request's content, in hex
 * /mirror             the request's content back, in chunks
 * /status/304, /204   no content
 * /hints              103 and then 200
 * /upgrade            101, then every line back
 * </pre>
 */
final class OriginPages {
    private final InputStream in;
    private final OutputStream out;

    OriginPages(InputStream in, OutputStream out) {
        this.in = in;
        this.out = out;
    }

    /** The content for a length: no two neighbouring stretches of it are alike. */
    static byte[] body(int length) {
        byte[] body = new byte[length];
        int state = length * 31 + 7;
        for (int i = 0; i < length; i++) {
            state = state * 1_103_515_245 + 12_345;
            body[i] = (byte) (' ' + ((state >>> 16) & 0x3f));
        }
        return body;
    }

    static String sha256(byte[] octets) {
        try {
            return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(octets));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }

    /** @return whether the connection goes on */
    boolean exchange() throws IOException {
        String head = head();
        if (head.isEmpty()) {
            return false;
        }
        String[] line = head.substring(0, head.indexOf("\r\n")).split(" ");
        String path = line[1].startsWith("/") ? line[1] : line[1].replaceFirst("[a-z]+://[^/]*", "");
        if (field(head, "Expect").equalsIgnoreCase("100-continue")) {
            send("HTTP/1.1 100 Continue\r\n\r\n");
        }
        byte[] content = content(head);
        boolean goesOn = answer(line[0], path, content) && !field(head, "Connection").equalsIgnoreCase("close");
        out.flush();
        return goesOn;
    }

    private boolean answer(String method, String path, byte[] content) throws IOException {
        String page = path.split("/")[1];
        int number = path.matches("/[a-z-]+/[0-9]+") ? Integer.parseInt(path.substring(path.lastIndexOf('/') + 1)) : 0;
        switch (page) {
            case "bytes" -> whole(method, body(number));
            case "chunked" -> chunked(body(number), 7);
            case "until-close" -> {
                send("HTTP/1.1 200 OK\r\nConnection: close\r\n\r\n");
                out.write(body(number));
                return false;
            }
            case "hash" -> whole(method, sha256(content).getBytes(StandardCharsets.US_ASCII));
            case "mirror" -> chunked(content, 4096);
            case "status" -> send("HTTP/1.1 " + number + " As You Wish\r\nETag: \"x\"\r\n\r\n");
            case "hints" -> {
                send("HTTP/1.1 103 Early Hints\r\nLink: </style.css>; rel=preload\r\n\r\n");
                whole(method, body(100));
            }
            case "upgrade" -> {
                send("HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: echo\r\n\r\n");
                echoLines();
                return false;
            }
            default -> send("HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n");
        }
        return true;
    }

    private void whole(String method, byte[] body) throws IOException {
        out.write(("HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\nContent-Length: " + body.length + "\r\n\r\n").getBytes(StandardCharsets.US_ASCII));
        if (!method.equals("HEAD")) {
            out.write(body);
        }
        out.flush();
    }

    /** Chunks of growing size, each flushed, so that chunk, record and segment borders differ. */
    private void chunked(byte[] body, int first) throws IOException {
        send("HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\nTransfer-Encoding: chunked\r\nTrailer: X-Sum\r\n\r\n");
        int size = first;
        for (int at = 0; at < body.length; at += size, size = Math.min(60_000, size * 3 + 1)) {
            size = Math.min(size, body.length - at);
            out.write((Integer.toHexString(size) + "\r\n").getBytes(StandardCharsets.US_ASCII));
            out.write(body, at, size);
            send("\r\n");
        }
        send("0\r\nX-Sum: " + sha256(body) + "\r\n\r\n");
    }

    private void echoLines() throws IOException {
        for (int octet = in.read(); octet >= 0; octet = in.read()) {
            out.write(octet);
            if (octet == '\n') {
                out.flush();
            }
        }
    }

    private void send(String text) throws IOException {
        out.write(text.getBytes(StandardCharsets.US_ASCII));
        out.flush();
    }

    /** Through the blank line; empty at the end of the connection. */
    private String head() throws IOException {
        StringBuilder head = new StringBuilder();
        while (head.length() < 4 || head.lastIndexOf("\r\n\r\n") != head.length() - 4) {
            int octet = in.read();
            if (octet < 0) {
                return "";
            }
            head.append((char) octet);
        }
        return head.toString();
    }

    static String field(String head, String name) {
        for (String line : head.split("\r\n")) {
            int colon = line.indexOf(':');
            if (colon > 0 && line.substring(0, colon).equalsIgnoreCase(name)) {
                return line.substring(colon + 1).trim();
            }
        }
        return "";
    }

    private byte[] content(String head) throws IOException {
        if (field(head, "Transfer-Encoding").toLowerCase(Locale.ROOT).equals("chunked")) {
            ByteArrayOutputStream content = new ByteArrayOutputStream();
            for (int size = Integer.parseInt(line(), 16); size > 0; size = Integer.parseInt(line(), 16)) {
                content.write(octets(size));
                line();
            }
            while (!line().isEmpty()) {
                // trailers
            }
            return content.toByteArray();
        }
        String length = field(head, "Content-Length");
        return length.isEmpty() ? new byte[0] : octets(Integer.parseInt(length));
    }

    private String line() throws IOException {
        StringBuilder line = new StringBuilder();
        for (int octet = in.read(); octet != '\n'; octet = in.read()) {
            if (octet < 0) {
                throw new EOFException("in a line");
            }
            line.append((char) octet);
        }
        return line.toString().trim();
    }

    private byte[] octets(int count) throws IOException {
        byte[] octets = in.readNBytes(count);
        if (octets.length < count) {
            throw new EOFException("after " + octets.length + " of " + count);
        }
        return octets;
    }
}
