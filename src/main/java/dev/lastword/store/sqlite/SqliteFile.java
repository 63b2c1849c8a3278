package dev.lastword.store.sqlite;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import com.zaxxer.hikari.pool.HikariPool.PoolInitializationException;
import dev.lastword.accounts.AccountsFailure;
import dev.lastword.store.sql.Sql;
import dev.lastword.world.Step;
import dev.lastword.world.Steps;
import java.io.IOException;
import java.io.InputStream;
import java.net.URISyntaxException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import org.sqlite.SQLiteConfig;
import org.sqlite.SQLiteDataSource;
import org.sqlite.SQLiteErrorCode;
import org.sqlite.SQLiteException;
import org.sqlite.util.OSInfo;

/**
 * The database file: one connection that writes, behind a lock, and a few that read beside it (WAL,
 * {@code synchronous=FULL}). After a write that met an I/O error nothing is written any more: the
 * file, opened anew, says what is true. Thread-safe.
 */
final class SqliteFile implements AutoCloseable {

  private static final int READERS = 4;
  private static final int BUSY_MILLIS = 10_000;
  private static final int READ_WAIT_MILLIS = 5_000;
  private static final String LIBRARY_PATH = "org.sqlite.lib.path";
  private static final int SCHEMA_VERSION = 3;

  static {
    useTheLibraryBesideTheJar();
  }

  private final ReentrantLock writing = new ReentrantLock(true);
  private final Connection writer;
  private final HikariDataSource readers;
  private final Steps steps;
  private final Consumer<AccountsFailure> onBroken;
  private volatile boolean broken;

  SqliteFile(Path file, Steps steps, Consumer<AccountsFailure> onBroken) {
    this.steps = steps;
    this.onBroken = onBroken;
    try {
      this.writer = source(file, false).getConnection();
      migrate();
      writer.setAutoCommit(false);
    } catch (SQLException e) {
      throw failure("cannot open " + file, e);
    }
    this.readers = readers(file);
  }

  /** Readers of an existing file, for a look from another process. */
  static HikariDataSource readers(Path file) {
    HikariConfig configuration = new HikariConfig();
    configuration.setDataSource(source(file, true));
    configuration.setPoolName("sqlite-readers");
    configuration.setMaximumPoolSize(READERS);
    configuration.setMinimumIdle(1);
    configuration.setConnectionTimeout(READ_WAIT_MILLIS);
    try {
      return new HikariDataSource(configuration);
    } catch (PoolInitializationException e) {
      throw new AccountsFailure("cannot open it: " + e.getMessage(), e);
    }
  }

  private static SQLiteDataSource source(Path file, boolean readOnly) {
    SQLiteConfig configuration = new SQLiteConfig();
    configuration.setJournalMode(SQLiteConfig.JournalMode.WAL);
    configuration.setSynchronous(SQLiteConfig.SynchronousMode.FULL);
    configuration.setBusyTimeout(BUSY_MILLIS);
    configuration.enforceForeignKeys(true);
    configuration.setTransactionMode(
        readOnly ? SQLiteConfig.TransactionMode.DEFERRED : SQLiteConfig.TransactionMode.IMMEDIATE);
    SQLiteDataSource source = new SQLiteDataSource(configuration);
    source.setUrl("jdbc:sqlite:" + file);
    return source;
  }

  /**
   * Where the build has laid SQLite's native library beside our own, the driver need not take it
   * out of its jar into a temporary file at each start.
   */
  private static void useTheLibraryBesideTheJar() {
    try {
      Path home =
          Path.of(SqliteFile.class.getProtectionDomain().getCodeSource().getLocation().toURI());
      Path natives =
          home.resolveSibling("lib")
              .resolve("org/sqlite/native")
              .resolve(OSInfo.getNativeLibFolderPathForCurrentOS());
      if (Files.isDirectory(natives) && System.getProperty(LIBRARY_PATH) == null) {
        System.setProperty(LIBRARY_PATH, natives.toString());
      }
    } catch (URISyntaxException e) {
      throw new IllegalStateException(e);
    }
  }

  <T> T read(Sql.Work<T> work) {
    return read(readers, work);
  }

  static <T> T read(HikariDataSource readers, Sql.Work<T> work) {
    try (Connection connection = readers.getConnection()) {
      return work.with(connection);
    } catch (SQLException e) {
      throw failure("cannot read", e);
    }
  }

  /**
   * Runs the work in one transaction that is durable when this returns, or never happened.
   *
   * @param durable the step that its commit is
   */
  <T> T write(Step durable, Sql.Work<T> work) {
    writing.lock();
    try {
      if (broken) {
        throw new AccountsFailure("the database is closed after a failed write", new IOException());
      }
      try {
        T result = work.with(writer);
        writer.commit();
        steps.at(durable);
        return result;
      } catch (SQLException e) {
        rollBack(e);
        AccountsFailure failure = failure("cannot write", e);
        if (broken || isFatal(e)) {
          breakDown(failure);
        }
        throw failure;
      } catch (RuntimeException | Error e) {
        rollBack(e);
        if (broken || e instanceof Error) {
          breakDown(new AccountsFailure("cannot write: " + e, e));
        }
        throw e;
      }
    } finally {
      writing.unlock();
    }
  }

  private void rollBack(Throwable cause) {
    try {
      writer.rollback();
    } catch (SQLException e) {
      cause.addSuppressed(e);
      broken = true;
    }
  }

  private void breakDown(AccountsFailure failure) {
    broken = true;
    onBroken.accept(failure);
  }

  /** Whether the file itself is in doubt, and not just this statement. */
  private static boolean isFatal(SQLException e) {
    if (!(e instanceof SQLiteException sqlite)) {
      return true;
    }
    int primary = sqlite.getResultCode().code & 0xff;
    return primary != SQLiteErrorCode.SQLITE_BUSY.code
        && primary != SQLiteErrorCode.SQLITE_LOCKED.code
        && primary != SQLiteErrorCode.SQLITE_CONSTRAINT.code;
  }

  static AccountsFailure failure(String doing, SQLException cause) {
    return new AccountsFailure(doing + ": " + cause.getMessage(), cause);
  }

  private void migrate() throws SQLException {
    try (Statement statement = writer.createStatement()) {
      int version;
      try (ResultSet row = statement.executeQuery("PRAGMA user_version")) {
        version = row.getInt(1);
      }
      if (version > SCHEMA_VERSION) {
        throw new SQLException(
            "the file has schema version "
                + version
                + ", newer than this program's "
                + SCHEMA_VERSION);
      }
      while (version < SCHEMA_VERSION) {
        version++;
        statement.execute("BEGIN IMMEDIATE");
        for (String ddl : script("schema-" + version + ".sql")) {
          statement.execute(ddl);
        }
        statement.execute("PRAGMA user_version = " + version);
        statement.execute("COMMIT");
      }
    }
  }

  /** The statements of a script that comes with the program. */
  static List<String> script(String name) {
    try (InputStream resource =
        Objects.requireNonNull(SqliteFile.class.getResourceAsStream(name), name)) {
      String text = new String(resource.readAllBytes(), StandardCharsets.UTF_8);
      List<String> statements = new ArrayList<>();
      for (String statement : text.replaceAll("(?m)^--.*$", "").split(";\\s*\n", -1)) {
        if (!statement.isBlank()) {
          statements.add(statement.strip());
        }
      }
      return statements;
    } catch (IOException e) {
      throw new IllegalStateException("cannot read " + name, e);
    }
  }

  /** Copies the whole database, as it is at one moment, into a file that must not exist yet. */
  static void copy(Path file, Path target) {
    if (Files.exists(target)) {
      throw new IllegalArgumentException(target + " exists already");
    }
    try (Connection connection = source(file, true).getConnection();
        Statement statement = connection.createStatement()) {
      statement.execute("VACUUM INTO '" + target.toString().replace("'", "''") + "'");
    } catch (SQLException e) {
      throw failure("cannot copy " + file, e);
    }
  }

  @Override
  public void close() {
    readers.close();
    writing.lock();
    try {
      broken = true;
      writer.close();
    } catch (SQLException e) {
      throw failure("cannot close", e);
    } finally {
      writing.unlock();
    }
  }
}
