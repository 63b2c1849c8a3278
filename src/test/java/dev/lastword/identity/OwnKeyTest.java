package dev.lastword.identity;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Stream;
import org.jose4j.jwk.JsonWebKey.OutputControlLevel;
import org.jose4j.jwk.PublicJsonWebKey;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class OwnKeyTest {
  private final SecureRandom random = new SecureRandom();
  @TempDir private Path folder;

  @Test
  void theKeyIsMadeOnceAndForItsOwnerAlone() throws Exception {
    Path data = folder.resolve("new/data");
    OwnKey made = OwnKey.open(data, random);
    Path file = data.resolve(OwnKey.FILE_NAME);
    assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
        .isEqualTo("rw-------");
    String content = Files.readString(file);
    assertThat(OwnKey.open(data, random).key()).isEqualTo(made.key());
    assertThat(file).hasContent(content);
    assertThat(filesIn(data)).containsExactly(OwnKey.FILE_NAME);
  }

  @Test
  void processesThatStartAtOnceAgreeOnOneKey() throws Exception {
    CountDownLatch start = new CountDownLatch(1);
    List<Future<OwnKey>> opened = new ArrayList<>();
    try (ExecutorService threads = Executors.newFixedThreadPool(6)) {
      for (int i = 0; i < 6; i++) {
        opened.add(
            threads.submit(() -> {
              start.await();
              return OwnKey.open(folder, random);
            }));
      }
      start.countDown();
      for (Future<OwnKey> one : opened) {
        assertThat(one.get().key()).isEqualTo(opened.getFirst().get().key());
      }
    }
    assertThat(filesIn(folder)).containsExactly(OwnKey.FILE_NAME);
  }

  @ParameterizedTest
  @ValueSource(strings = {"rw-r-----", "rw----r--", "rw--w----", "rw------x", "rwxrwxrwx"})
  void aKeyThatIsOpenToOthersIsRefused(String permissions) throws Exception {
    OwnKey.open(folder, random);
    Path file = folder.resolve(OwnKey.FILE_NAME);
    Files.setPosixFilePermissions(file, PosixFilePermissions.fromString(permissions));
    assertThatThrownBy(() -> OwnKey.open(folder, random))
        .isInstanceOf(IOException.class)
        .hasMessageContaining(file.toString())
        .hasMessageContaining("chmod 600");
  }

  @Test
  void whatIsNoPrivateRsaKeyIsRefusedAndLeftAsItIs() throws Exception {
    for (String content :
        List.of(
            "",
            "{}",
            "not JSON",
            "{\"kty\":\"oct\",\"k\":\"AAAA\"}",
            TestKeys.rsa("r").toJson(OutputControlLevel.PUBLIC_ONLY),
            TestKeys.rsa("r", 1024).toJson(OutputControlLevel.INCLUDE_PRIVATE),
            TestKeys.p256("e").toJson(OutputControlLevel.INCLUDE_PRIVATE))) {
      Path file = folder.resolve(OwnKey.FILE_NAME);
      Files.writeString(file, content);
      Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-------"));
      assertThatThrownBy(() -> OwnKey.open(folder, random))
          .isInstanceOf(IOException.class)
          .hasMessageContaining("not a private RSA key");
      assertThat(file).hasContent(content);
    }
  }

  @Test
  void thePublicSetHoldsNothingPrivateAndVerifiesOurTokens() throws Exception {
    OwnKey own = OwnKey.open(folder, random);
    String jwks = own.publicJwks();
    for (String member : List.of("d", "p", "q", "dp", "dq", "qi")) {
      assertThat(jwks).doesNotContain("\"" + member + "\":");
    }
    assertThat(jwks).contains("\"kid\":\"" + own.key().id() + "\"", "\"alg\":\"RS256\"");
    PublicJsonWebKey read =
        PublicJsonWebKey.Factory.newPublicJwk(jwks.substring(9, jwks.length() - 2));
    assertThat(own.key().id()).isEqualTo(read.calculateBase64urlEncodedThumbprint("SHA-256"));

    TestClock clock = new TestClock();
    Path published = Files.writeString(folder.resolve("jwks.json"), jwks);
    TokenVerifier verifier =
        new TokenVerifier(PublishedKeys.at(published.toString(), clock), Parties.ANY, clock);
    String token =
        new TokenIssuer(own, Parties.ANY, clock, random)
            .issue("ann", false, null, Duration.ofHours(1));
    assertThat(verifier.verify(token)).isInstanceOf(Verification.Good.class);
  }

  private static List<String> filesIn(Path folder) throws IOException {
    try (Stream<Path> files = Files.list(folder)) {
      return files.map(file -> file.getFileName().toString()).toList();
    }
  }
}
