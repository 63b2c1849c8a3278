package dev.lastword;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.lastword.accounts.Meter;
import dev.lastword.faults.servers.HookReceiver;
import dev.lastword.metering.Gate.PermissionsFrom;
import dev.lastword.store.mongo.MongoAddress;
import dev.lastword.store.mysql.MysqlAddress;
import dev.lastword.upstream.Endpoint;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Settings are understood or stop the start. */
final class SettingsTest {

  private static final String SECRET = "0123456789abcdef0123456789abcdef";

  @TempDir private Path folder;

  @Test
  void nothingSetIsTheEmbeddedDefault() {
    Settings.Read read = Settings.read(Map.of());

    assertThat(read.configuration()).isEqualTo(Configuration.embedded());
    assertThat(read.effective())
        .containsEntry("LASTWORD_PORT", "8080")
        .containsEntry("LASTWORD_ACCOUNTS", "sqlite:")
        .containsEntry("LASTWORD_LEDGER", "local")
        .containsEntry("LASTWORD_QUEUE", "none")
        .containsEntry("LASTWORD_RATE_LIMIT", "100/60s")
        .containsEntry("LASTWORD_WORD_DELAY_MS", "500-1000")
        .containsEntry("LASTWORD_TRUST_USER_HEADER", "false")
        .containsEntry("LASTWORD_STORE_TEXT", "true");
  }

  @Test
  void whoIsToldOfLowBalancesIsRead() {
    Map<String, String> given = new HashMap<>();
    given.put("LASTWORD_WEBHOOK_URL", "https://example.com/hooks/s3cr3t?key=s3cr3t");
    given.put("LASTWORD_WEBHOOK_SECRET", HookReceiver.SECRET + ", " + HookReceiver.SECRET);
    given.put("LASTWORD_LOW_TOKENS", "100, 10,100");

    Settings.Read read = Settings.read(given);

    Configuration.Notices notices = read.configuration().notices().orElseThrow();
    assertThat(notices.levels())
        .isEqualTo(Map.of(Meter.TOKENS, List.of(100L, 10L, 0L), Meter.WORDS, List.of(0L)));
    assertThat(notices.receiver().url())
        .isEqualTo(URI.create("https://example.com/hooks/s3cr3t?key=s3cr3t"));
    assertThat(notices.receiver().secrets()).hasSize(2);
    assertThat(read.effective())
        .containsEntry("LASTWORD_WEBHOOK_URL", "https://example.com/...")
        .containsEntry("LASTWORD_WEBHOOK_SECRET", "***")
        .containsEntry("LASTWORD_LOW_TOKENS", "100, 10,100");
    assertThat(read.configuration() + "" + read.effective()).doesNotContain("s3cr3t", "MfKQ9r8G");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          ftp://example.com/         | whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw | 1   | LASTWORD_WEBHOOK_URL
          https://a:b@example.com/   | whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw | 1   | LASTWORD_WEBHOOK_URL
          https://example.com:99999/ | whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw | 1   | LASTWORD_WEBHOOK_URL
          https://example.com/#x     | whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw | 1   | LASTWORD_WEBHOOK_URL
          https://example.com/       | MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw       | 1   | LASTWORD_WEBHOOK_SECRET
          https://example.com/       | whsec_MfKQ9r8GKYqrTwj                  | 1   | LASTWORD_WEBHOOK_SECRET
          https://example.com/       | whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLa%% | 1   | LASTWORD_WEBHOOK_SECRET
          https://example.com/       |                                        | 1   | LASTWORD_WEBHOOK_SECRET
                                     | whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw |     | LASTWORD_WEBHOOK_URL
                                     |                                        | 1   | LASTWORD_WEBHOOK_URL
          https://example.com/       | whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw | 0   | LASTWORD_LOW_TOKENS
          https://example.com/       | whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw | 1,,2 | LASTWORD_LOW_TOKENS
          https://example.com/       | whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw | few | LASTWORD_LOW_TOKENS
          https://example.com/       | whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw | 1,2,3,4,5,6,7,8,9,10,11 | LASTWORD_LOW_TOKENS
          """)
  void aReceiverThatCannotBeStopsTheStart(String url, String secret, String low, String named) {
    Map<String, String> given = new HashMap<>();
    given.put("LASTWORD_WEBHOOK_URL", url == null ? "" : url);
    given.put("LASTWORD_WEBHOOK_SECRET", secret == null ? "" : secret);
    given.put("LASTWORD_LOW_TOKENS", low == null ? "" : low);

    assertThatThrownBy(() -> Settings.read(given))
        .isInstanceOf(Settings.Wrong.class)
        .hasMessageContaining(named)
        .message()
        .doesNotContain("MfKQ9r8G", "a:b");
  }

  @Test
  void whatIsSetApplies() {
    Map<String, String> given = new HashMap<>();
    given.put("LASTWORD_PORT", "0");
    given.put("LASTWORD_DATA", folder.toString());
    given.put("LASTWORD_PRICE_TEXT_MEME", "3");
    given.put("LASTWORD_PRICE_AI_MEME", "7");
    given.put("LASTWORD_RATE_LIMIT", "5/10s");
    given.put("LASTWORD_NEW_USER_WORDS", "0");
    given.put("LASTWORD_WORD_DELAY_MS", "20");
    given.put("LASTWORD_STREAM_MAX_SECONDS", "30");
    given.put("LASTWORD_DRAIN_SECONDS", "1");
    given.put("LASTWORD_CHUNK_MS", "100");
    given.put("LASTWORD_PERMISSIONS_FROM", "token");
    given.put("LASTWORD_TRUST_USER_HEADER", "true");
    given.put("LASTWORD_JWKS", "https://issuer.example/keys");
    given.put("LASTWORD_JWT_ISSUER", "https://issuer.example");
    given.put("LASTWORD_JWT_AUDIENCE", "lastword");
    given.put("LASTWORD_CORS_ORIGINS", "https://a.example, https://b.example,");

    Configuration read = Settings.read(given).configuration();

    assertThat(read.listening().port()).isZero();
    assertThat(read.listening().corsOrigins())
        .isEqualTo(Set.of("https://a.example", "https://b.example"));
    assertThat(read.data()).isEqualTo(folder);
    assertThat(read.prices().textMeme()).isEqualTo(3);
    assertThat(read.prices().aiMeme()).isEqualTo(7);
    assertThat(read.rateLimit()).isEqualTo(new Configuration.RateLimit(5, Duration.ofSeconds(10)));
    assertThat(read.newUserWords()).isZero();
    assertThat(read.streams().minimumDelayMillis()).isEqualTo(20);
    assertThat(read.streams().maximumDelayMillis()).isEqualTo(20);
    assertThat(read.streams().maximum()).isEqualTo(Duration.ofSeconds(30));
    assertThat(read.streams().chunkMillis()).isEqualTo(100);
    assertThat(read.drain()).isEqualTo(Duration.ofSeconds(1));
    assertThat(read.identity().permissionsFrom()).isEqualTo(PermissionsFrom.TOKEN);
    assertThat(read.identity().trustUserHeader()).isTrue();
    assertThat(read.identity().keys())
        .isEqualTo(new Configuration.Keys.Published("https://issuer.example/keys"));
    assertThat(read.identity().parties().issuer()).isEqualTo("https://issuer.example");
    assertThat(read.identity().parties().audience()).isEqualTo("lastword");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          LASTWORD_PORT | -1
          LASTWORD_PORT | 65536
          LASTWORD_PORT | http
          LASTWORD_PORT | 8080.5
          LASTWORD_PORT | 99999999999999999999
          LASTWORD_ACCOUNTS | mysql:x
          LASTWORD_LEDGER | redis
          LASTWORD_QUEUE | sqs
          LASTWORD_JWT_SECRET | 0123456789abcdef0123456789abcde
          LASTWORD_LINK_SECRET | 0123456789abcdef0123456789abcde
          LASTWORD_PERMISSIONS_FROM | both
          LASTWORD_PERMISSIONS_FROM | Account
          LASTWORD_TRUST_USER_HEADER | yes
          LASTWORD_TRUST_USER_HEADER | TRUE
          LASTWORD_STORE_TEXT | no
          LASTWORD_STORE_TEXT | 1
          LASTWORD_PRICE_TEXT_MEME | 0
          LASTWORD_PRICE_TEXT_MEME | -1
          LASTWORD_PRICE_AI_MEME | 1.5
          LASTWORD_PRICE_AI_MEME | 0
          LASTWORD_RATE_LIMIT | 100
          LASTWORD_RATE_LIMIT | 0/60s
          LASTWORD_RATE_LIMIT | 100/0s
          LASTWORD_RATE_LIMIT | 100/60
          LASTWORD_RATE_LIMIT | 100/1m
          LASTWORD_RATE_LIMIT | 100/86401s
          LASTWORD_RATE_LIMIT | -1/60s
          LASTWORD_NEW_USER_WORDS | -1
          LASTWORD_NEW_USER_WORDS | many
          LASTWORD_WORD_DELAY_MS | 1000-500
          LASTWORD_WORD_DELAY_MS | fast
          LASTWORD_WORD_DELAY_MS | -5
          LASTWORD_WORD_DELAY_MS | 1-2-3
          LASTWORD_WORD_DELAY_MS | 86400001
          LASTWORD_STREAM_MAX_SECONDS | 0
          LASTWORD_STREAM_MAX_SECONDS | 86401
          LASTWORD_DRAIN_SECONDS | -1
          LASTWORD_DRAIN_SECONDS | 3601
          LASTWORD_CHUNK_MS | 0
          LASTWORD_CHUNK_MS | 2001
          LASTWORD_MODEL_URL | http://localhost:11434/v1
          LASTWORD_MODEL_KEY | sk-1
          LASTWORD_MODEL_NAME | llama
          LASTWORD_TLS_CERT | nowhere.pem
          LASTWORD_TLS_KEY | nowhere.pem
          """)
  void aBadValueStopsTheStartAndIsNamed(String name, String value) {
    assertThatThrownBy(() -> Settings.read(Map.of(name, value)))
        .isInstanceOf(Settings.Wrong.class)
        .hasMessageContaining(name);
  }

  @Test
  void aCertificateThatCannotBeReadIsNamed() throws IOException {
    Path there = Files.writeString(folder.resolve("there.pem"), "x");
    String gone = folder.resolve("gone.pem").toString();
    assertThatThrownBy(() ->
            Settings.read(Map.of("LASTWORD_TLS_CERT", there.toString(), "LASTWORD_TLS_KEY", gone)))
        .isInstanceOf(Settings.Wrong.class)
        .hasMessageContaining("LASTWORD_TLS_KEY")
        .hasMessageContaining(gone);
  }

  @Test
  void anUnknownNameOfOursStopsTheStart() {
    for (String name : new String[] {"LASTWORD_PROT", "LASTWORD_", "LASTWORD_port"}) {
      assertThatThrownBy(() -> Settings.read(Map.of(name, "8080")))
          .isInstanceOf(Settings.Wrong.class)
          .hasMessageContaining(name);
    }
    assertThat(
            Settings.read(
                    Map.of("LASTWORD_TEST_ANYTHING", "x", "PATH", "/bin", "lastword_port", "x"))
                .configuration())
        .isEqualTo(Configuration.embedded());
  }

  @Test
  void theSecretOfLinksIsReadAndMasked() {
    Settings.Read read = Settings.read(Map.of("LASTWORD_LINK_SECRET", SECRET));

    assertThat(read.configuration().linkSecret()).contains(new Configuration.LinkSecret(SECRET));
    assertThat(read.effective()).containsEntry("LASTWORD_LINK_SECRET", "***");
    assertThat(read.configuration().toString()).doesNotContain(SECRET);
    assertThat(Settings.read(Map.of()).configuration().linkSecret()).isEmpty();
  }

  @Test
  void aSecretIsUsedAndNeverShown() {
    Settings.Read read = Settings.read(Map.of("LASTWORD_JWT_SECRET", SECRET));

    assertThat(read.configuration().identity().keys())
        .isEqualTo(new Configuration.Keys.Secret(SECRET));
    assertThat(read.effective()).containsEntry("LASTWORD_JWT_SECRET", "***");
    assertThat(read.toString()).contains("***").doesNotContain(SECRET);
    String tooShort = "short and secret";
    assertThatThrownBy(() -> Settings.read(Map.of("LASTWORD_JWT_SECRET", tooShort)))
        .hasMessageContaining("LASTWORD_JWT_SECRET")
        .hasMessageNotContaining(tooShort);
  }

  @Test
  void aModelHasAnAddressANameAndPerhapsAKeyThatIsNeverShown() {
    Settings.Read read =
        Settings.read(
            Map.of(
                "LASTWORD_MODEL_URL", "https://models.example/v1",
                "LASTWORD_MODEL_KEY", "sk-canary",
                "LASTWORD_MODEL_NAME", "small-model"));

    Endpoint model = read.configuration().model().orElseThrow();
    assertThat(model.base()).isEqualTo(URI.create("https://models.example/v1"));
    assertThat(model.key()).isEqualTo("sk-canary");
    assertThat(model.model()).isEqualTo("small-model");
    assertThat(read.effective())
        .containsEntry("LASTWORD_MODEL_KEY", "***")
        .containsEntry("LASTWORD_MODEL_URL", "https://models.example/v1");
    assertThat(read.toString()).doesNotContain("canary");
  }

  @ParameterizedTest
  @CsvSource({
    "models.example/v1, m, k, LASTWORD_MODEL_URL",
    "ftp://models.example, m, k, LASTWORD_MODEL_URL",
    "http:///v1, m, k, LASTWORD_MODEL_URL",
    "http://user:canary@models.example/v1, m, k, LASTWORD_MODEL_URL",
    "http://models.example/v1?key=canary, m, k, LASTWORD_MODEL_URL",
    "http://models.example/v1#x, m, k, LASTWORD_MODEL_URL",
    "http://models.example/a b, m, k, LASTWORD_MODEL_URL",
    "http://models.example, mödel, k, LASTWORD_MODEL_NAME",
    "http://models.example, 'a\nb', k, LASTWORD_MODEL_NAME",
    "http://models.example, m, canary canary, LASTWORD_MODEL_KEY",
    "http://models.example, m, 'canary\ncanary', LASTWORD_MODEL_KEY"
  })
  void aModelThatCannotBeAskedStopsTheStartAndNoSecretIsSaid(
      String url, String name, String key, String named) {
    assertThatThrownBy(() ->
            Settings.read(
                Map.of(
                    "LASTWORD_MODEL_URL", url,
                    "LASTWORD_MODEL_NAME", name.replace("\\n", "\n"),
                    "LASTWORD_MODEL_KEY", key.replace("\\n", "\n"))))
        .isInstanceOf(Settings.Wrong.class)
        .hasMessageContaining(named)
        .hasMessageNotContaining("canary");
  }

  @Test
  void tokensAreVerifiedInOneWay() {
    assertThatThrownBy(() ->
            Settings.read(Map.of("LASTWORD_JWT_SECRET", SECRET, "LASTWORD_JWKS", "keys.json")))
        .isInstanceOf(Settings.Wrong.class)
        .hasMessageContaining("LASTWORD_JWT_SECRET")
        .hasMessageContaining("LASTWORD_JWKS");
  }

  @ParameterizedTest
  @CsvSource({
    "REDIS_URL, LASTWORD_LEDGER, local, redis:",
    "SQS_QUEUE_URL, LASTWORD_QUEUE, none, FIFO"
  })
  void whatAsksForAnotherSystemIsRefusedUnlessThisOneWasChosen(
      String name, String decidedBy, String choice, String component) {
    assertThatThrownBy(() -> Settings.read(Map.of(name, "somewhere:password")))
        .isInstanceOf(Settings.Wrong.class)
        .hasMessageContaining(name)
        .hasMessageContaining(component)
        .hasMessageNotContaining("password");
    Settings.Read read = Settings.read(Map.of(name, "somewhere:password", decidedBy, choice));
    assertThat(read.configuration()).isEqualTo(Configuration.embedded());
    assertThat(read.toString()).doesNotContain("password");
  }

  @ParameterizedTest
  @CsvSource({"REDIS_URL, redis://:secret@cache:6380", "LASTWORD_LEDGER, rediss://u:secret@cache"})
  void aRedisIsChosenByItsAddressAndItsPasswordNeverShown(String name, String url) {
    Settings.Read read =
        Settings.read(Map.of(name, url, "DSN", "ann@tcp(db)/words", "LASTWORD_FENCE_SECONDS", "3"));

    assertThat(read.configuration().ledger())
        .isEqualTo(new Configuration.Ledger.Redis(url, Duration.ofSeconds(3), Optional.empty()));
    assertThat(read.toString()).doesNotContain("secret");
  }

  @Test
  void severalNodesCannotShareOneNodesFile() {
    assertThatThrownBy(() -> Settings.read(Map.of("REDIS_URL", "redis://:secret@cache")))
        .isInstanceOf(Settings.Wrong.class)
        .hasMessageContaining("REDIS_URL")
        .hasMessageContaining("DSN")
        .hasMessageNotContaining("secret");
    assertThatThrownBy(() -> Settings.read(Map.of("LASTWORD_FENCE_SECONDS", "0")))
        .isInstanceOf(Settings.Wrong.class)
        .hasMessageContaining("LASTWORD_FENCE_SECONDS");
  }

  @ParameterizedTest
  @CsvSource({
    "DSN, ann:secret@tcp(db:3307)/words?parseTime=true",
    "LASTWORD_ACCOUNTS, mysql:ann:secret@tcp(db:3307)/words",
    "LASTWORD_ACCOUNTS, mysql://ann:secret@db:3307/words"
  })
  void aDatabaseIsChosenByItsAddressAndItsPasswordNeverShown(String name, String address) {
    Settings.Read read = Settings.read(Map.of(name, address));

    assertThat(read.configuration().store())
        .isEqualTo(new Configuration.Store.Mysql(MysqlAddress.parse(address)));
    assertThat(read.effective())
        .containsEntry("LASTWORD_ACCOUNTS", "mysql:ann:***@tcp(db:3307)/words")
        .doesNotContainKey("DSN");
    assertThat(read.toString()).doesNotContain("secret");
  }

  @ParameterizedTest
  @ValueSource(strings = {"MONGODB_URI", "LASTWORD_ACCOUNTS"})
  void mongoIsChosenByItsAddressAndItsPasswordNeverShown(String name) {
    for (String address :
        List.of("mongodb://ann:secret@db:27017/words?w=1", "mongodb+srv://ann:secret@db/words")) {
      Settings.Read read = Settings.read(Map.of(name, address));

      assertThat(read.configuration().store())
          .isEqualTo(new Configuration.Store.Mongo(new MongoAddress(address, "words")));
      assertThat(read.effective().get("LASTWORD_ACCOUNTS")).matches("mongodb.*//\\*{3}@db.*");
      assertThat(read.effective()).doesNotContainKey("MONGODB_URI");
      assertThat(read.toString()).doesNotContain("secret");
    }
    assertThatThrownBy(() -> Settings.read(Map.of(name, "mongodb://ann:sec:ret@db:1x")))
        .isInstanceOf(Settings.Wrong.class)
        .hasMessageContaining(name)
        .hasMessageNotContaining("ret@");
  }

  @Test
  void oneSystemOfRecordAtATime() {
    String dsn = "ann:secret@tcp(db)/words";
    assertThatThrownBy(() -> Settings.read(Map.of("DSN", dsn, "MONGODB_URI", "mongodb://db/words")))
        .isInstanceOf(Settings.Wrong.class)
        .hasMessageContaining("DSN and MONGODB_URI")
        .hasMessageNotContaining("secret");
    assertThat(
            Settings.read(Map.of("DSN", dsn, "LASTWORD_ACCOUNTS", "sqlite:"))
                .configuration()
                .store())
        .isEqualTo(new Configuration.Store.Embedded());
    assertThat(
            Settings.read(
                    Map.of(
                        "LASTWORD_ACCOUNTS",
                        "mysql:" + dsn,
                        "MONGODB_URI",
                        "mongodb://db/words",
                        "DSN",
                        "x@tcp(other)/y"))
                .configuration()
                .store())
        .isEqualTo(new Configuration.Store.Mysql(MysqlAddress.parse(dsn)));
  }

  @Test
  void wordsAreKeptInADatabaseUnlessToldOtherwise() {
    Map<String, String> given = new HashMap<>(Map.of("DSN", "x@tcp(db)/y"));
    MysqlAddress address = MysqlAddress.parse("x@tcp(db)/y");
    assertThat(Settings.read(given).configuration().store())
        .isEqualTo(new Configuration.Store.Mysql(address, true));
    given.put("LASTWORD_STORE_TEXT", "false");
    assertThat(Settings.read(given).configuration().store())
        .isEqualTo(new Configuration.Store.Mysql(address, false));
  }

  @Test
  void aBadAddressIsNamedWithoutItsPassword() {
    assertThatThrownBy(() -> Settings.read(Map.of("DSN", "ann:secret@unix(/run/mysql.sock)/words")))
        .isInstanceOf(Settings.Wrong.class)
        .hasMessageContaining("DSN")
        .hasMessageContaining("unix")
        .hasMessageNotContaining("secret");
    assertThatThrownBy(() ->
            Settings.read(
                Map.of("DSN", "a:b@tcp(db)/words", "LASTWORD_NEW_USER_WORDS", "2147483648")))
        .hasMessageContaining("LASTWORD_NEW_USER_WORDS")
        .hasMessageContaining("2147483647");
  }

  @Test
  void blankIsAsGoodAsUnset() {
    assertThat(
            Settings.read(
                    Map.of(
                        "LASTWORD_PORT", " ", "LASTWORD_JWT_SECRET", "", "LASTWORD_TLS_CERT", ""))
                .configuration())
        .isEqualTo(Configuration.embedded());
  }
}
