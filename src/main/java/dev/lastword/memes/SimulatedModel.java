package dev.lastword.memes;

import dev.lastword.places.Place;
import java.util.List;
import java.util.SplittableRandom;
import java.util.function.LongSupplier;
import java.util.random.RandomGenerator;

/**
 * A model for when no real one is configured: puts a setup, a twist and a punchline together. It
 * never fails and never blocks. Safe for use by many threads if its seeds are.
 */
public final class SimulatedModel implements Model {

  /** What it is called wherever models have names. */
  public static final String NAME = "simulated";

  private final LongSupplier seeds;
  private final Stock setups = Stock.load("setups.txt");
  private final Stock twists = Stock.load("twists.txt");
  private final Stock punchlines = Stock.load("punchlines.txt");

  /**
   * A model with the parts that come with the program.
   *
   * @param seeds asked for one seed a meme, by many threads at once; the same seed and prompt give
   *     the same meme
   * @throws IllegalStateException if the parts are missing or wrong
   */
  public SimulatedModel(LongSupplier seeds) {
    this.seeds = seeds;
  }

  @Override
  public String name() {
    return NAME;
  }

  @Override
  public String generate(Prompt prompt) {
    RandomGenerator random = new SplittableRandom(seeds.getAsLong());
    return String.join(
        " ",
        fillOne(setups.plain(), prompt, random),
        fillOne(twists.suiting(prompt.place()), prompt, random),
        fillOne(punchlines.plain(), prompt, random));
  }

  private static String fillOne(List<Template> templates, Prompt prompt, RandomGenerator random) {
    Place place = prompt.place();
    return templates
        .get(random.nextInt(templates.size()))
        .fill(prompt.query(), place == null ? null : place.name());
  }
}
