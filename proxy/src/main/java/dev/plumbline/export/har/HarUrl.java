package dev.plumbline.export.har;

import dev.plumbline.recording.ExchangeRow;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/**
 * The absolute URL of a request, always a valid one (RFC 3986): octets that may not stand in a URL are percent-encoded.
 *
 * @param text the URL, without a fragment
 * @param isAsSent false when it had to be changed
 */
record HarUrl(String text, boolean isAsSent) {
    /** A name that can never resolve (RFC 6761 §6.4), for requests that named no host. */
    private static final String NO_HOST = "unknown.invalid";
    private static final String PATH = "-._~!$&'()*+,;=:@/?";
    private static final String AUTHORITY = "-._~!$&'()*+,;=:@[]";

    static HarUrl of(ExchangeRow exchange, Head head) {
        String authority = escaped(exchange.authority(), AUTHORITY);
        boolean isConnect = exchange.method().equals("CONNECT");
        String sent = isConnect ? "/" : target(exchange, head);
        String path = escaped(sent, PATH);
        String scheme = scheme(exchange, isConnect);
        boolean same = path.equals(sent) && authority.equals(exchange.authority()) && !authority.isEmpty();
        String url = scheme + "://" + (authority.isEmpty() ? NO_HOST : authority) + path;
        return isValid(url) ? new HarUrl(url, same) : new HarUrl(scheme + "://" + NO_HOST + path, false);
    }

    /** The decoded names and values of the query, in order. */
    static List<Head.Field> query(String url) {
        int mark = url.indexOf('?');
        return mark < 0 ? List.of() : form(url.substring(mark + 1));
    }

    /** The decoded names and values of {@code a=b&c=d}. */
    static List<Head.Field> form(String text) {
        List<Head.Field> pairs = new ArrayList<>();
        for (String pair : text.split("&")) {
            if (!pair.isEmpty()) {
                int equals = pair.indexOf('=');
                pairs.add(new Head.Field(
                        Text.percentDecoded(equals < 0 ? pair : pair.substring(0, equals), true),
                        equals < 0 ? "" : Text.percentDecoded(pair.substring(equals + 1), true)));
            }
        }
        return pairs;
    }

    /** A CONNECT names none; its tunnel is known to be TLS by the name that was asked for in it. */
    private static String scheme(ExchangeRow exchange, boolean isConnect) {
        if (isConnect) {
            return exchange.sni().isEmpty() ? "http" : "https";
        }
        return exchange.scheme().isEmpty() ? "http" : exchange.scheme();
    }

    /** In origin form; empty where the target names no path. */
    private static String target(ExchangeRow exchange, Head head) {
        String sent = head.target();
        return sent.startsWith("/") ? sent : exchange.target().startsWith("/") ? exchange.target() : "";
    }

    private static String escaped(String text, String allowed) {
        StringBuilder out = new StringBuilder(text.length());
        byte[] octets = text.getBytes(StandardCharsets.UTF_8);
        for (int i = 0; i < octets.length; i++) {
            int octet = octets[i] & 0xff;
            boolean encoded = octet == '%' && i + 2 < octets.length && Text.isHex(octets[i + 1]) && Text.isHex(octets[i + 2]);
            if (encoded || octet < 0x80 && (Character.isLetterOrDigit(octet) || allowed.indexOf(octet) >= 0)) {
                out.append((char) octet);
            } else {
                out.append('%').append(Character.toUpperCase(Character.forDigit(octet >> 4, 16))).append(Character.toUpperCase(Character.forDigit(octet & 15, 16)));
            }
        }
        return out.toString();
    }

    private static boolean isValid(String url) {
        try {
            return new URI(url).getRawAuthority() != null;
        } catch (URISyntaxException e) {
            return false;
        }
    }
}
