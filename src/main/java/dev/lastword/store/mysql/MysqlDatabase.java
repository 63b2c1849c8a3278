package dev.lastword.store.mysql;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import com.zaxxer.hikari.pool.HikariPool.PoolInitializationException;
import dev.lastword.accounts.AccountsFailure;
import dev.lastword.store.sql.Sql;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/**
 * The connections, and how transactions are run on them. Thread-safe.
 *
 * <p>Statements read what is committed (READ COMMITTED): no act reads a row that another one could
 * change and then trusts it; what must hold is locked by the statement that asks, or guarded by the
 * statement that writes. The gaps that REPEATABLE READ locks would only make deadlocks.
 */
final class MysqlDatabase implements AutoCloseable {

  private static final int ATTEMPTS = 20;
  private static final long LONGEST_PAUSE_MILLIS = 20;
  private static final Duration POOL_WAIT = Duration.ofSeconds(2);
  private static final Duration AUDIT_PATIENCE = Duration.ofHours(1);

  /**
   * The whole transaction is tried again after these: a deadlock, a lock that came too late, a row
   * that somebody else changed, inserted or deleted in the same moment.
   */
  private static final Set<Integer> PASSING = Set.of(1213, 1205, 1020, 1062, 1452);

  private final HikariDataSource pool;

  /**
   * Opens connections as they are needed.
   *
   * @throws AccountsFailure if not even one can be had
   */
  MysqlDatabase(MysqlAddress address, int connections) {
    HikariConfig configuration = new HikariConfig();
    configuration.setPoolName("mysql");
    configuration.setJdbcUrl(address.jdbcUrl());
    configuration.setUsername(address.user());
    configuration.setPassword(address.password());
    properties(configuration, address);
    configuration.addDataSourceProperty("socketTimeout", address.readTimeout().toMillis());
    configuration.setTransactionIsolation("TRANSACTION_READ_COMMITTED");
    configuration.setMaximumPoolSize(connections);
    configuration.setMinimumIdle(Math.min(2, connections));
    configuration.setConnectionTimeout(POOL_WAIT.toMillis());
    configuration.setValidationTimeout(Duration.ofSeconds(1).toMillis());
    try {
      pool = new HikariDataSource(configuration);
    } catch (PoolInitializationException e) {
      throw new AccountsFailure("cannot reach " + address + ": " + e.getMessage(), e);
    }
  }

  /** What every connection is told. The modes make texts joined by {@code ||}, as elsewhere. */
  static void properties(HikariConfig configuration, MysqlAddress address) {
    configuration.addDataSourceProperty("sslMode", address.tls());
    configuration.addDataSourceProperty("allowPublicKeyRetrieval", true);
    configuration.addDataSourceProperty("useBulkStmts", true);
    configuration.addDataSourceProperty("connectTimeout", address.connectTimeout().toMillis());
    configuration.addDataSourceProperty(
        "sessionVariables",
        "sql_mode='STRICT_ALL_TABLES,PIPES_AS_CONCAT,NO_ENGINE_SUBSTITUTION',"
            + "time_zone='+00:00',innodb_lock_wait_timeout=3");
  }

  /** Runs statements of which each is a transaction of its own. */
  <T> T read(Sql.Work<T> work) {
    try (Connection connection = pool.getConnection()) {
      return work.with(connection);
    } catch (SQLException e) {
      throw failure("cannot read", e);
    }
  }

  /**
   * Runs the work in one transaction that is durable when this returns. After a failure it may be
   * durable all the same, if the connection was lost just then.
   */
  <T> T transaction(Sql.Work<T> work) {
    for (int attempt = 1; ; attempt++) {
      // The pool rolls back whatever is not committed.
      try (Connection connection = pool.getConnection()) {
        connection.setAutoCommit(false);
        T result = work.with(connection);
        connection.commit();
        return result;
      } catch (SQLException e) {
        if (!passes(e) || attempt == ATTEMPTS) {
          throw failure("cannot write", e);
        }
      }
      LockSupport.parkNanos(
          TimeUnit.MILLISECONDS.toNanos(
              ThreadLocalRandom.current().nextLong(1, LONGEST_PAUSE_MILLIS)));
    }
  }

  private static boolean passes(SQLException failure) {
    for (Throwable one = failure; one != null; one = one.getCause()) {
      if (one instanceof SQLException sql && PASSING.contains(sql.getErrorCode())) {
        return true;
      }
    }
    return false;
  }

  /** Reads as long as it takes, and everything as of one moment. */
  <T> T snapshot(Sql.Work<T> work) {
    try (Connection connection = pool.getConnection()) {
      connection.setNetworkTimeout(Runnable::run, (int) AUDIT_PATIENCE.toMillis());
      connection.setTransactionIsolation(Connection.TRANSACTION_REPEATABLE_READ);
      connection.setAutoCommit(false);
      return work.with(connection);
    } catch (SQLException e) {
      throw failure("cannot read", e);
    }
  }

  static AccountsFailure failure(String doing, SQLException cause) {
    @Nullable Throwable deeper = cause.getCause();
    return new AccountsFailure(
        doing
            + ": "
            + cause.getMessage()
            + (deeper == null ? "" : " (" + deeper.getMessage() + ")"),
        cause);
  }

  @Override
  public void close() {
    pool.close();
  }
}
