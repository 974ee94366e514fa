package dev.plumbline.export.har;

import dev.plumbline.export.har.HarCheck.Node;
import java.net.URI;
import java.net.URISyntaxException;
import java.util.Base64;

/** Judges the {@code request} and {@code response} of an entry. */
final class MessageCheck {
    private MessageCheck() {
    }

    static void request(Node request) {
        request.expect(!request.text("method").isEmpty(), "method is empty");
        url(request);
        common(request);
        named(request, "queryString");
        if (request.has("postData")) {
            Node data = request.object("postData");
            data.expect(!data.text("mimeType").isEmpty(), "mimeType is empty");
            data.expect(!(data.has("params") && data.has("text")), "params and text are both there");
            data.expect(data.has("params") || data.has("text") || data.has("comment"), "neither params nor text nor a comment is there");
            data.expect(request.whole("bodySize") > 0, "is there, but bodySize is " + request.whole("bodySize"));
            if (data.has("params")) {
                named(data, "params");
            }
        }
    }

    static void response(Node response) {
        long status = response.whole("status");
        response.expect(status == 0 || status >= 100 && status <= 999, "status is " + status);
        response.expect(status != 0 || response.has("_error") || response.whole("bodySize") == -1, "no status, and nothing says why");
        response.text("statusText");
        response.text("redirectURL");
        common(response);
        content(response.object("content"), response.whole("bodySize"));
    }

    private static void common(Node message) {
        message.expect(!message.text("httpVersion").isEmpty(), "httpVersion is empty");
        named(message, "headers");
        named(message, "cookies");
        message.array("cookies").elements().stream().filter(cookie -> cookie.has("expires")).forEach(cookie -> HarCheck.time(cookie, "expires"));
        message.expect(message.whole("headersSize") >= -1, "headersSize is " + message.whole("headersSize"));
        message.expect(message.whole("bodySize") >= -1, "bodySize is " + message.whole("bodySize"));
    }

    private static void named(Node node, String list) {
        for (Node element : node.array(list).elements()) {
            element.text("name");
            element.text("value");
        }
    }

    private static void url(Node request) {
        String url = request.text("url");
        try {
            URI uri = new URI(url);
            request.expect(uri.isAbsolute() && uri.getRawAuthority() != null, "url is not absolute: " + url);
            request.expect(uri.getRawFragment() == null, "url has a fragment: " + url);
        } catch (URISyntaxException e) {
            request.expect(false, "url is none: " + url);
        }
    }

    private static void content(Node content, long bodySize) {
        long size = content.whole("size");
        content.expect(size >= 0, "size is " + size);
        content.text("mimeType");
        if (content.has("compression")) {
            long saved = content.whole("compression");
            content.expect(size - saved == bodySize, "compression is " + saved + ", size " + size + ", bodySize " + bodySize);
        }
        // A comment says why text and sizes need not agree: cut, still coded, or redacted.
        if (content.has("comment")) {
            return;
        }
        content.expect(content.has("compression") || size == Math.max(0, bodySize), "size is " + size + ", bodySize " + bodySize + ", and nothing says why");
        content.expect(size == 0 || content.has("text"), "no text, and nothing says why");
        if (content.has("encoding")) {
            content.expect(decodedLength(content.text("text")) == size, "text is not Base64 of " + size + " octets");
        }
    }

    private static long decodedLength(String text) {
        try {
            return Base64.getDecoder().decode(text).length;
        } catch (IllegalArgumentException e) {
            return -1;
        }
    }
}
