package dev.lastword.pictures;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.random.RandomGenerator;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Which emoji go with a poster.
 *
 * @param hero what it is about
 * @param companions what else its text mentions; two at most
 * @param flag of the country where it is; null if unknown
 */
record Art(String hero, List<String> companions, @Nullable String flag) {

  private static final int MAX_COMPANIONS = 2;
  private static final int BY_WHOLE_NAME = 12;
  private static final int BY_NAME = 6;
  private static final int BY_WORD = 1;

  /** For a text about nothing that has an emoji. */
  private static final List<String> COMEDIANS =
      List.of(
          "😂", "🤡", "🐸", "😎", "🙃", "🦆", "🐐", "🗿", "🤔", "🫠", "🦝", "🐈", "🤷", "🥲", "🧌");

  /** What people say of what has another name among emoji. */
  private static final Map<String, String> ALIASES =
      Map.ofEntries(
          Map.entry("pigeon", "🐦"),
          Map.entry("pigeons", "🐦"),
          Map.entry("seagull", "🐦"),
          Map.entry("seagulls", "🐦"),
          Map.entry("football", "⚽"),
          Map.entry("soccer", "⚽"),
          Map.entry("hummus", "🧆"),
          Map.entry("deadline", "⏰"),
          Map.entry("deadlines", "⏰"),
          Map.entry("kimchi", "🥬"),
          Map.entry("javascript", "💻"),
          Map.entry("java", "☕"),
          Map.entry("python", "🐍"),
          Map.entry("linux", "🐧"),
          Map.entry("viking", "🪓"),
          Map.entry("vikings", "🪓"),
          Map.entry("taxes", "💸"),
          Map.entry("love", "❤"),
          Map.entry("food", "🍔"),
          Map.entry("coffee", "☕"));

  private static final Pattern WORD = Pattern.compile("[\\p{L}\\p{M}\\p{N}]+");
  private static final Pattern DISTANCE = Pattern.compile("^[\\d.,]+ km from ");

  /** Too common to mean anything. */
  private static final Set<String> EMPTY =
      Set.copyOf(
          List.of(
              ("a about again all also am an and any are as at be been before but by can could day did do"
                      + " does down end for from get go good had has have he her his how i if in into is"
                      + " it its just know left like look made make me more my no nobody not now of off"
                      + " ok on one only open or our out over own part place put right same say see she"
                      + " so some that the their them then there they thing this time to too two up us"
                      + " was way we well were what when which who why will with word would you your"
                      + " yes new old big small small right person people man woman men women")
                  .split(" ")));

  static Art of(Poster poster, EmojiTable emoji, RandomGenerator random) {
    String about = poster.topic() == null ? poster.text() : poster.topic();
    String hero =
        shown(about, emoji)
            .findFirst()
            .or(() -> best(words(about), emoji, random))
            .or(() -> shown(poster.text(), emoji).findFirst())
            .or(() -> best(words(poster.text()), emoji, random))
            .orElseGet(() -> COMEDIANS.get(random.nextInt(COMEDIANS.size())));
    Set<String> companions = new LinkedHashSet<>();
    Set<String> topic = words(about);
    shown(about, emoji).skip(1).forEach(companions::add);
    for (String word : words(poster.text())) {
      if (!topic.contains(word)) {
        named(word, emoji).ifPresent(companions::add);
      }
    }
    companions.remove(hero);
    return new Art(
        hero,
        companions.stream().limit(MAX_COMPANIONS).toList(),
        country(poster.location()).map(Art::flag).filter(emoji::has).orElse(null));
  }

  /** The emoji in a text. */
  private static Stream<String> shown(String text, EmojiTable emoji) {
    return Script.clusters(text).stream()
        .filter(cluster -> Script.meansEmoji(cluster) && emoji.has(cluster));
  }

  /** The words that mean something, in lower case, in their order. */
  static Set<String> words(String text) {
    Set<String> words = new LinkedHashSet<>();
    Matcher matcher = WORD.matcher(text.toLowerCase(Locale.ROOT));
    while (matcher.find()) {
      if (!EMPTY.contains(matcher.group()) && isLongEnough(matcher.group())) {
        words.add(matcher.group());
      }
    }
    return words;
  }

  /** A letter says nothing, but for those that are words. */
  private static boolean isLongEnough(String word) {
    return word.length() > 1 || Character.isIdeographic(word.codePointAt(0));
  }

  /** What a word calls for: in English, in one of its forms, or else in another language. */
  private static List<EmojiTable.Called> called(String word, EmojiTable emoji) {
    return Stream.of(
            forms(word).map(emoji::called),
            Stream.of(emoji.calledElsewhere(word)),
            parts(word).map(emoji::calledElsewhere))
        .flatMap(one -> one)
        .filter(list -> !list.isEmpty())
        .findFirst()
        .orElse(List.of());
  }

  /** The words in a word of a script that writes none apart, the longer first. */
  private static Stream<String> parts(String word) {
    int[] letters = word.codePoints().toArray();
    List<String> parts = new ArrayList<>();
    for (int length = 3; length > 0; length--) {
      for (int at = 0; at + length <= letters.length; at++) {
        if (Character.isIdeographic(letters[at])) {
          parts.add(new String(letters, at, length));
        }
      }
    }
    return parts.stream();
  }

  private static Stream<String> forms(String word) {
    List<String> forms = new ArrayList<>(List.of(word));
    if (word.length() > 4 && word.endsWith("ies")) {
      forms.add(word.substring(0, word.length() - 3) + "y");
    }
    if (word.length() > 4 && word.endsWith("es")) {
      forms.add(word.substring(0, word.length() - 2));
    }
    if (word.length() > 3 && word.endsWith("s")) {
      forms.add(word.substring(0, word.length() - 1));
    }
    if (word.length() > 5 && word.endsWith("ing")) {
      forms.add(word.substring(0, word.length() - 3));
      forms.add(word.substring(0, word.length() - 3) + "e");
    }
    return forms.stream();
  }

  /** What most words call for, the name before the words; one of the best by chance. */
  private static Optional<String> best(
      Set<String> words, EmojiTable emoji, RandomGenerator random) {
    Map<String, Integer> points = new HashMap<>();
    for (String word : words) {
      String alias = ALIASES.get(word);
      List<EmojiTable.Called> called =
          alias == null ? called(word, emoji) : List.of(new EmojiTable.Called(alias, 1, true));
      for (EmojiTable.Called one : called) {
        points.merge(one.emoji(), points(one), Integer::sum);
      }
    }
    int most = points.values().stream().mapToInt(Integer::intValue).max().orElse(0);
    List<String> best =
        points.entrySet().stream()
            .filter(entry -> entry.getValue() == most)
            .map(Map.Entry::getKey)
            .sorted()
            .toList();
    return best.isEmpty() ? Optional.empty() : Optional.of(best.get(random.nextInt(best.size())));
  }

  private static int points(EmojiTable.Called called) {
    if (!called.byName()) {
      return BY_WORD;
    }
    return called.nameWords() == 1 ? BY_WHOLE_NAME : BY_NAME - Math.min(4, called.nameWords());
  }

  /** What has just that name, or it and one word more. */
  private static Optional<String> named(String word, EmojiTable emoji) {
    return forms(word)
        .flatMap(form -> emoji.called(form).stream())
        .filter(called -> called.byName() && called.nameWords() <= 2)
        .min(
            Comparator.comparingInt(EmojiTable.Called::nameWords)
                .thenComparing(EmojiTable.Called::emoji))
        .map(EmojiTable.Called::emoji);
  }

  /** The code of the country at the end of a location; empty for the seas. */
  static Optional<String> country(@Nullable String location) {
    if (location == null) {
      return Optional.empty();
    }
    String place = DISTANCE.matcher(location).replaceFirst("");
    String name = place.substring(place.lastIndexOf(", ") < 0 ? 0 : place.lastIndexOf(", ") + 2);
    return Stream.of(Locale.getISOCountries())
        .filter(code -> Locale.of("", code).getDisplayCountry(Locale.ENGLISH).equals(name))
        .findFirst();
  }

  private static String flag(String country) {
    StringBuilder flag = new StringBuilder();
    country.chars().forEach(letter -> flag.appendCodePoint(0x1f1e6 + letter - 'A'));
    return flag.toString();
  }
}
