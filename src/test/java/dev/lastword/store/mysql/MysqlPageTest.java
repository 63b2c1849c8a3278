package dev.lastword.store.mysql;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lastword.Configuration;
import dev.lastword.RunningService;
import dev.lastword.faults.servers.DatabaseServer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The page for operators: its queries run, and its accounts add up. */
final class MysqlPageTest {

  private static final Pattern QUERY =
      Pattern.compile("```sql MysqlPageTest\n(.*?);\n```", Pattern.DOTALL);

  @TempDir private Path folder;

  @Test
  void everyQueryOfThePageRuns() throws Exception {
    List<String> queries =
        QUERY
            .matcher(Files.readString(Path.of("docs", "mysql.md")))
            .results()
            .map(found -> found.group(1))
            .toList();
    assertThat(queries).hasSizeGreaterThan(6);
    DatabaseServer server = DatabaseServer.shared();
    String dsn = server.fresh();
    String name = MysqlAddress.parse(dsn).database();
    Configuration.Store store = new Configuration.Store.Mysql(MysqlAddress.parse(dsn));
    try (RunningService service =
        RunningService.start(folder, one -> RunningService.store(one, store))) {
      String token = service.user("ann", 10, 100);
      service.meme(token);
      service.words(token, "{\"max_words\":3}");
      for (String query : queries) {
        List<String> rows = server.query(name, query);
        if (query.contains("HAVING b.spent <> receipts")) {
          assertThat(rows).as("every account adds up").isEmpty();
        } else if (!query.contains("nodes")
            && !query.contains("LOCK WAIT")
            && !query.contains("outcome IS NULL")) {
          assertThat(rows).as(query).isNotEmpty();
        }
      }
    }
  }
}
