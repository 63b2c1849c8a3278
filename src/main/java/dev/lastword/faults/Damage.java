package dev.lastword.faults;

import dev.lastword.accounts.AccountsFailure;
import dev.lastword.accounts.TimeOrderedIds;
import dev.lastword.faults.Fault.Outcome;
import dev.lastword.ledger.LocalLedger;
import dev.lastword.store.sqlite.SqliteAccounts;
import dev.lastword.world.Steps;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/**
 * A database file that is cut short or damaged. Either the start is refused, or {@code verify} says
 * what is wrong, or no unit is other than it was. A changed letter of a text that is still a text
 * can be seen by nobody.
 */
final class Damage {

  private static final int PAGE_BYTES = 4_096;
  private static final int HEADER_BYTES = 100;
  private static final String FILE = "lastword.db";

  private Damage() {}

  static List<Fault> faults() {
    return List.of(
        new Fault(
            "damage",
            "the database file cut short or changed at a random place",
            rounds -> 10 * Math.clamp(rounds, 2, 50),
            Damage::damage));
  }

  private static Outcome damage(int rounds, long seed) throws Exception {
    Random random = new Random(seed);
    int refused = 0;
    int verified = 0;
    int harmless = 0;
    int texts = 0;
    List<String> breaches = new ArrayList<>();
    long acknowledged;
    try (OneServer arena = OneServer.open(seed)) {
      try (Traffic _ = arena.traffic()) {
        arena.awaitAcknowledged(300);
      }
      arena.server().terminate();
      arena.awaitDeath(Duration.ofSeconds(30));
      acknowledged = arena.log.acknowledged.get();
      Book whole = Book.of(arena.data);
      Path folder = Files.createDirectory(arena.data.resolveSibling("damaged"));
      for (int round = 0; round < rounds; round++) {
        Files.copy(
            arena.data.resolve(FILE), folder.resolve(FILE), StandardCopyOption.REPLACE_EXISTING);
        String how = harm(folder.resolve(FILE), random);
        switch (look(folder, whole)) {
          case REFUSED -> refused++;
          case VERIFIED -> verified++;
          case HARMLESS -> harmless++;
          case TEXT -> texts++;
          case UNSEEN -> breaches.add("not seen: " + how);
        }
        clear(folder);
      }
    }
    return Outcome.of(
        rounds,
        new Verdict(acknowledged, breaches.size(), 0, 0, 0, 0, breaches),
        "%d refused at the start, %d told by verify, %d changed nothing, %d changed a text"
            .formatted(refused, verified, harmless, texts));
  }

  private static String harm(Path file, Random random) throws IOException {
    try (RandomAccessFile bytes = new RandomAccessFile(file.toFile(), "rw")) {
      long length = bytes.length();
      return switch (random.nextInt(4)) {
        case 0 -> {
          long rest = random.nextLong(length);
          bytes.setLength(rest);
          yield "cut to " + rest + " of " + length + " bytes";
        }
        case 1 -> {
          long at = random.nextInt(HEADER_BYTES);
          yield flip(bytes, at, random);
        }
        case 2 -> flip(bytes, random.nextLong(length), random);
        default -> {
          long page = random.nextLong(length / PAGE_BYTES);
          bytes.seek(page * PAGE_BYTES);
          bytes.write(new byte[PAGE_BYTES]);
          yield "page " + page + " of zeros";
        }
      };
    }
  }

  private static String flip(RandomAccessFile bytes, long at, Random random) throws IOException {
    bytes.seek(at);
    int octet = bytes.read();
    int bit = random.nextInt(8);
    bytes.seek(at);
    bytes.write(octet ^ (1 << bit));
    return "bit " + bit + " of byte " + at;
  }

  private enum Seen {
    REFUSED,
    VERIFIED,
    HARMLESS,
    TEXT,
    UNSEEN
  }

  private static Seen look(Path folder, Book whole) {
    TimeOrderedIds ids = new TimeOrderedIds(InstantSource.system(), new Random());
    try (SqliteAccounts accounts = SqliteAccounts.open(folder, ids, Steps.NONE, failure -> {})) {
      accounts.begin(LocalLedger.HOLDER, Instant.now());
    } catch (AccountsFailure e) {
      return String.valueOf(e.getMessage()).isBlank() ? Seen.UNSEEN : Seen.REFUSED;
    }
    try {
      if (!SqliteAccounts.auditOf(folder).discrepancies().isEmpty()) {
        return Seen.VERIFIED;
      }
    } catch (AccountsFailure e) {
      return Seen.VERIFIED;
    }
    try {
      Book damaged = Book.of(folder);
      if (damaged.equals(whole)) {
        return Seen.HARMLESS;
      }
      return damaged.units().equals(whole.units()) ? Seen.TEXT : Seen.UNSEEN;
    } catch (SQLException e) {
      return Seen.UNSEEN;
    }
  }

  private static void clear(Path folder) throws IOException {
    try (java.util.stream.Stream<Path> files = Files.list(folder)) {
      for (Path file : files.toList()) {
        Files.delete(file);
      }
    }
  }
}
