package dev.plumbline.ca;

import java.util.List;
import java.util.Locale;
import java.util.Objects;

/**
 * How one platform comes to trust the root certificate, and how it forgets it again.
 *
 * <p>The text stands here once; consoles print it and pages render it, each with its own escaping.
 *
 * <p>Owned by: nobody, it is immutable.
 *
 * @param platform whom it is for, a title
 * @param trust the steps in order
 * @param forget the steps that undo it, in order
 */
public record TrustInstructions(String platform, List<Step> trust, List<Step> forget) {

    private static final String BRING =
            "Send plumbline-ca.pem to the device; one that already uses this proxy finds it at http://plumbline.test/.";

    /** Checks that neither way is empty. */
    public TrustInstructions {
        Objects.requireNonNull(platform, "platform");
        trust = List.copyOf(trust);
        forget = List.copyOf(forget);
        if (trust.isEmpty() || forget.isEmpty()) {
            throw new IllegalArgumentException(platform + ": no steps (expected: at least one each way)");
        }
    }

    /** What to do with a step's text. */
    public enum Kind {
        /** A line for a terminal, verbatim. */
        RUN,
        /** A sentence for a person. */
        DO
    }

    /**
     * One step.
     *
     * @param kind what to do with the text
     * @param text one line, not escaped for any output
     */
    public record Step(Kind kind, String text) {
        /** Checks that the text is one line. */
        public Step {
            Objects.requireNonNull(kind, "kind");
            if (text.isBlank() || text.indexOf('\n') >= 0) {
                throw new IllegalArgumentException("step: \"" + text + "\" (expected: one line)");
            }
        }
    }

    /** Instructions that name the certificate file where it lies: for a console on this machine. */
    public static List<TrustInstructions> of(CertificateAuthority authority) {
        return of(authority, authority.certificateFile().toString());
    }

    /** Instructions that name the certificate file by this path: for a page, the name under which a browser saves it. */
    public static List<TrustInstructions> of(CertificateAuthority authority, String pemPath) {
        String name = authority.describe().commonName();
        String id = name.substring(name.lastIndexOf(' ') + 1).toLowerCase(Locale.ROOT);
        String file = quoted(pemPath);
        return List.of(debian(file, id), fedora(file), macos(file, name), windows(pemPath, name), firefox(pemPath, name),
                chromium(file, name), java(file, id), node(file), python(file), curl(file), ios(name), android(name));
    }

    private static TrustInstructions debian(String file, String id) {
        String target = "/usr/local/share/ca-certificates/plumbline-" + id + ".crt";
        return new TrustInstructions("Debian, Ubuntu",
                List.of(run("sudo install -m 0644 " + file + " " + target), run("sudo update-ca-certificates")),
                List.of(run("sudo rm " + target), run("sudo update-ca-certificates --fresh")));
    }

    private static TrustInstructions fedora(String file) {
        return new TrustInstructions("Fedora, RHEL",
                List.of(run("sudo trust anchor --store " + file)),
                List.of(run("sudo trust anchor --remove " + file)));
    }

    private static TrustInstructions macos(String file, String name) {
        return new TrustInstructions("macOS",
                List.of(run("security add-trusted-cert -r trustRoot -k ~/Library/Keychains/login.keychain-db " + file)),
                List.of(run("security remove-trusted-cert " + file), run("security delete-certificate -c " + quoted(name))));
    }

    private static TrustInstructions windows(String path, String name) {
        return new TrustInstructions("Windows (also Chrome and Edge there)",
                List.of(say("In a command prompt of the user who browses; without -user, as administrator, it counts for all users."),
                        run("certutil -user -addstore Root \"" + path + "\"")),
                List.of(run("certutil -user -delstore Root \"" + name + "\"")));
    }

    private static TrustInstructions firefox(String path, String name) {
        String page = "Settings, Privacy & Security, Certificates, View Certificates, Authorities: ";
        return new TrustInstructions("Firefox",
                List.of(say(page + "Import " + path + ", and tick \"Trust this CA to identify websites\".")),
                List.of(say(page + "select " + name + ", then Delete or Distrust.")));
    }

    private static TrustInstructions chromium(String file, String name) {
        String store = "certutil -d sql:\"$HOME/.pki/nssdb\" ";
        return new TrustInstructions("Chromium, Chrome on Linux",
                List.of(say("certutil is in the package libnss3-tools (Debian) or nss-tools (Fedora); restart the browser afterwards."),
                        run("mkdir -p \"$HOME/.pki/nssdb\""),
                        run("[ -f \"$HOME/.pki/nssdb/cert9.db\" ] || " + store + "-N --empty-password"),
                        run(store + "-A -t C,, -n " + quoted(name) + " -i " + file)),
                List.of(run(store + "-D -n " + quoted(name))));
    }

    private static TrustInstructions java(String file, String id) {
        String store = " -alias plumbline-" + id + " -cacerts -storepass changeit";
        return new TrustInstructions("Java",
                List.of(say("With the rights of who owns the JDK; changeit is the password a JDK comes with."),
                        run("keytool -importcert -noprompt" + store + " -file " + file)),
                List.of(run("keytool -delete" + store)));
    }

    private static TrustInstructions node(String file) {
        return new TrustInstructions("Node.js",
                List.of(run("export NODE_EXTRA_CA_CERTS=" + file)),
                List.of(run("unset NODE_EXTRA_CA_CERTS")));
    }

    private static TrustInstructions python(String file) {
        return new TrustInstructions("Python (requests)",
                List.of(say("This replaces the usual roots: right while all traffic goes through the proxy."),
                        run("export REQUESTS_CA_BUNDLE=" + file)),
                List.of(run("unset REQUESTS_CA_BUNDLE")));
    }

    private static TrustInstructions curl(String file) {
        return new TrustInstructions("curl",
                List.of(say("For one call: curl --cacert " + file + "; for a shell:"), run("export CURL_CA_BUNDLE=" + file)),
                List.of(run("unset CURL_CA_BUNDLE")));
    }

    private static TrustInstructions ios(String name) {
        return new TrustInstructions("iOS, iPadOS",
                List.of(say(BRING),
                        say("Open it, then Settings, General, VPN & Device Management: install the profile " + name + "."),
                        say("Settings, General, About, Certificate Trust Settings: switch on full trust for " + name + ".")),
                List.of(say("Settings, General, VPN & Device Management: remove the profile " + name + ".")));
    }

    private static TrustInstructions android(String name) {
        return new TrustInstructions("Android",
                List.of(say(BRING),
                        say("Settings, Security, Encryption & credentials, Install a certificate, CA certificate: choose that file."),
                        say("Browsers accept it; an app does so only if its network security configuration trusts user certificates.")),
                List.of(say("Settings, Security, Encryption & credentials, User credentials: remove " + name + ".")));
    }

    private static Step run(String line) {
        return new Step(Kind.RUN, line);
    }

    private static Step say(String line) {
        return new Step(Kind.DO, line);
    }

    /** POSIX quoting, where the text needs it. */
    private static String quoted(String text) {
        return text.matches("[A-Za-z0-9_./+:@%-]+") ? text : "'" + text.replace("'", "'\\''") + "'";
    }
}
