package dev.plumbline.recording;

import static org.assertj.core.api.Assertions.assertThat;

import dev.plumbline.fact.DiskBudget.Use;
import java.nio.file.Path;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What becomes of rows that the disk does not take. */
class StoreTest {
    @TempDir
    private Path temp;
    private Store store;
    private boolean isFull;
    private final List<String> written = new ArrayList<>();
    private final List<String> committed = new ArrayList<>();

    /** Writes its name down, and nothing else. */
    private class Named implements Database.Row {
        private final String name;
        private final boolean isCorrection;

        Named(String name, boolean isCorrection) {
            this.name = name;
            this.isCorrection = isCorrection;
        }

        @Override
        public void write(Database database) {
            written.add(name);
        }

        @Override
        public void committed() {
            committed.add(name);
        }

        @Override
        public boolean isCorrection() {
            return isCorrection;
        }
    }

    @BeforeEach
    void create() throws Exception {
        store = new Store(temp, new SizeLimit(temp, RecorderOptions.DEFAULT_MAX_OCTETS));
    }

    @AfterEach
    void close() {
        store.close();
    }

    @Test
    void rowsAreCommittedOnlyWhenAllOfTheirTransactionAre() {
        isFull = true;
        store.add(new Named("first", false));
        store.add(this::failing);
        store.flush();
        assertThat(written).containsExactly("first");
        assertThat(committed).isEmpty();

        isFull = false;
        store.flush();
        assertThat(written).containsExactly("first", "first");
        assertThat(committed).containsExactly("first");
    }

    @Test
    void correctionsStayInTheirOrderWhenOlderAndYoungerRowsAreGivenUp() {
        isFull = true;
        store.add(this::failing);
        store.add(new Named("early", false));
        store.add(new Named("correction 1", true));
        store.add(new Named("between", false));
        store.add(new Named("correction 2", true));
        for (int i = 0; i < Store.MAX_WAITING - 1; i++) {
            store.add(new Named("late " + i, false));
        }
        store.flush();
        isFull = false;
        store.flush();

        assertThat(committed).hasSize(Store.MAX_WAITING).startsWith("correction 1", "correction 2", "late 1", "late 2");
        assertThat(store.text()).contains("4 rows and 0 packet records not written");
    }

    @Test
    void tooManyCorrectionsAreGivenUpFromTheOldestAndCounted() {
        isFull = true;
        store.add(this::failing);
        for (int i = 0; i < Store.MAX_WAITING + 2; i++) {
            store.add(new Named("correction " + i, true));
        }
        store.flush();
        isFull = false;
        store.flush();

        assertThat(committed).hasSize(Store.MAX_WAITING).startsWith("correction 2");
        assertThat(store.text()).contains("3 rows and 0 packet records not written");
    }

    @Test
    void pastTheLimitOnlyCorrectionsAreWritten() throws Exception {
        store.close();
        SizeLimit limit = new SizeLimit(temp, RecorderOptions.MIN_MAX_OCTETS);
        store = new Store(temp.resolve("small"), limit);
        assertThat(limit.take(Use.CONTENT, RecorderOptions.MIN_MAX_OCTETS / 2)).isTrue();
        store.add(new Named("small", false));
        store.add(new Named("correction", true));
        store.add(new Named("large", false) {
            @Override
            public long octets() {
                return RecorderOptions.MIN_MAX_OCTETS / 2;
            }
        });
        store.flush();

        assertThat(committed).containsExactly("correction");
        assertThat(store.text()).contains("2 rows and 0 packet records not written");
    }

    private void failing(Database database) throws SQLException {
        if (isFull) {
            throw new SQLException("full");
        }
    }
}
