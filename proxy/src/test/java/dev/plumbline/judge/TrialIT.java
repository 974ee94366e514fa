package dev.plumbline.judge;

import dev.plumbline.ca.CertificateAuthority;
import dev.plumbline.export.Export;
import dev.plumbline.proxy.*;
import dev.plumbline.recording.Recording;
import dev.plumbline.wire.*;
import java.nio.file.*;
import java.util.List;
import org.junit.jupiter.api.Test;

class TrialIT {
    @Test
    void trial() throws Exception {
        Path d = Path.of("/tmp/judge-trial");
        ProcessBuilder rm = new ProcessBuilder("rm", "-rf", d.toString()); rm.start().waitFor();
        Files.createDirectories(d);
        CertificateAuthority oca = CertificateAuthority.open(d.resolve("oca"));
        try (JudgeOrigin clear = JudgeOrigin.clear(); JudgeOrigin t12 = JudgeOrigin.tls(oca, "TLSv1.2"); JudgeOrigin t13 = JudgeOrigin.tls(oca, "TLSv1.3")) {
            Plumbline p = Plumbline.builder().listen(new Endpoint(IpAddress.v4(0x7f000001), 0)).recording(d.resolve("rec")).caDirectory(d.resolve("ca"))
                .upstreamCa(oca.certificateFile()).capture(CaptureChoice.of(List.of("lo"))).start();
            try {
                String px = "http://127.0.0.1:" + p.address().port();
                for (String base : List.of("http://127.0.0.1:" + clear.port(), "https://localhost:" + t12.port(), "https://localhost:" + t13.port())) {
                    for (String[] a : new String[][] {{base + "/bytes/100"}, {base + "/bytes/3000000"}, {base + "/chunked/300000"}, {"--data-binary", "@/usr/bin/python3.11", base + "/hash"}, {"-I", base + "/bytes/5"}, {base+"/hints"}, {base + "/until-close/100000"}}) {
                        java.util.ArrayList<String> c = new java.util.ArrayList<>(List.of("curl", "-sS", "-o", "/dev/null", "-x", px, "--cacert", p.caFile().toString()));
                        c.addAll(List.of(a));
                        int rc = new ProcessBuilder(c).inheritIO().start().waitFor();
                        System.out.println(rc + " " + String.join(" ", a));
                    }
                }
            } finally { p.close(); }
            try (Recording r = Recording.open(d.resolve("rec"))) {
                System.out.println(Export.of(r).har(d.resolve("x.har")).withInterceptedConnects().pcapng(d.resolve("x.pcapng")).run());
            }
            Judge j = Judge.of(d.resolve("x.har"), d.resolve("x.pcapng"));
            System.out.println(j.messages + " messages, named " + j.named + " repeats " + j.repeats);
            j.findings().forEach(f -> System.out.println(f.length() > 400 ? f.substring(0, 400) : f));
            System.out.println(clear.failures + "" + t12.failures + t13.failures);
        }
    }
}
