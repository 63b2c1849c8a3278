package dev.lastword.identity;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.io.TempDir;

/** Every bad token against each kind of key. */
final class BadTokensTest {

  @TempDir private Path folder;
  private BadTokens tokens;
  private TokenVerifier published;
  private TokenVerifier shared;

  @BeforeEach
  void makeVerifiers() throws Exception {
    TestClock clock = new TestClock();
    tokens = new BadTokens(clock);
    Path file = folder.resolve("jwks.json");
    Files.writeString(file, tokens.keys());
    Parties parties = new Parties(BadTokens.ISSUER, BadTokens.AUDIENCE);
    published = new TokenVerifier(PublishedKeys.at(file.toString(), clock), parties, clock);
    shared = new TokenVerifier(new SharedSecret(TestKeys.SECRET), parties, clock);
  }

  @Test
  void theTokensThatTheBadOnesDifferFromAreGood() throws Exception {
    List<String> good = tokens.goodOnes();
    for (String one : good.subList(0, 3)) {
      assertThat(published.verify(one)).isInstanceOf(Verification.Good.class);
    }
    assertThat(shared.verify(good.getLast())).isInstanceOf(Verification.Good.class);
  }

  @TestFactory
  Stream<DynamicTest> badTokensIdentifyNobody() {
    assertThat(tokens.all()).hasSizeGreaterThan(180);
    List<DynamicTest> tests = new ArrayList<>();
    tokens
        .all()
        .forEach((name, token) -> tests.add(DynamicTest.dynamicTest(name, () -> refuse(token))));
    return tests.stream();
  }

  private void refuse(String token) {
    for (TokenVerifier verifier : List.of(published, shared)) {
      assertThat(verifier.verify(token))
          .isInstanceOfSatisfying(
              Verification.Bad.class,
              refused -> {
                assertThat(refused.reason()).isNotBlank();
                for (String part : token.split("[. ]", -1)) {
                  assertThat(part.length() > 5 && refused.reason().contains(part)).isFalse();
                }
              });
      assertThat(verifier.verify(token)).isInstanceOf(Verification.Bad.class);
    }
  }
}
