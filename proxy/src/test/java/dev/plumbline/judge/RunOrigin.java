package dev.plumbline.judge;

import dev.plumbline.ca.CertificateAuthority;
import java.net.InetAddress;
import java.nio.file.Path;

/** An origin in a process of its own: {@code ADDRESS CA-DIR [NAME]}. Says {@code ready CLEAR-PORT TLS-PORT}; ends with its input. */
final class RunOrigin {
    private RunOrigin() {
    }

    public static void main(String[] arguments) throws Exception {
        InetAddress address = InetAddress.getByName(arguments[0]);
        try (JudgeOrigin clear = JudgeOrigin.clear(address);
                JudgeOrigin tls = JudgeOrigin.named(
                        arguments.length > 2 ? arguments[2] : address.getHostAddress(), CertificateAuthority.open(Path.of(arguments[1])), address, "TLSv1.2", "TLSv1.3")) {
            System.out.println("ready " + clear.port() + " " + tls.port());
            while (System.in.read() >= 0) {
                // until whoever started us is gone
            }
        }
        System.exit(0);
    }
}
