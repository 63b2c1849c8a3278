package dev.lastword.faults;

import java.util.Random;

/**
 * One way to harm a server, and how often.
 *
 * @param name a word for {@code --only}
 * @param description what is done, in a few words
 * @param rounds how often, of so many rounds asked for
 * @param trial does it
 */
record Fault(String name, String description, Share rounds, Trial trial) {

  /**
   * Of so many rounds asked for, how many are this fault's; none for what a short run leaves out.
   */
  interface Share {
    int of(int rounds);
  }

  /** Harms a server so often. */
  interface Trial {
    Outcome run(int rounds, long seed) throws Exception;
  }

  /** One round where somebody serves; another one may follow on the same. */
  interface Round<A extends Arena> {
    Verdict play(A arena, Random random) throws Exception;
  }

  /**
   * What a trial found.
   *
   * @param recoverySeconds the slowest start after a crash; 0 if there was none
   * @param note what else is worth a line; empty for nothing
   */
  record Outcome(int rounds, Verdict verdict, double recoverySeconds, String note) {

    static Outcome of(int rounds, Verdict verdict, String note) {
      return new Outcome(rounds, verdict, 0, note);
    }
  }

  /** Plays rounds in one place after the other, {@code perArena} in each. */
  static <A extends Arena> Trial inArenas(int perArena, Opening<A> opening, Round<A> round) {
    return (rounds, seed) -> {
      Verdict all = Verdict.NOTHING;
      double recovery = 0;
      int played = 0;
      while (played < rounds && all.breaches().isEmpty()) {
        Random random = new Random(seed + played);
        Verdict last = Verdict.NOTHING;
        try (A arena = opening.open(seed + played)) {
          for (int count = 0; count < perArena && played < rounds; count++) {
            played++;
            last = round.play(arena, random);
            recovery = Math.max(recovery, arena.slowestRecoverySeconds());
            if (!last.breaches().isEmpty()) {
              break;
            }
          }
        }
        all = all.plus(last);
      }
      return new Outcome(played, all, recovery, "");
    };
  }

  /** Makes a place for rounds. */
  interface Opening<A extends Arena> {
    A open(long seed) throws Exception;
  }
}
