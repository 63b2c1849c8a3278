package dev.lastword.store.mysql;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import com.zaxxer.hikari.pool.HikariPool.PoolInitializationException;
import dev.lastword.accounts.AccountsFailure;
import dev.lastword.store.sql.Sql;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.Map;
import java.util.Optional;
import org.flywaydb.core.Flyway;
import org.flywaydb.core.api.FlywayException;

/** Looks whether the server can be trusted with money, and brings its tables up to date. */
final class MysqlSchema {

  /** What operators need to get in with, and other programs. */
  private static final int CONNECTIONS_LEFT = 5;

  private static final int LOCK_SECONDS = 600;

  private MysqlSchema() {}

  /**
   * Checks the server and migrates.
   *
   * @return how many connections may be used
   * @throws IllegalStateException if the server is set so that an acknowledged commit could be lost
   * @throws AccountsFailure if it cannot be reached or the tables cannot be made
   */
  static int prepare(MysqlAddress address) {
    try (HikariDataSource source = patient(address);
        Connection connection = source.getConnection()) {
      int connections = check(connection, address);
      lock(connection);
      Flyway.configure()
          .dataSource(source)
          .locations("classpath:dev/lastword/store/mysql")
          .table("lastword_schema_history")
          .baselineOnMigrate(true)
          .baselineVersion("0")
          .placeholders(Map.of("collation", collation(connection)))
          .load()
          .migrate();
      return connections;
    } catch (SQLException e) {
      throw MysqlDatabase.failure("cannot ask " + address, e);
    } catch (PoolInitializationException e) {
      throw new AccountsFailure("cannot reach " + address + ": " + e.getMessage(), e);
    } catch (FlywayException e) {
      throw new AccountsFailure("cannot make the tables in " + address + ": " + e.getMessage(), e);
    }
  }

  /** A migration takes as long as it takes. */
  private static HikariDataSource patient(MysqlAddress address) {
    HikariConfig configuration = new HikariConfig();
    configuration.setPoolName("mysql-schema");
    configuration.setJdbcUrl(address.jdbcUrl());
    configuration.setUsername(address.user());
    configuration.setPassword(address.password());
    MysqlDatabase.properties(configuration, address);
    configuration.setMaximumPoolSize(4);
    configuration.setMinimumIdle(0);
    return new HikariDataSource(configuration);
  }

  private static int check(Connection connection, MysqlAddress address) throws SQLException {
    long flushed = variable(connection, "innodb_flush_log_at_trx_commit");
    if (flushed != 1) {
      throw new IllegalStateException(
          address
              + " runs with innodb_flush_log_at_trx_commit = "
              + flushed
              + ": it could lose what it has confirmed. Set it to 1.");
    }
    long allowed = variable(connection, "max_connections") - CONNECTIONS_LEFT;
    return (int) Math.max(1, Math.min(address.poolSize(), allowed));
  }

  /**
   * Nodes may start together: one at a time migrates. The lock is the session's and ends with it.
   */
  private static void lock(Connection connection) throws SQLException {
    boolean locked =
        Sql.one(
                connection,
                "SELECT GET_LOCK(CONCAT('lastword.', MD5(DATABASE())), ?)",
                row -> row.getInt(1) == 1,
                LOCK_SECONDS)
            .orElse(false);
    if (!locked) {
      throw new SQLException("another node has been migrating for " + LOCK_SECONDS + " s");
    }
  }

  private static long variable(Connection connection, String name) throws SQLException {
    return Sql.one(connection, "SELECT @@" + name, row -> row.getLong(1)).orElseThrow();
  }

  /** MariaDB and MySQL have no name in common for the collation of bytes. */
  private static String collation(Connection connection) throws SQLException {
    Optional<String> name =
        Sql.one(
            connection,
            "SELECT COLLATION_NAME FROM information_schema.COLLATIONS"
                + " WHERE COLLATION_NAME IN ('utf8mb4_nopad_bin', 'utf8mb4_0900_bin')"
                + " ORDER BY COLLATION_NAME DESC LIMIT 1",
            row -> row.getString(1));
    return name.orElseThrow(() ->
        new IllegalStateException("the database must be MySQL 8.0.17, MariaDB 10.6, or newer"));
  }
}
