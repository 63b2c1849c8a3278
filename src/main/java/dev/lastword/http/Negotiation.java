package dev.lastword.http;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What of several media types a client wants (RFC 9110, 12.5.1): the most specific range decides on
 * each, then the highest weight wins, then the more specific range, then whichever the client named
 * first, then the first that is offered.
 */
final class Negotiation {

  /** What clients say that want nothing in particular. */
  private static final List<String> ANYTHING = List.of("*/*");

  private static final Pattern RANGE =
      Pattern.compile("([!-~&&[^,;/]]+)/([!-~&&[^,;/]]+)((?:[ \t]*;[^;]*)*)");
  private static final Pattern WEIGHT =
      Pattern.compile(";[ \t]*q=(0(?:\\.\\d{0,3})?|1(?:\\.0{0,3})?)[ \t]*(?:;.*)?$");

  /** A range of media types. */
  private record Range(String type, String subtype, int thousandths, int position) {

    int fits(String mediaType) {
      if (type.equals("*")) {
        return subtype.equals("*") ? 1 : 0;
      }
      int slash = mediaType.indexOf('/');
      if (!type.equals(mediaType.substring(0, slash))) {
        return 0;
      }
      return subtype.equals("*") ? 2 : subtype.equals(mediaType.substring(slash + 1)) ? 3 : 0;
    }
  }

  private Negotiation() {}

  /**
   * The best of what is offered; the first where the client says nothing that can be understood;
   * empty if it wants none.
   *
   * @param accept all that the client's Accept fields say
   * @param offered in lower case, not empty
   */
  static Optional<String> choose(List<String> accept, List<String> offered) {
    if (accept.isEmpty() || ANYTHING.equals(accept)) {
      return Optional.of(offered.getFirst());
    }
    if (accept.size() == 1 && offered.contains(accept.getFirst())) {
      return Optional.of(accept.getFirst());
    }
    List<Range> ranges = ranges(accept);
    if (ranges.isEmpty()) {
      return Optional.of(offered.getFirst());
    }
    String best = null;
    Range bestRange = null;
    int bestFit = 0;
    for (String type : offered) {
      Range range = null;
      int fit = 0;
      for (Range candidate : ranges) {
        if (candidate.fits(type) > fit) {
          fit = candidate.fits(type);
          range = candidate;
        }
      }
      if (range != null
          && range.thousandths() > 0
          && (bestRange == null || isBetter(range, fit, bestRange, bestFit))) {
        best = type;
        bestRange = range;
        bestFit = fit;
      }
    }
    return Optional.ofNullable(best);
  }

  private static boolean isBetter(Range range, int fit, Range than, int thanFit) {
    if (range.thousandths() != than.thousandths()) {
      return range.thousandths() > than.thousandths();
    }
    return fit != thanFit ? fit > thanFit : range.position() < than.position();
  }

  private static List<Range> ranges(List<String> accept) {
    List<Range> ranges = new ArrayList<>();
    for (String element : String.join(",", accept).split(",", -1)) {
      Matcher range = RANGE.matcher(element.strip().toLowerCase(Locale.ROOT));
      if (range.matches()) {
        ranges.add(
            new Range(range.group(1), range.group(2), weight(range.group(3)), ranges.size()));
      }
    }
    return ranges;
  }

  /** In thousandths; 1 where there is none, or one that is no weight. */
  private static int weight(String parameters) {
    Matcher weight = WEIGHT.matcher(parameters);
    return weight.find() ? (int) Math.round(Double.parseDouble(weight.group(1)) * 1_000) : 1_000;
  }
}
