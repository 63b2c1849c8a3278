package dev.lastword.identity;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.jose4j.jwk.JsonWebKey.OutputControlLevel;
import org.jose4j.jwk.JsonWebKeySet;
import org.jose4j.jwk.PublicJsonWebKey;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class PublishedKeysTest {
  private final TestClock clock = new TestClock();
  private PublicJsonWebKey rsa;
  private PublicJsonWebKey p256;
  private PublicJsonWebKey ed25519;
  private KeyServer server;
  private PublishedKeys keys;
  private TokenVerifier verifier;

  @BeforeEach
  void start() throws Exception {
    rsa = TestKeys.rsa("r");
    p256 = TestKeys.p256("e");
    ed25519 = TestKeys.ed25519("o");
    server = new KeyServer(TestKeys.jwks(rsa, p256, ed25519));
    keys = PublishedKeys.at(server.url().toString(), clock);
    verifier = new TokenVerifier(keys, Parties.ANY, clock);
  }

  @AfterEach
  void stop() {
    keys.close();
    server.close();
  }

  @Test
  void tokensOfEachKindAreGoodAndTheSetIsFetchedOnce() throws Exception {
    assertThat(server.requests()).isZero();
    assertGood(token(rsa));
    assertGood(token(p256));
    assertGood(token(ed25519));
    clock.move(Duration.ofMillis(59_999));
    assertGood(token(rsa));
    assertThat(server.requests()).isEqualTo(1);
    clock.move(Duration.ofMillis(1));
    assertGood(token(rsa));
    assertThat(server.requests()).isEqualTo(2);
  }

  @Test
  void aKeyTakenOutStopsWorkingWithinAMinuteThoughItsTokenWasCached() throws Exception {
    String token = token(rsa);
    assertGood(token);
    clock.move(Duration.ofSeconds(40));
    assertGood(token(p256));
    String cachedLate = token(rsa);
    assertGood(cachedLate);
    server.answer(200, TestKeys.jwks(p256, ed25519));
    clock.move(Duration.ofSeconds(20));
    assertBad(cachedLate);
    assertBad(token);
    assertGood(token(p256));
  }

  @Test
  void aNewKeyWorksAtOnceButUnknownOnesDoNotFloodTheServer() throws Exception {
    assertGood(token(rsa));
    PublicJsonWebKey fresh = TestKeys.rsa("fresh");
    server.answer(200, TestKeys.jwks(rsa, fresh));
    assertGood(token(fresh));
    assertThat(server.requests()).isEqualTo(2);
    for (int i = 0; i < 50; i++) {
      assertBad(token(TestKeys.named("unknown" + i, p256)));
    }
    clock.move(Duration.ofMillis(4_999));
    assertBad(token(TestKeys.named("still unknown", p256)));
    assertThat(server.requests()).isEqualTo(2);
    clock.move(Duration.ofMillis(1));
    assertBad(token(TestKeys.named("unknown again", p256)));
    assertThat(server.requests()).isEqualTo(3);
  }

  @Test
  void promise9KeysThatCannotBeHadAreAFaultOfOurs() throws Exception {
    server.answer(503, "");
    assertUnavailable(token(rsa));
    assertUnavailable(token(rsa));
    assertThat(server.requests()).isEqualTo(1);
    server.answer(200, TestKeys.jwks(rsa));
    clock.move(Duration.ofSeconds(5));
    assertGood(token(rsa));
    assertThat(server.requests()).isEqualTo(2);
  }

  @Test
  void promise9AServerThatIsGoneIsAFaultOfOursButGarbageIsStillBad() throws Exception {
    server.close();
    assertUnavailable(token(rsa));
    assertBad("garbage");
    assertBad("");
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "[]", "{}", "{\"keys\":1}", "<html>", "{\"keys\":[],\"keys\":[]}"})
  void promise9WhatIsNoKeySetIsAFaultOfOurs(String body) throws Exception {
    server.answer(200, body);
    assertUnavailable(token(rsa));
  }

  @Test
  void promise9RedirectsAndEndlessSetsAreFaultsOfOurs() throws Exception {
    server.answer(302, "");
    assertUnavailable(token(rsa));
    server.answer(200, " ".repeat(JwksSource.MAX_BYTES) + TestKeys.jwks(rsa));
    clock.move(Duration.ofSeconds(5));
    assertUnavailable(token(rsa));
  }

  @Test
  void promise9ABodyThatNeverComesIsAFaultOfOurs() throws Exception {
    CountDownLatch never = new CountDownLatch(1);
    server.trickle(never);
    try (PublishedKeys impatient =
        new PublishedKeys(new JwksUrl(server.url(), Duration.ofMillis(200)), clock)) {
      assertThat(new TokenVerifier(impatient, Parties.ANY, clock).verify(token(rsa)))
          .isInstanceOfSatisfying(
              Verification.Unavailable.class,
              fault -> assertThat(fault.reason()).contains("no answer within 200 ms"));
    }
    never.countDown();
  }

  @Test
  void theLastGoodKeysWorkForTenMinutesWhileTheServerFails() throws Exception {
    String token = token(rsa);
    assertGood(token);
    server.answer(500, "");
    clock.move(Duration.ofSeconds(60));
    assertGood(token);
    assertThat(server.requests()).isEqualTo(2);
    assertGood(token(p256));
    assertThat(server.requests()).as("tried every 5 s").isEqualTo(2);
    assertUnavailable(token(TestKeys.named("perhaps new", ed25519)));
    assertThat(keys.publicJwks()).contains("\"kid\":\"r\"");
    clock.move(Duration.ofMinutes(9).minusMillis(1));
    assertGood(token);
    clock.move(Duration.ofMillis(1));
    assertUnavailable(token);
    server.answer(200, TestKeys.jwks(rsa));
    clock.move(Duration.ofSeconds(5));
    assertGood(token);
  }

  @Test
  void aKeyTakenOutDuringAFaultStopsWorkingWhenTheServerIsBack() throws Exception {
    String token = token(rsa);
    assertGood(token);
    server.answer(500, "");
    clock.move(Duration.ofSeconds(60));
    assertGood(token);
    server.answer(200, TestKeys.jwks(p256));
    clock.move(Duration.ofSeconds(5));
    assertBad(token);
  }

  @Test
  void aClockThatIsSetBackOnlyMeansLoadingOnceMore() throws Exception {
    assertGood(token(rsa));
    clock.move(Duration.ofDays(-1));
    assertGood(token(rsa));
    assertGood(token(rsa));
    assertThat(server.requests()).isEqualTo(2);
  }

  @Test
  void manyCallersAtOnceShareOneFetch() throws Exception {
    String token = token(rsa);
    List<Future<Verification>> verifications = new ArrayList<>();
    try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      for (int i = 0; i < 200; i++) {
        verifications.add(threads.submit(() -> verifier.verify(token)));
      }
      for (Future<Verification> verification : verifications) {
        assertThat(verification.get()).isInstanceOf(Verification.Good.class);
      }
    }
    assertThat(server.requests()).isEqualTo(1);
  }

  @Test
  void withoutAKidTheOnlyKeyIsMeant() throws Exception {
    server.answer(200, TestKeys.jwks(TestKeys.named("only", ed25519)));
    String payload = "{\"sub\":\"ann\",\"exp\":%d}".formatted(clock.seconds() + 60);
    assertGood(TestKeys.sign(ed25519.getPrivateKey(), "{\"alg\":\"EdDSA\"}", payload));
  }

  @Test
  void keysThatMustNotVerifyAreLeftOut() throws Exception {
    PublicJsonWebKey weak = TestKeys.rsa("weak", 1024);
    PublicJsonWebKey encrypting = TestKeys.rsa("encrypting");
    encrypting.setUse("enc");
    PublicJsonWebKey deriving = TestKeys.p256("deriving");
    deriving.setKeyOps(List.of("deriveKey"));
    PublicJsonWebKey other = TestKeys.rsa("other");
    other.setAlgorithm("PS256");
    PublicJsonWebKey mislabelled = TestKeys.p256("mislabelled");
    mislabelled.setAlgorithm("RS256");
    PublicJsonWebKey twin = TestKeys.ed25519("twin");
    List<PublicJsonWebKey> refused =
        List.of(weak, encrypting, deriving, other, mislabelled, twin, TestKeys.p256("twin"));
    String more =
        """
        {"kty":"oct","kid":"symmetric","k":"MDEyMzQ1Njc4OWFiY2RlZjAxMjM0NTY3ODlhYmNkZWY"},
        {"kty":"EC","kid":"another curve","crv":"P-384","x":"AQ","y":"AQ"},
        {"kty":"RSA","kid":"no numbers"}, {"kty":"new"}, {}, 7, null,\
        """;
    String jwks =
        new JsonWebKeySet(refused)
            .toJson(OutputControlLevel.PUBLIC_ONLY)
            .replace("[{", "[" + more + "{")
            .replace("]}", "," + rsa.toJson(OutputControlLevel.INCLUDE_PRIVATE) + "]}");
    server.answer(200, jwks);
    assertGood(token(rsa));
    for (PublicJsonWebKey key : refused) {
      key.setAlgorithm(null);
      assertBad(token(key));
    }
    assertThat(keys.publicJwks()).contains("\"kid\":\"r\"").doesNotContain("\"d\":", "\"weak\"");
    assertThat(KeySet.parse(keys.publicJwks()).keys()).hasSize(1);
  }

  @Test
  void aFileIsReadAgainAndItsAbsenceIsAFaultOfOurs(@TempDir Path folder) throws Exception {
    Path file = folder.resolve("jwks.json");
    for (String location : List.of(file.toString(), file.toUri().toString())) {
      Files.deleteIfExists(file);
      PublishedKeys inFile = PublishedKeys.at(location, clock);
      TokenVerifier reading = new TokenVerifier(inFile, Parties.ANY, clock);
      assertThat(inFile.publicJwks()).isEqualTo("{\"keys\":[]}");
      assertThat(reading.verify(token(rsa))).isInstanceOf(Verification.Unavailable.class);
      Files.writeString(file, TestKeys.jwks(rsa));
      clock.move(Duration.ofSeconds(5));
      assertThat(reading.verify(token(rsa))).isInstanceOf(Verification.Good.class);
      Files.writeString(file, TestKeys.jwks(p256));
      clock.move(Duration.ofSeconds(60));
      assertThat(reading.verify(token(rsa))).isInstanceOf(Verification.Bad.class);
      inFile.close();
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"", " ", "ftp://host/jwks", "http:/jwks", "https://user:word@host/jwks"})
  void aLocationThatCannotBeIsRefused(String location) {
    assertThatThrownBy(() -> PublishedKeys.at(location, clock))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageNotContaining("word@");
  }

  private String token(PublicJsonWebKey key) throws Exception {
    String algorithm =
        switch (key.getKeyType()) {
          case "RSA" -> "RS256";
          case "EC" -> "ES256";
          default -> "EdDSA";
        };
    String header = "{\"alg\":\"%s\",\"kid\":\"%s\"}".formatted(algorithm, key.getKeyId());
    String payload =
        "{\"sub\":\"ann\",\"exp\":%d,\"n\":%d}"
            .formatted(clock.seconds() + 86_400, System.nanoTime());
    return TestKeys.sign(key.getPrivateKey(), header, payload);
  }

  private void assertGood(String token) {
    assertThat(verifier.verify(token)).isInstanceOf(Verification.Good.class);
  }

  private void assertBad(String token) {
    assertThat(verifier.verify(token)).isInstanceOf(Verification.Bad.class);
  }

  private void assertUnavailable(String token) {
    assertThat(verifier.verify(token)).isInstanceOf(Verification.Unavailable.class);
  }
}
