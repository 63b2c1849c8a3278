package dev.lastword.faults.servers;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * A real MariaDB on a free port with data of its own; or the MySQL whose folder the property {@code
 * lastword.test.mysql} names. It ends with this process, however that ends.
 */
public final class DatabaseServer implements AutoCloseable {

  private static final String USER = "lastword";
  private static final String PASSWORD = "p@ss/w:ord";
  private static final AtomicInteger NAMES = new AtomicInteger();

  private final Path home;
  private final Path data;
  private final int port;
  private final boolean mysql;
  private Process process;

  private DatabaseServer() throws IOException, InterruptedException {
    String folder = System.getProperty("lastword.test.mysql", "");
    mysql = !folder.isEmpty();
    home = mysql ? Path.of(folder) : MariaDbBinaries.unpacked();
    data = Files.createTempDirectory(roomInMemory(), "lastword-database");
    port = Local.freePort();
    initialize();
    process = launch();
    Local.atTheEnd(this::close);
    awaitAnswer();
  }

  /** Memory keeps what a killed process wrote as well as a disk does, and needs no time. */
  private static Path roomInMemory() throws IOException {
    Path memory = Path.of("/dev/shm");
    return Files.isWritable(memory) && Files.getFileStore(memory).getUsableSpace() > 1L << 30
        ? memory
        : Path.of(System.getProperty("java.io.tmpdir"));
  }

  /** One for the whole run; where it does not start, whoever wants it fails at once. */
  public static DatabaseServer shared() {
    return Shared.SERVER;
  }

  private static final class Shared {
    static final DatabaseServer SERVER = own();
  }

  /** One to be killed; close it. */
  public static DatabaseServer own() {
    try {
      return new DatabaseServer();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  private List<String> command(String... more) {
    List<String> command =
        new ArrayList<>(
            Local.mortal(
                home.resolve(mysql ? "bin/mysqld" : "bin/mariadbd").toString(),
                "--no-defaults",
                "--user=" + System.getProperty("user.name"),
                "--basedir=" + home,
                "--datadir=" + data.resolve("data"),
                "--lc-messages-dir=" + home.resolve("share"),
                "--max-connections=120"));
    command.addAll(List.of(more));
    return command;
  }

  private Path users() throws IOException {
    // Our own account needs no right beyond its databases; root is for the tests.
    String statements =
        "CREATE USER '%s'@'%%' IDENTIFIED BY '%s';\nGRANT ALL ON *.* TO '%s'@'%%';\n"
            .formatted(USER, PASSWORD, USER);
    return Files.writeString(data.resolve("users.sql"), statements);
  }

  private void initialize() throws IOException, InterruptedException {
    Files.createDirectory(data.resolve("data"));
    Path log = data.resolve("initialize.log");
    ProcessBuilder builder;
    if (mysql) {
      builder = new ProcessBuilder(command("--initialize-insecure", "--init-file=" + users()));
    } else {
      StringBuilder script = new StringBuilder("CREATE DATABASE mysql;\nUSE mysql;\n");
      for (String name :
          List.of(
              "mariadb_system_tables.sql",
              "mariadb_performance_tables.sql",
              "mariadb_system_tables_data.sql")) {
        script.append(Files.readString(home.resolve("share").resolve(name))).append('\n');
      }
      script.append("FLUSH PRIVILEGES;\n").append(Files.readString(users()));
      Path bootstrap = Files.writeString(data.resolve("bootstrap.sql"), script);
      builder =
          new ProcessBuilder(
                  command(
                      "--bootstrap",
                      "--innodb-log-file-size=16M",
                      "--innodb-flush-log-at-trx-commit=0"))
              .redirectInput(bootstrap.toFile());
    }
    Process run = builder.redirectErrorStream(true).redirectOutput(log.toFile()).start();
    if (!run.waitFor(60, TimeUnit.SECONDS) || run.exitValue() != 0) {
      run.destroyForcibly();
      throw new IllegalStateException("no database was made:\n" + Files.readString(log));
    }
  }

  /** Starts it again after a {@link #kill}, on the same data and port. */
  public void start() {
    try {
      process = launch();
      awaitAnswer();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private Process launch() {
    List<String> command =
        command(
            "--port=" + port,
            "--bind-address=127.0.0.1",
            "--socket=" + data.resolve("socket"),
            "--pid-file=" + data.resolve("pid"));
    if (mysql) {
      command.add("--mysqlx=OFF");
    } else {
      // Else it makes a key for TLS at each start, which can take ten seconds.
      command.addAll(List.of("--innodb-log-file-size=16M", "--skip-ssl"));
    }
    return Local.launch(
        new ProcessBuilder(command)
            .redirectErrorStream(true)
            .redirectOutput(ProcessBuilder.Redirect.appendTo(data.resolve("server.log").toFile())));
  }

  private void awaitAnswer() throws IOException {
    try {
      Local.await(Duration.ofSeconds(30), "the database answers", this::answers);
    } catch (IllegalStateException e) {
      throw new IllegalStateException(Files.readString(data.resolve("server.log")), e);
    }
  }

  private boolean answers() {
    if (!process.isAlive()) {
      throw new IllegalStateException("the database ended");
    }
    try {
      connect("").close();
      return true;
    } catch (SQLException e) {
      return false;
    }
  }

  /** The name of the database in an address that {@link #fresh} gave. */
  public static String name(String dsn) {
    return dsn.substring(dsn.lastIndexOf('/') + 1, dsn.indexOf('?'));
  }

  /** Connects an operator. */
  public Connection connect(String database) throws SQLException {
    return DriverManager.getConnection(
        "jdbc:mariadb://127.0.0.1:"
            + port
            + "/"
            + database
            + "?sslMode=disable&allowPublicKeyRetrieval=true&allowMultiQueries=true&connectTimeout=2000",
        USER,
        PASSWORD);
  }

  /** Whether this is MySQL and not MariaDB. */
  public boolean isMysql() {
    return mysql;
  }

  /** The address of a new, empty database, in the form of Go's driver. */
  public String fresh() {
    String name = "lastword_" + NAMES.incrementAndGet();
    execute("", "CREATE DATABASE " + name);
    return dsn(name);
  }

  private String dsn(String name) {
    return USER + ":" + PASSWORD + "@tcp(127.0.0.1:" + port + ")/" + name + "?parseTime=true";
  }

  /** Runs statements of an operator's. */
  public void execute(String database, String statements) {
    try (Connection connection = connect(database);
        Statement statement = connection.createStatement()) {
      statement.execute(statements);
    } catch (SQLException e) {
      throw new IllegalStateException(statements, e);
    }
  }

  /** The first column of every row, as text. */
  public List<String> query(String database, String query) {
    try (Connection connection = connect(database);
        Statement statement = connection.createStatement();
        ResultSet rows = statement.executeQuery(query)) {
      List<String> found = new ArrayList<>();
      while (rows.next()) {
        found.add(rows.getString(1));
      }
      return found;
    } catch (SQLException e) {
      throw new IllegalStateException(query, e);
    }
  }

  /** {@code kill -9}. */
  public void kill() {
    Local.kill(process);
  }

  /** Lets the process stand still, with its connections open. */
  public void freeze() {
    Local.freeze(process);
  }

  public void thaw() {
    Local.thaw(process);
  }

  @Override
  public void close() {
    kill();
    Local.delete(data);
  }
}
