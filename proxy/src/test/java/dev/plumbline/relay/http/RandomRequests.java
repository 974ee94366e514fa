package dev.plumbline.relay.http;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.random.RandomGenerator;

/** Sound requests of every kind, and ways to spoil them. */
final class RandomRequests {

    private static final String TOKEN = "!#$%&'*+-.^_`|~0123456789ABCxyz";
    private static final String TARGET = "abcXYZ019-._~%/?#:@!$&'()*+,;=[]{}|\\\"<>^`\u00e4\u0080\u00ff";
    private static final List<String> TARGETS = List.of("/", "/a/b?c=d", "http://example.com/x", "http://[::1]:8080", "https://a.b?q", "*");
    private static final List<String> SPOILERS = List.of("\r", "\n", "\r\n", " ", "\t", ":", ";", ",", "\0", "0", "9", "f", "a", "A", "\"",
            "\u007f", "\u0085", "/", "\u00e4", "HTTP/1.0", "\r\n\r\n", "Host: b\r\n", "Content-Length: 3\r\n", "Transfer-Encoding: chunked\r\n",
            "0\r\n\r\n", "chunked", "-1", "+");

    private final RandomGenerator random;

    RandomRequests(RandomGenerator random) {
        this.random = random;
    }

    String pipeline(int messages) {
        StringBuilder stream = new StringBuilder();
        for (int i = 0; i < messages; i++) {
            stream.append("\r\n".repeat(chance(5) ? random.nextInt(3) : 0)).append(request());
        }
        return stream.toString();
    }

    /** Sound, but for what a target may be: asterisk-form only comes with OPTIONS. */
    String request() {
        String target = chance(2) ? "/" + text(TARGET, random.nextInt(30)) : TARGETS.get(random.nextInt(TARGETS.size()));
        String method = target.equals("*") ? "OPTIONS" : chance(4) ? text(TOKEN, 1 + random.nextInt(8)) : "POST";
        StringBuilder request = new StringBuilder(method + " " + target + " HTTP/1.1\r\n");
        fields(request);
        request.append(chance(2) ? "Host: example.com\r\n" : "hOST:\texample.com:8080 \r\n");
        fields(request);
        switch (random.nextInt(3)) {
            case 0 -> {
                String content = content();
                request.append("Content-Length: ").append(content.length()).append("\r\n\r\n").append(content);
            }
            case 1 -> chunks(request.append("Transfer-Encoding: ").append(chance(2) ? "chunked" : "Chunked").append("\r\n\r\n"));
            default -> request.append("\r\n");
        }
        return request.toString();
    }

    /** The stream with one to three changes anywhere. */
    String spoiled(String stream) {
        StringBuilder spoiled = new StringBuilder(stream);
        for (int changes = 1 + random.nextInt(3); changes > 0 && spoiled.length() > 2; changes--) {
            int at = random.nextInt(spoiled.length() - 1);
            String spoiler = chance(4) ? String.valueOf((char) random.nextInt(256)) : SPOILERS.get(random.nextInt(SPOILERS.size()));
            switch (random.nextInt(4)) {
                case 0 -> spoiled.deleteCharAt(at);
                case 1 -> spoiled.replace(at, at + 1, spoiler);
                case 2 -> {
                    int line = spoiled.indexOf("\n", at) + 1;
                    int end = spoiled.indexOf("\n", line) + 1;
                    spoiled.insert(line, line < end ? spoiled.substring(line, end) : spoiler);
                }
                default -> spoiled.insert(chance(2) ? spoiled.indexOf("\n", at) + 1 : at, spoiler);
            }
        }
        return spoiled.toString();
    }

    /** Places to cut, ascending; empty pieces included. */
    int[] cuts(int length) {
        int[] cuts = new int[random.nextInt(12)];
        for (int i = 0; i < cuts.length; i++) {
            cuts[i] = random.nextInt(length + 1);
        }
        Arrays.sort(cuts);
        return cuts;
    }

    private void fields(StringBuilder head) {
        for (int i = random.nextInt(4); i > 0; i--) {
            head.append("X-").append(text(TOKEN, random.nextInt(10))).append(':').append(" \t".repeat(random.nextInt(2)))
                    .append(text("abc ,;=\"\t\u00e4\u00ff:0", random.nextInt(20))).append(chance(3) ? " " : "").append("\r\n");
        }
    }

    private void chunks(StringBuilder body) {
        for (int i = random.nextInt(4); i > 0; i--) {
            String content = "x" + content();
            body.append("0".repeat(random.nextInt(3))).append(chance(2) ? Integer.toHexString(content.length())
                    : Integer.toHexString(content.length()).toUpperCase(Locale.ROOT));
            body.append(chance(3) ? ";a=\"b\\\";c\"" : "").append("\r\n").append(content).append("\r\n");
        }
        body.append("0\r\n").append(chance(3) ? "X-Sum: a b \r\nX-Other:\r\n" : "").append("\r\n");
    }

    private String content() {
        return text("\r\n0aGET /:\0\u00ff", random.nextInt(chance(20) ? 3000 : 20));
    }

    private String text(String alphabet, int length) {
        StringBuilder text = new StringBuilder();
        for (int i = 0; i < length; i++) {
            text.append(alphabet.charAt(random.nextInt(alphabet.length())));
        }
        return text.toString();
    }

    private boolean chance(int of) {
        return random.nextInt(of) == 0;
    }
}
