package dev.lastword.identity;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import java.util.HashSet;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class LinksTest {

  private static final String ID = "01M803RE0W1H545EFW7S9E3YJN";
  private static final String SECRET = "a secret of more than thirty-two bytes";

  private final Links links = Links.ofSecret(SECRET);

  @Test
  void aSignatureNamesTheAccountToWhoeverHasTheSecret() {
    for (long account : new long[] {0, 1, 42, -7, Long.MAX_VALUE, Long.MIN_VALUE}) {
      String signature = links.signature(account, ID);

      assertThat(signature).hasSize(32).matches("[A-Za-z0-9_-]+");
      assertThat(Links.ofSecret(SECRET).account(ID, signature)).contains(account);
      assertThat(Links.ofSecret(SECRET + "!").account(ID, signature)).isEmpty();
      assertThat(links.account(ID.replace('N', 'P'), signature)).isEmpty();
    }
  }

  @Test
  void noChangedSignatureIsTaken() {
    String signature = links.signature(42, ID);
    for (int at = 0; at < signature.length(); at++) {
      for (char other : new char[] {'A', 'z', '0', '_', '=', '/', ' ', 'é'}) {
        if (signature.charAt(at) != other) {
          String changed = signature.substring(0, at) + other + signature.substring(at + 1);
          assertThat(links.account(ID, changed)).as(changed).isEmpty();
        }
      }
    }
    assertThat(links.account(ID, "")).isEmpty();
    assertThat(links.account(ID, signature + "AAAA")).isEmpty();
    assertThat(links.account(ID, signature.substring(4))).isEmpty();
  }

  @Test
  void whoSeesTheLinksOfOneAccountCannotSeeThatTheyAreOne() {
    Set<String> begins = new HashSet<>();
    for (int meme = 100; meme < 200; meme++) {
      begins.add(links.signature(1, "01M803RE0W1H545EFW7S9E3" + meme).substring(0, 8));
    }
    assertThat(begins).hasSize(100);
  }

  @Test
  void theKeyInTheFolderIsMadeOnceAndItsOwnersAlone(@TempDir Path folder) throws IOException {
    String signature = Links.open(folder, new SecureRandom()).signature(42, ID);

    assertThat(Links.open(folder, new SecureRandom()).account(ID, signature)).contains(42L);
    Path file = folder.resolve(Links.FILE_NAME);
    assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
        .isEqualTo("rw-------");
    Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-r-----"));
    assertThatThrownBy(() -> Links.open(folder, new SecureRandom()))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("chmod 600");
  }
}
