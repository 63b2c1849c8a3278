package dev.lastword.load;

import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.List;
import java.util.function.DoubleFunction;
import java.util.function.DoubleUnaryOperator;

/**
 * An axis: where on it a value stands, and what is written beside it. Immutable.
 *
 * @param title what is measured, with its unit
 * @param places from a value to its place, 0 at the beginning of the axis and 1 at its end
 */
record Scale(String title, DoubleUnaryOperator places, List<Mark> marks) {

  /** About so many marks stand on a linear axis. */
  private static final int MARKS = 5;

  /** Up to so many powers of ten there is room for marks between them. */
  private static final int FEW_DECADES = 2;

  private static final BigDecimal HUNDRED = BigDecimal.valueOf(100);

  record Mark(double place, String text) {}

  /** Where that value stands; values beyond the axis stand at its end. */
  double at(double value) {
    return Math.clamp(places.applyAsDouble(value), 0, 1);
  }

  /** From 0 to the value, in equal steps that are easy to read. */
  static Scale to(double most, String title, DoubleFunction<String> text) {
    return linear(most, false, title, text);
  }

  /** The same, and on to the next mark, so that nothing touches the end. */
  static Scale beyond(double most, String title, DoubleFunction<String> text) {
    return linear(most, true, title, text);
  }

  private static Scale linear(
      double most, boolean beyond, String title, DoubleFunction<String> text) {
    double step = step(most > 0 ? most : 1);
    double end = beyond || most <= 0 ? step * (Math.floor(most / step) + 1) : most;
    List<Mark> marks = new ArrayList<>();
    for (int index = 0; index * step <= end * (1 + 1e-9); index++) {
      marks.add(new Mark(index * step / end, text.apply(index * step)));
    }
    return new Scale(title, value -> value / end, List.copyOf(marks));
  }

  private static double step(double most) {
    double rough = most / MARKS;
    double power = Math.pow(10, Math.floor(Math.log10(rough)));
    double times = rough / power;
    return power * (times <= 1 ? 1 : times <= 2 ? 2 : times <= 5 ? 5 : 10);
  }

  /** In powers of ten, from the one below the least value to the one above the greatest. */
  static Scale powers(double least, double most, String title, DoubleFunction<String> text) {
    int from = (int) Math.floor(Math.log10(least));
    int to = Math.max(from + 1, (int) Math.ceil(Math.log10(most)));
    double decades = to - from;
    List<Mark> marks = new ArrayList<>();
    for (int decade = from; decade <= to; decade++) {
      for (int times : decades <= FEW_DECADES && decade < to ? List.of(1, 2, 5) : List.of(1)) {
        double value = times * Math.pow(10, decade);
        marks.add(new Mark((Math.log10(value) - from) / decades, text.apply(value)));
      }
    }
    return new Scale(
        title, value -> value <= 0 ? 0 : (Math.log10(value) - from) / decades, List.copyOf(marks));
  }

  /**
   * Percentiles as HdrHistogram's plots show them: each step to the right is a tenth of what is
   * left, so that the rare is as wide as the usual. Ends where one of so many values is left.
   */
  static Scale percentiles(long values, String title) {
    double decades = Math.max(1, Math.log10((double) values));
    List<Mark> marks = new ArrayList<>();
    marks.add(new Mark(0, "0"));
    if (decades <= 2 * FEW_DECADES) {
      marks.add(new Mark(Math.log10(2) / decades, "50"));
    }
    for (int decade = 1; decade <= decades; decade++) {
      BigDecimal left = BigDecimal.ONE.scaleByPowerOfTen(2 - decade);
      marks.add(new Mark(decade / decades, HUNDRED.subtract(left).toPlainString()));
    }
    return new Scale(
        title,
        percentile -> percentile >= 100 ? 1 : Math.log10(100 / (100 - percentile)) / decades,
        List.copyOf(marks));
  }
}
