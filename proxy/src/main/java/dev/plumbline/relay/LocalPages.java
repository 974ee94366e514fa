package dev.plumbline.relay;

import dev.plumbline.ca.CertificateAuthority;
import dev.plumbline.ca.TrustInstructions;
import dev.plumbline.relay.http.ErrorResponse;
import dev.plumbline.relay.http.RequestHead;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;

/**
 * What the proxy itself serves to those who come through it, at {@code http://plumbline.test/}: its CA certificate and how
 * to trust it. Never the key, which nothing here can reach. The name is under {@code .test}, which nobody owns (RFC 6761 §6.2).
 *
 * <p>Owned by: any event loop; immutable.
 */
final class LocalPages {
    static final String HOST = "plumbline.test";

    private final CertificateAuthority authority;

    LocalPages(CertificateAuthority authority) {
        this.authority = authority;
    }

    boolean isOurs(String host) {
        return host.equals(HOST);
    }

    void answer(Exchange exchange, RequestHead request) {
        boolean isHead = request.isMethod("HEAD");
        boolean closes = !exchange.request().keepsConnection();
        if (!isHead && !request.isMethod("GET")) {
            reply(exchange, ErrorResponse.of(405, "not-here", "Only GET and HEAD are served at " + HOST + "."), closes);
            return;
        }
        String path = request.requestTarget().path().replaceFirst("\\?.*$", "");
        switch (path) {
            case "/" -> reply(exchange, "text/html; charset=utf-8", "", page().getBytes(StandardCharsets.UTF_8), isHead, closes);
            case "/plumbline-ca.pem" -> reply(exchange, "application/x-pem-file",
                    "Content-Disposition: attachment; filename=\"plumbline-ca.pem\"\r\n", authority.pem().getBytes(StandardCharsets.US_ASCII), isHead, closes);
            case "/plumbline-ca.crt", "/plumbline-ca.cer" -> reply(exchange, "application/x-x509-ca-cert", "", authority.der(), isHead, closes);
            default -> {
                ErrorResponse notHere = ErrorResponse.of(404, "not-here", "At " + HOST + " there are /, /plumbline-ca.pem and /plumbline-ca.crt.");
                reply(exchange, isHead ? notHere.withoutContent() : notHere, closes);
            }
        }
    }

    private static void reply(Exchange exchange, ErrorResponse answer, boolean closes) {
        exchange.answer((closes ? answer.closing() : answer).octets(), answer.status(), closes);
    }

    private static void reply(Exchange exchange, String type, String fields, byte[] content, boolean isHead, boolean closes) {
        String head = "HTTP/1.1 200 OK\r\nContent-Type: " + type + "\r\n" + fields + "Content-Length: " + content.length + "\r\n"
                + "Cache-Control: no-store\r\nX-Content-Type-Options: nosniff\r\n"
                + "Content-Security-Policy: default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'\r\n"
                + (closes ? "Connection: close\r\n" : "") + "\r\n";
        ByteArrayOutputStream octets = new ByteArrayOutputStream();
        octets.writeBytes(head.getBytes(StandardCharsets.US_ASCII));
        if (!isHead) {
            octets.writeBytes(content);
        }
        exchange.answer(octets.toByteArray(), 200, closes);
    }

    private String page() {
        StringBuilder out = new StringBuilder(8_192);
        out.append("""
                <!doctype html><html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width">
                <title>Plumbline: trust the CA</title>
                <style>body{font:16px/1.5 system-ui,sans-serif;max-width:48rem;margin:2rem auto;padding:0 1rem;color:#1b1f24}
                pre{background:#f4f5f7;padding:.6rem .8rem;border-radius:4px;overflow-x:auto}h2{font-size:1.05rem;margin:1.6rem 0 .4rem}
                code{background:#f4f5f7}.get a{display:inline-block;margin-right:1rem}</style></head><body>
                <h1>You are going through Plumbline</h1>
                <p>To read HTTPS it shows your programs certificates of its own authority. They accept them once they trust that authority.
                It was made on this installation and is used nowhere else.</p>
                <p class="get"><a href="/plumbline-ca.pem">plumbline-ca.pem</a> <a href="/plumbline-ca.crt">plumbline-ca.crt (DER)</a></p>
                """);
        out.append("<pre>");
        authority.describe().lines().forEach(line -> out.append(escaped(line)).append('\n'));
        out.append("</pre>\n");
        for (TrustInstructions instructions : TrustInstructions.of(authority, "plumbline-ca.pem")) {
            out.append("<h2>").append(escaped(instructions.platform())).append("</h2>\n");
            steps(out, instructions.trust());
            out.append("<details><summary>How to take it back</summary>\n");
            steps(out, instructions.forget());
            out.append("</details>\n");
        }
        return out.append("</body></html>\n").toString();
    }

    private static void steps(StringBuilder out, Iterable<TrustInstructions.Step> steps) {
        for (TrustInstructions.Step step : steps) {
            String tag = step.kind() == TrustInstructions.Kind.RUN ? "pre" : "p";
            out.append('<').append(tag).append('>').append(escaped(step.text())).append("</").append(tag).append(">\n");
        }
    }

    private static String escaped(String text) {
        return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;").replace("\"", "&quot;");
    }
}
