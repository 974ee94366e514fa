package dev.plumbline.relay;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.channel.RecvByteBufAllocator;
import io.netty.channel.embedded.EmbeddedChannel;
import org.junit.jupiter.api.Test;

class BacklogTest {
    private final Backlog backlog = new Backlog(100_000);
    private final Backlog.Share slow = backlog.share();
    private final Backlog.Share other = backlog.share();

    @Test
    void whoHasAShareIsGivenMoreWhileTheBacklogIsShort() {
        slow.unsent(90_000);
        assertThat(slow.mayGrow()).isTrue();
        assertThat(backlog.octets()).isEqualTo(90_000);
    }

    @Test
    void whileItIsLongOnlyThoseAreGivenMoreWhoHaveTakenAll() {
        slow.unsent(90_000);
        other.unsent(20_000);
        assertThat(slow.mayGrow()).isFalse();
        assertThat(other.mayGrow()).isFalse();
        other.unsent(0);
        slow.unsent(101_000);
        assertThat(other.mayGrow()).isTrue();
        assertThat(slow.mayGrow()).isFalse();
    }

    @Test
    void whatCameAndCannotBeUsedCountsButKeepsNobodyFromBeingWrittenTo() {
        slow.unused(200_000);
        assertThat(backlog.isLong()).isTrue();
        assertThat(slow.mayGrow()).isTrue();
    }

    @Test
    void aConnectionThatIsGoneHasNoShare() {
        slow.unsent(60_000);
        slow.unused(50_000);
        slow.giveUp();
        assertThat(backlog.octets()).isZero();
    }

    @Test
    void littleIsReadAtATimeWhileItIsLong() {
        EmbeddedChannel channel = new EmbeddedChannel();
        backlog.govern(channel.config());
        RecvByteBufAllocator.Handle reads = channel.config().<RecvByteBufAllocator>getRecvByteBufAllocator().newHandle();
        reads.reset(channel.config());
        for (int i = 0; i < 5; i++) {
            reads.attemptedBytesRead(reads.guess());
            reads.lastBytesRead(reads.guess());
            reads.readComplete();
        }
        assertThat(reads.guess()).isGreaterThan(Backlog.LITTLE);
        slow.unsent(200_000);
        assertThat(reads.guess()).isEqualTo(Backlog.LITTLE);
        slow.unsent(0);
        assertThat(reads.guess()).isGreaterThan(Backlog.LITTLE);
        channel.close();
    }
}
