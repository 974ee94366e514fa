package dev.plumbline.dump.tls;

import static org.assertj.core.api.Assertions.assertThat;

import dev.plumbline.dump.tls.Suite.Hash;
import java.util.Arrays;
import java.util.HexFormat;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Against the traces of RFC 8448 section 3, and the usual vector of the TLS 1.2 PRF with SHA-256. */
class DerivationTest {
    private static final HexFormat HEX = HexFormat.of();

    @ParameterizedTest
    @CsvSource({
        "b67b7d690cc16c4e75e54213cb2d37b4e9c912bcded9105d42befd59d391ad38, 3fce516009c21727d0f2e4e86ee403bc, 5d313eb2671276ee13000b30",
        "b3eddb126e067f35a780b3abf45e2d8f3b1a950738f52e9600746a0e27a55a21, dbfaa693d1762c5b666af5d950258d01, 5bd3c71b836e0b76bb73265f",
        "a11af9f05531f856ad47116b45a950328204b4f44bfb6b3a4b4f1f3fcb631643, 9f02283b6c9c07efc26bb9f2ac92e356, cf782b88dd83549aadf1e984",
        "9e40646ce79a7f9dc05af8889bce6552875afa0b06df0087f792ebb7c17504a5, 17422dda596ed5d9acd890e3c63f5051, 5b78923dee08579033e523d9",
    })
    void trafficKeysAreThoseOfTheTrace(String secret, String key, String iv) {
        byte[] octets = HEX.parseHex(secret);
        assertThat(HEX.formatHex(Derivation.expandLabel(Hash.SHA256, octets, "key", 16))).isEqualTo(key);
        assertThat(HEX.formatHex(Derivation.expandLabel(Hash.SHA256, octets, "iv", 12))).isEqualTo(iv);
    }

    @Test
    void theTracesFirstRecordOfTheClientOpens() {
        byte[] secret = HEX.parseHex("9e40646ce79a7f9dc05af8889bce6552875afa0b06df0087f792ebb7c17504a5");
        byte[] record = HEX.parseHex("1703030043a23f7054b62c94d0affafe8228ba55cbefacea42f914aa66bcab3f2b9819a8a5b46b395bd54a9a20441e2b62974e1f5a6292a2977014bd1e3deae63aeebb21694915e4");
        Opener opener = Opener.ofTls13(Suite.of(0x1301), secret);
        byte[] plain = opener.open(record);
        assertThat(plain).hasSize(51);
        assertThat(plain[50]).as("content type").isEqualTo((byte) 23);
        for (int i = 0; i < 50; i++) {
            assertThat(plain[i]).isEqualTo((byte) i);
        }
        assertThat(opener.open(record)).as("the same again is not the second").isNull();
        assertThat(opener.sequence()).isEqualTo(1);
    }

    @Test
    void aRecordThatDoesNotOpenLeavesTheOrderAsItWas() {
        byte[] secret = HEX.parseHex("9e40646ce79a7f9dc05af8889bce6552875afa0b06df0087f792ebb7c17504a5");
        byte[] record = HEX.parseHex("1703030043a23f7054b62c94d0affafe8228ba55cbefacea42f914aa66bcab3f2b9819a8a5b46b395bd54a9a20441e2b62974e1f5a6292a2977014bd1e3deae63aeebb21694915e4");
        Opener opener = Opener.ofTls13(Suite.of(0x1301), secret);
        byte[] broken = record.clone();
        broken[20] ^= 1;
        assertThat(opener.open(broken)).isNull();
        assertThat(opener.open(Arrays.copyOf(record, 20))).isNull();
        assertThat(opener.open(record)).isNotNull();
    }

    @Test
    void thePseudorandomFunctionOfTls12IsTheKnownOne() {
        byte[] out = Derivation.prf(
                Hash.SHA256, HEX.parseHex("9bbe436ba940f017b17652849a71db35"), "test label", HEX.parseHex("a0ba9f936cda311827a6f796ffd5198c"), 100);
        assertThat(HEX.formatHex(out)).isEqualTo(
                "e3f229ba727be17b8d122620557cd453c2aab21d07c3d495329b52d4e61edb5a6b301791e90d35c9c9a46b4e14baf9af0fa022f7077def17abfd3797c0564bab"
                        + "4fbc91666e9def9b97fce34f796789baa48082d122ee42c5a72e5a5110fff70187347b66");
    }

    @Test
    void suitesAreNamedAndKnownByWhatTheyNeed() {
        assertThat(Suite.of(0xc02f)).isEqualTo(new Suite("TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256", Suite.Protection.AES_128_GCM, Hash.SHA256));
        assertThat(Suite.of(0xc02c)).isEqualTo(new Suite("TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384", Suite.Protection.AES_256_GCM, Hash.SHA384));
        assertThat(Suite.of(0xcca9).protection()).isEqualTo(Suite.Protection.CHACHA20_POLY1305);
        assertThat(Suite.of(0xc013)).isEqualTo(new Suite("TLS_ECDHE_RSA_WITH_AES_128_CBC_SHA", Suite.Protection.OTHER, Hash.SHA256));
        assertThat(Suite.of(0xc009).name()).isEqualTo("TLS_ECDHE_ECDSA_WITH_AES_128_CBC_SHA");
        assertThat(Suite.of(0xc028).name()).isEqualTo("TLS_ECDHE_RSA_WITH_AES_256_CBC_SHA384");
        assertThat(Suite.of(0x1304).canBeOpened()).isFalse();
        assertThat(Suite.of(0xfefe).name()).isEqualTo("suite 0xfefe");
    }
}
