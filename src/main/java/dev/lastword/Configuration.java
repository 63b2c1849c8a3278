package dev.lastword;

import dev.lastword.accounts.Levels;
import dev.lastword.accounts.Meter;
import dev.lastword.http.Edge;
import dev.lastword.identity.Parties;
import dev.lastword.metering.Gate.PermissionsFrom;
import dev.lastword.metering.MemeSales;
import dev.lastword.metering.StreamRules;
import dev.lastword.notices.Receiver;
import dev.lastword.pictures.Studio;
import dev.lastword.store.mongo.MongoAddress;
import dev.lastword.store.mysql.MysqlAddress;
import dev.lastword.store.sqs.SqsAddress;
import dev.lastword.upstream.Endpoint;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * The settings, parsed once. {@link Settings} reads them.
 *
 * @param data the folder that holds everything
 * @param drain how long streams may still run after the order to stop
 * @param model where memes and words come from; empty for the simulated ones
 * @param linkSecret what links to pictures are signed with; empty for a key in the data folder, or
 *     one made of the tokens' secret
 * @param drawing how many pictures are drawn at once
 * @param notices who is told of low balances; empty for nobody
 */
public record Configuration(
    Path data,
    Store store,
    Ledger ledger,
    Edge.Listening listening,
    Identity identity,
    MemeSales.Prices prices,
    RateLimit rateLimit,
    long newUserWords,
    StreamRules streams,
    Duration drain,
    Optional<Endpoint> model,
    Optional<LinkSecret> linkSecret,
    Studio.Limits drawing,
    Optional<Notices> notices) {

  /** With the usual pictures, and nobody to be told of low balances. */
  public Configuration(
      Path data,
      Store store,
      Ledger ledger,
      Edge.Listening listening,
      Identity identity,
      MemeSales.Prices prices,
      RateLimit rateLimit,
      long newUserWords,
      StreamRules streams,
      Duration drain,
      Optional<Endpoint> model) {
    this(
        data,
        store,
        ledger,
        listening,
        identity,
        prices,
        rateLimit,
        newUserWords,
        streams,
        drain,
        model,
        Optional.empty(),
        Studio.Limits.usual(),
        Optional.empty());
  }

  /**
   * Who is told of low balances.
   *
   * @param levels at which they are, by meter, in units left
   */
  public record Notices(Receiver receiver, Map<Meter, List<Long>> levels) {}

  /** What the store has to look for. */
  Levels levels(InstantSource clock) {
    return notices.map(one -> new Levels(one.levels(), clock)).orElse(Levels.NONE);
  }

  /** The same with somebody to be told of low balances. */
  public Configuration telling(Notices others) {
    return with(data, listening, Optional.of(others));
  }

  /** A secret that nodes have in common. */
  public record LinkSecret(String secret) {
    @Override
    public String toString() {
      return "***";
    }
  }

  /** Where the system of record is. */
  public sealed interface Store {
    /** A file in the data folder. */
    record Embedded() implements Store {}

    /**
     * MySQL or MariaDB.
     *
     * @param storesText whether the words of finished streams are kept in {@code requests.data}
     */
    record Mysql(MysqlAddress address, boolean storesText) implements Store {
      public Mysql(MysqlAddress address) {
        this(address, true);
      }
    }

    record Mongo(MongoAddress address) implements Store {}
  }

  /** Where accounts are charged. */
  public sealed interface Ledger {
    /** In the memory of a single node. */
    record Local() implements Ledger {}

    /**
     * In a Redis memory that several nodes share.
     *
     * @param url may hold a password
     * @param fence how long a node may answer after it last heard from the system of record; the
     *     same on all nodes
     * @param queue through which settlements go; empty for straight into the system of record
     */
    record Redis(String url, Duration fence, Optional<SqsAddress> queue) implements Ledger {
      @Override
      public String toString() {
        return "Redis";
      }
    }
  }

  /** How callers are known. */
  public record Identity(
      Keys keys, Parties parties, PermissionsFrom permissionsFrom, boolean trustUserHeader) {}

  /** What tokens are verified with. */
  public sealed interface Keys {
    /** A key made in the data folder. */
    record Own() implements Keys {}

    record Secret(String secret) implements Keys {
      @Override
      public String toString() {
        return "***";
      }
    }

    /** A JWKS in a file or at a URL. */
    record Published(String location) implements Keys {}
  }

  /** Requests a user may make in any window of that length. */
  public record RateLimit(int requests, Duration window) {}

  /** The same settings on another port and folder. */
  public Configuration at(Optional<Integer> port, Optional<Path> folder) {
    return with(
        folder.orElse(data),
        new Edge.Listening(
            port.orElse(listening.port()),
            listening.certificate(),
            listening.corsOrigins(),
            listening.limits()),
        notices);
  }

  private Configuration with(Path folder, Edge.Listening where, Optional<Notices> told) {
    return new Configuration(
        folder,
        store,
        ledger,
        where,
        identity,
        prices,
        rateLimit,
        newUserWords,
        streams,
        drain,
        model,
        linkSecret,
        drawing,
        told);
  }

  /** The embedded default, with nothing set. */
  public static Configuration embedded() {
    return new Configuration(
        Path.of("data"),
        new Store.Embedded(),
        new Ledger.Local(),
        new Edge.Listening(8080, Optional.empty(), Set.of()),
        new Identity(new Keys.Own(), Parties.ANY, PermissionsFrom.ACCOUNT, false),
        new MemeSales.Prices(1, 2),
        new RateLimit(100, Duration.ofSeconds(60)),
        1_000_000,
        new StreamRules(500, 1_000, Duration.ofSeconds(60), 250),
        Duration.ofSeconds(65),
        Optional.empty());
  }
}
