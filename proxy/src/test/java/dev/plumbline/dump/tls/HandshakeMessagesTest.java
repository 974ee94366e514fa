package dev.plumbline.dump.tls;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

class HandshakeMessagesTest {
    private static final int MOST = 1 << 18;

    private final HandshakeMessages messages = new HandshakeMessages();
    private final List<String> seen = new ArrayList<>();

    private String add(byte... octets) {
        return messages.add(octets, octets.length, (type, body) -> {
            seen.add(type + ":" + body.length);
            return type == 99 ? "enough" : "";
        });
    }

    @Test
    void messagesAreToldApartHoweverTheyAreCut() {
        byte[] all = {1, 0, 0, 2, 7, 7, 2, 0, 0, 0, 3, 0, 0, 1, 7};
        for (int cut = 0; cut <= all.length; cut++) {
            seen.clear();
            assertThat(add(java.util.Arrays.copyOf(all, cut))).isEmpty();
            assertThat(messages.isInside()).isEqualTo(cut != 0 && cut != 6 && cut != 10 && cut != 15);
            assertThat(add(java.util.Arrays.copyOfRange(all, cut, all.length))).isEmpty();
            assertThat(seen).containsExactly("1:2", "2:0", "3:1");
            assertThat(messages.memory()).isZero();
        }
    }

    @Test
    void aProblemEndsIt() {
        assertThat(add((byte) 99, (byte) 0, (byte) 0, (byte) 0, (byte) 1, (byte) 0, (byte) 0, (byte) 0)).isEqualTo("enough");
        assertThat(seen).containsExactly("99:0");
        assertThat(new HandshakeMessages().add(new byte[] {1, 4, 0, 1}, 4, (type, body) -> "")).isEqualTo("a handshake message of 262145 octets (expected: at most 262144)");
    }

    /** Copying all that is there for each octet would take minutes here. */
    @Test
    @Timeout(20)
    void aLongMessageThatComesOctetByOctetIsCopiedSeldom() {
        for (int run = 0; run < 20; run++) {
            add((byte) 11, (byte) 4, (byte) 0, (byte) 0);
            for (int i = 0; i < MOST; i++) {
                add((byte) 7);
            }
            assertThat(messages.memory()).isZero();
        }
        assertThat(seen).hasSize(20).containsOnly("11:" + MOST);
    }
}
