package dev.plumbline.export.har;

import java.time.DateTimeException;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Reads {@code Cookie} and {@code Set-Cookie} as a user agent does (RFC 6265 §5). */
final class Cookies {
    /** A cookie. Empty texts are attributes that were not there; {@code expires} is empty too when it is no date. */
    record Cookie(String name, String value, String path, String domain, String expires, boolean httpOnly, boolean secure, String sameSite) {
    }

    private static final Pattern DELIMITER = Pattern.compile("[\\t\\x20-\\x2F\\x3B-\\x40\\x5B-\\x60\\x7B-\\x7E]+");
    private static final Pattern TIME = Pattern.compile("(\\d{1,2}):(\\d{1,2}):(\\d{1,2})(?:\\D.*)?");
    private static final Pattern DAY = Pattern.compile("(\\d{1,2})(?:\\D.*)?");
    private static final Pattern YEAR = Pattern.compile("(\\d{2,4})(?:\\D.*)?");
    private static final List<String> MONTHS = List.of("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec");

    private Cookies() {
    }

    static List<Cookie> sent(List<String> fields) {
        List<Cookie> cookies = new ArrayList<>();
        for (String field : fields) {
            for (String pair : field.split(";")) {
                if (!pair.isBlank()) {
                    String[] parts = pair(pair);
                    cookies.add(new Cookie(parts[0], parts[1], "", "", "", false, false, ""));
                }
            }
        }
        return cookies;
    }

    static List<Cookie> set(List<String> fields) {
        return fields.stream().map(Cookies::set).toList();
    }

    private static Cookie set(String field) {
        String[] parts = field.split(";");
        String[] first = pair(parts.length == 0 ? "" : parts[0]);
        String path = "";
        String domain = "";
        String expires = "";
        String sameSite = "";
        boolean httpOnly = false;
        boolean secure = false;
        for (int i = 1; i < parts.length; i++) {
            int equals = parts[i].indexOf('=');
            String name = (equals < 0 ? parts[i] : parts[i].substring(0, equals)).strip().toLowerCase(Locale.ROOT);
            String value = equals < 0 ? "" : parts[i].substring(equals + 1).strip();
            switch (name) {
                case "path" -> path = value;
                case "domain" -> domain = value;
                case "expires" -> expires = date(value).orElse("");
                case "samesite" -> sameSite = value;
                case "httponly" -> httpOnly = true;
                case "secure" -> secure = true;
                default -> { }
            }
        }
        return new Cookie(first[0], first[1], path, domain, expires, httpOnly, secure, sameSite);
    }

    /** A pair without an equals sign is a value without a name. */
    private static String[] pair(String text) {
        int equals = text.indexOf('=');
        return equals < 0 ? new String[] {"", text.strip()} : new String[] {text.substring(0, equals).strip(), text.substring(equals + 1).strip()};
    }

    /** The date in ISO 8601, read by the rules of RFC 6265 §5.1.1, which take almost every spelling there is. */
    static Optional<String> date(String text) {
        int[] time = null;
        int day = -1;
        int month = -1;
        int year = -1;
        for (String token : DELIMITER.split(text.length() > 100 ? text.substring(0, 100) : text)) {
            Matcher clock = TIME.matcher(token);
            if (time == null && clock.matches()) {
                time = new int[] {Integer.parseInt(clock.group(1)), Integer.parseInt(clock.group(2)), Integer.parseInt(clock.group(3))};
            } else if (day < 0 && DAY.matcher(token).matches()) {
                day = number(DAY, token);
            } else if (month < 0 && token.length() >= 3 && MONTHS.contains(token.substring(0, 3).toLowerCase(Locale.ROOT))) {
                month = MONTHS.indexOf(token.substring(0, 3).toLowerCase(Locale.ROOT)) + 1;
            } else if (year < 0 && YEAR.matcher(token).matches()) {
                year = number(YEAR, token);
            }
        }
        if (time == null || day < 0 || month < 0 || year < 0) {
            return Optional.empty();
        }
        return moment(year < 70 ? year + 2000 : year < 100 ? year + 1900 : year, month, day, time);
    }

    private static Optional<String> moment(int year, int month, int day, int[] time) {
        try {
            return year < 1601 ? Optional.empty()
                    : Optional.of(Times.millis(LocalDateTime.of(year, month, day, time[0], time[1], time[2]).toInstant(ZoneOffset.UTC)));
        } catch (DateTimeException e) {
            return Optional.empty();
        }
    }

    private static int number(Pattern pattern, String token) {
        Matcher matcher = pattern.matcher(token);
        return matcher.matches() ? Integer.parseInt(matcher.group(1)) : -1;
    }
}
