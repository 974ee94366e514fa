package dev.plumbline.cli;

import dev.plumbline.proxy.CaptureChoice;
import dev.plumbline.recording.RecorderOptions;
import dev.plumbline.wire.ConnectionId;
import dev.plumbline.wire.Endpoint;
import dev.plumbline.wire.ExchangeId;
import dev.plumbline.wire.IpAddress;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Reads what was typed after an option. Each refusal names the option, what was expected, and what came. */
final class Values {
    static final int LEAST_SNAP_LENGTH = 128;
    static final int MOST_SNAP_LENGTH = 262_144;

    private static final Pattern SIZE = Pattern.compile("([0-9]{1,18})(?:([kmgt])(?:ib)?)?");
    private static final Pattern V4 = Pattern.compile("(?:(?:25[0-5]|2[0-4][0-9]|1[0-9]{2}|[1-9]?[0-9])(?:\\.(?!$)|$)){4}");
    private static final Pattern V6 = Pattern.compile("[0-9A-Fa-f:]*:[0-9A-Fa-f:.]*");
    /** {@code example.com}, {@code *.example.com}, an address; {@code :port} behind each. Underscores and A-labels are names too. */
    private static final Pattern HOST = Pattern.compile("(?:\\*\\.)?[\\p{L}\\p{N}_](?!.*\\.\\.)[\\p{L}\\p{N}_.-]{0,252}|\\[[0-9A-Fa-f:.]+\\]");
    private static final Pattern INTERFACE = Pattern.compile("[^\\s/,]{1,64}");

    private Values() {
    }

    /** A loopback address and a port; port 0 asks for a free one. */
    static Endpoint loopback(String option, String text) {
        Endpoint endpoint = endpoint(option, text);
        if (!endpoint.address().isLoopback()) {
            throw new UsageException(option + ": expected a loopback address, got '" + text
                    + "': other addresses are refused until clients can be asked for credentials");
        }
        return endpoint;
    }

    private static Endpoint endpoint(String option, String text) {
        String expected = "HOST:PORT such as 127.0.0.1:8080, [::1]:8080 or localhost:0";
        int colon = text.lastIndexOf(':');
        if (colon < 1 || text.indexOf(':') < colon && !text.startsWith("[")) {
            throw UsageException.value(option, expected, text);
        }
        return new Endpoint(address(option, expected, text, text.substring(0, colon)), port(option, text, text.substring(colon + 1)));
    }

    private static IpAddress address(String option, String expected, String text, String host) {
        if (host.equalsIgnoreCase("localhost")) {
            return IpAddress.of(new byte[] {127, 0, 0, 1});
        }
        boolean bracketed = host.startsWith("[") && host.endsWith("]");
        String literal = bracketed ? host.substring(1, host.length() - 1) : host;
        if (!(bracketed ? V6 : V4).matcher(literal).matches()) {
            throw UsageException.value(option, expected, text);
        }
        try {
            return IpAddress.of(InetAddress.getByName(literal));
        } catch (UnknownHostException e) {
            throw UsageException.value(option, expected, text);
        }
    }

    private static int port(String option, String text, String digits) {
        if (!digits.matches("[0-9]{1,5}") || Integer.parseInt(digits) > 65_535) {
            throw UsageException.value(option, "a port from 0 to 65535 after the colon", text);
        }
        return Integer.parseInt(digits);
    }

    /** Octets; {@code k}, {@code m}, {@code g}, {@code t} and {@code KiB} … count in 1024. */
    static long size(String option, String text) {
        Matcher matcher = SIZE.matcher(text.toLowerCase(Locale.ROOT));
        if (!matcher.matches()) {
            throw UsageException.value(option, "a size such as 500m, 4GiB or 1048576", text);
        }
        String unit = matcher.group(2);
        int shift = unit == null ? 0 : 10 * ("kmgt".indexOf(unit) + 1);
        long number = Long.parseLong(matcher.group(1));
        if (number == 0 || number > Long.MAX_VALUE >> shift) {
            throw UsageException.value(option, "a size from 1 octet to 8388607t", text);
        }
        return number << shift;
    }

    /** How large a recording may grow. */
    static long recordingSize(String option, String text) {
        long octets = size(option, text);
        if (octets < RecorderOptions.MIN_MAX_OCTETS) {
            throw UsageException.value(option, "a size of at least " + (RecorderOptions.MIN_MAX_OCTETS >> 20) + "m", text);
        }
        return octets;
    }

    static int number(String option, int least, int most, String text) {
        if (!text.matches("[0-9]{1,9}") || Integer.parseInt(text) < least || Integer.parseInt(text) > most) {
            throw UsageException.value(option, "a number from " + least + " to " + most, text);
        }
        return Integer.parseInt(text);
    }

    static CaptureChoice capture(String option, String text) {
        switch (text) {
            case "auto":
                return CaptureChoice.AUTO;
            case "off":
                return CaptureChoice.OFF;
            case "required":
                return CaptureChoice.REQUIRED;
            default:
                return CaptureChoice.of(parts(option, "auto, off, required or interface names with commas between", INTERFACE, text));
        }
    }

    static List<String> hosts(String option, List<String> texts) {
        List<String> out = new ArrayList<>();
        for (String text : texts) {
            for (String part : text.split(",", -1)) {
                int colon = part.startsWith("[") ? part.indexOf("]:") + 1 : part.indexOf(':');
                String host = colon > 0 ? part.substring(0, colon) : part;
                if (!HOST.matcher(host).matches()) {
                    throw UsageException.value(option, "hosts such as example.com, *.example.com or example.com:8443 with commas between", text);
                }
                if (colon > 0) {
                    port(option, text, part.substring(colon + 1));
                }
                out.add(part);
            }
        }
        return out;
    }

    static String word(String option, String text, String... allowed) {
        for (String each : allowed) {
            if (each.equals(text)) {
                return text;
            }
        }
        throw UsageException.value(option, oneOf(List.of(allowed)), text);
    }

    /** {@code a, b or c}. */
    static String oneOf(List<String> words) {
        int last = words.size() - 1;
        return String.join(", ", words.subList(0, last)) + " or " + words.get(last);
    }

    static ExchangeId id(String option, String text) {
        return ExchangeId.parse(text).orElseThrow(() -> UsageException.value(option, "an exchange's id such as c1.2", text));
    }

    /** {@code c1.2}, {@code c3} or {@code f7}. */
    static Named named(String option, String text) {
        return Named.parse(text).orElseThrow(() -> UsageException.value(option, "the id of an exchange, a connection or a flow, such as c1.2, c3 or f7", text));
    }

    static ConnectionId connection(String option, String text) {
        return Named.parse(text).flatMap(Named::connection).orElseThrow(() -> UsageException.value(option, "a connection's id such as c3", text));
    }

    static Set<ExchangeId> ids(String option, List<String> texts) {
        Set<ExchangeId> out = new LinkedHashSet<>();
        for (String text : texts) {
            for (String part : text.split(",", -1)) {
                out.add(ExchangeId.parse(part).orElseThrow(() -> UsageException.value(option, "ids such as c1.2,c1.3", text)));
            }
        }
        return out;
    }

    static Path path(String option, String text) {
        if (text.isEmpty()) {
            throw UsageException.value(option, "a path", text);
        }
        try {
            return Path.of(text);
        } catch (InvalidPathException e) {
            throw UsageException.value(option, "a path", text);
        }
    }

    private static List<String> parts(String option, String expected, Pattern pattern, String text) {
        List<String> out = List.of(text.split(",", -1));
        if (!out.stream().allMatch(part -> pattern.matcher(part).matches())) {
            throw UsageException.value(option, expected, text);
        }
        return out;
    }
}
