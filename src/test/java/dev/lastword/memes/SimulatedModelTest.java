package dev.lastword.memes;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lastword.places.Place;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

final class SimulatedModelTest {

  private static final Place SUNNYSIDE =
      new Place("Sunnyside", "New York", "United States", 40.73982, -73.93542, 1.02);

  @Test
  void itSaysThatItIsSimulated() {
    assertThat(new SimulatedModel(() -> 0).name()).isEqualTo("simulated");
  }

  @Test
  void theSameSeedGivesTheSameMeme() {
    assertThat(memes(7, "food", SUNNYSIDE, 50)).isEqualTo(memes(7, "food", SUNNYSIDE, 50));
    assertThat(memes(7, "food", SUNNYSIDE, 50)).isNotEqualTo(memes(8, "food", SUNNYSIDE, 50));
  }

  @Test
  void everyMemeMentionsTheQueryAsTypedAndThePlace() {
    for (String query : List.of("food", "{place}", "$1", "Straße 😀")) {
      assertThat(memes(1, query, null, 500)).allSatisfy(meme -> assertThat(meme).contains(query));
      assertThat(memes(2, query, SUNNYSIDE, 500))
          .allSatisfy(meme -> assertThat(meme).contains(query).contains("Sunnyside"));
    }
  }

  @Test
  void itSeldomRepeatsItself() {
    assertThat(new HashSet<>(memes(3, "food", null, 200))).hasSizeGreaterThan(190);
  }

  @Test
  void everySetupHasTheQueryAndNoPartIsThereTwice() {
    assertThat(Stock.load("setups.txt").plain())
        .allSatisfy(setup -> assertThat(setup.fill("<food>", null)).contains("<food>"));
    for (String resource : List.of("setups.txt", "twists.txt", "punchlines.txt")) {
      Stock stock = Stock.load(resource);
      assertThat(Stream.concat(stock.plain().stream(), stock.placed().stream()))
          .hasSizeGreaterThanOrEqualTo(20)
          .doesNotHaveDuplicates();
    }
    assertThat(Stock.load("setups.txt").placed()).isEmpty();
    assertThat(Stock.load("punchlines.txt").placed()).isEmpty();
  }

  @Test
  void manyThreadsGetTheMemesOfOne() throws Exception {
    int count = 2_000;
    AtomicLong seeds = new AtomicLong();
    SimulatedModel model = new SimulatedModel(seeds::getAndIncrement);
    Prompt prompt = new Prompt("food", SUNNYSIDE);
    List<String> expected = Stream.generate(() -> model.generate(prompt)).limit(count).toList();
    seeds.set(0);
    List<Future<String>> futures = new ArrayList<>();
    try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      for (int i = 0; i < count; i++) {
        futures.add(threads.submit(() -> model.generate(prompt)));
      }
    }
    List<String> memes = new ArrayList<>();
    for (Future<String> future : futures) {
      memes.add(future.get());
    }
    assertThat(memes).containsExactlyInAnyOrderElementsOf(expected);
  }

  private static List<String> memes(long seed, String query, @Nullable Place place, int count) {
    SimulatedModel model = new SimulatedModel(new Random(seed)::nextLong);
    return Stream.generate(() -> model.generate(new Prompt(query, place))).limit(count).toList();
  }
}
