package dev.plumbline.relay.tls;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class SealedRecordsTest {
    private static final Sealing TLS13 = Sealing.of(false, "TLSv1.3", "TLS_AES_128_GCM_SHA256");
    private static final Sealing TLS12 = Sealing.of(false, "TLSv1.2", "TLS_RSA_WITH_AES_128_GCM_SHA256");

    private final SealedRecords records = new SealedRecords();
    private final Rows rows = new Rows();
    private long wire = 1000;

    private void add(int type, int length) {
        records.add(type, wire, length);
        wire += 5 + length;
    }

    @Test
    void overheadsAreThoseOfOurSealers() {
        assertThat(TLS13.overhead()).isEqualTo(17);
        assertThat(Sealing.of(true, "TLSv1.3", "TLS_CHACHA20_POLY1305_SHA256").overhead()).isEqualTo(33);
        assertThat(TLS12.overhead()).isEqualTo(24);
        assertThat(Sealing.of(true, "TLSv1.2", "TLS_ECDHE_RSA_WITH_CHACHA20_POLY1305_SHA256").overhead())
                .isEqualTo(16);
        assertThat(Sealing.of(true, "TLSv1.2", "TLS_RSA_WITH_AES_128_CBC_SHA").overhead()).isEqualTo(Sealing.UNKNOWN);
    }

    @Test
    void ticketsInFrontOfTheFirstDataCarryNone() {
        add(23, 381);
        add(23, 100);
        assertThat(records.settle(TLS13, 83, 0, rows)).isTrue();
        assertThat(rows.out).containsExactly(new Rows.Row(23, 1000, 1386, 0, 0, true),
                new Rows.Row(23, 1386, 1491, 0, 83, true));
        assertThat(records.isEmpty()).isTrue();
    }

    @Test
    void anySuffixThatSumsUpIsFound() {
        SplittableRandom random = new SplittableRandom(3);
        for (int round = 0; round < 2000; round++) {
            rows.out.clear();
            for (int i = random.nextInt(4); i > 0; i--) {
                add(23, 17 + 5 + random.nextInt(300));
            }
            long plain = 0;
            int data = 1 + random.nextInt(70);
            for (int i = 0; i < data; i++) {
                int octets = 1 + random.nextInt(16_384);
                plain += octets;
                add(23, 17 + octets);
            }
            assertThat(records.settle(TLS13, plain, 5, rows)).isTrue();
            assertThat(rows.out.stream().filter(Rows.Row::hasPlain).count()).isEqualTo(data);
            assertThat(Rows.plain(rows.out)).isEqualTo(plain);
        }
    }

    @Test
    void aFlushThatDoesNotAddUpIsOneInterval() {
        add(22, 50);
        add(23, 117);
        add(23, 117);
        assertThat(records.settle(TLS13, 150, 7, rows)).isFalse();
        assertThat(rows.out).containsExactly(new Rows.Row(22, 1000, 1055, 7, 7, true),
                new Rows.Row(23, 1055, 1299, 7, 157, false));
    }

    @Test
    void inTls12NoDataRecordMayBeLeftOver() {
        add(23, 124);
        add(23, 224);
        assertThat(records.settle(TLS12, 200, 0, rows)).isFalse();
    }

    @Test
    void emptyRecordsCarryNothing() {
        add(23, 24);
        add(23, 124);
        add(23, 24);
        assertThat(records.settle(TLS12, 100, 0, rows)).isTrue();
        assertThat(rows.out).extracting(Rows.Row::hasPlain).containsExactly(false, true, false);
    }

    @Test
    void anAlertBehindSettledDataCarriesNone() {
        add(23, 19);
        assertThat(records.settle(TLS13, 0, 40, rows)).isTrue();
        assertThat(rows.out).containsExactly(new Rows.Row(23, 1000, 1024, 40, 40, true));
    }
}
