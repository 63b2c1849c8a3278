package dev.lastword.store.redis;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.fail;

import java.util.EnumSet;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.luaj.vm2.Prototype;

/**
 * Random walks of the protocol: nothing is lost, doubled or overspent, and every rule is needed.
 */
class ProtocolTest {

  private static final int WALKS = Integer.getInteger("walks", 600);
  private static final long FIRST = Long.getLong("first", 0);
  private static final int MOST = 20_000;

  /** Rules about what leaves Redis. */
  private static final Set<Rule> HASTE = EnumSet.of(Rule.TOMBSTONE, Rule.EXPIRE);

  @Test
  void promises1To7HoldOnEveryWalk() {
    Prototype library = LuaServer.compiled(Library.forWalks(Set.of()));
    long delivered = 0;
    for (long seed = FIRST; seed < FIRST + WALKS; seed++) {
      delivered += walked(seed, library, Set.of());
    }
    System.out.println(WALKS + " walks, " + delivered + " delivered");
    assertThat(delivered).isGreaterThan(WALKS);
  }

  private static int walked(long seed, Prototype library, Set<Rule> without) {
    try {
      return new Walk(seed, library, without).run();
    } catch (Walk.Broken e) {
      throw new AssertionError("walk " + seed + ": " + e.getMessage(), e);
    }
  }

  @ParameterizedTest
  @EnumSource(Rule.class)
  void everyRuleIsNeeded(Rule rule) {
    Set<Rule> without = EnumSet.of(rule);
    Prototype library = LuaServer.compiled(Library.forWalks(without));
    for (long seed = 0; seed < MOST; seed++) {
      try {
        new Walk(seed, library, without, HASTE.contains(rule) || seed % 3 == 0).run();
      } catch (Walk.Broken e) {
        System.out.println(rule + ": walk " + seed + ": " + e.getMessage());
        return;
      }
    }
    fail("nothing goes wrong without " + rule);
  }
}
