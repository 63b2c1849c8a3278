package dev.lastword.cli;

import java.util.LinkedHashMap;
import java.util.Map;

/** A server's metrics at one moment, by name and labels. */
record Figures(Map<String, Double> values) {

  /** Reads Prometheus' text format. */
  static Figures parse(String text) {
    Map<String, Double> values = new LinkedHashMap<>();
    for (String line : text.split("\n", -1)) {
      int space = line.lastIndexOf(' ');
      if (!line.startsWith("#") && space > 0) {
        values.put(line.substring(0, space), Double.parseDouble(line.substring(space + 1)));
      }
    }
    return new Figures(values);
  }

  /** The sum over all labels. */
  double sum(String name) {
    return sum(name, "");
  }

  /** The sum over the labels that contain that text. */
  double sum(String name, String label) {
    double sum = 0;
    for (Map.Entry<String, Double> value : values.entrySet()) {
      String key = value.getKey();
      boolean named = key.equals(name) || key.startsWith(name + "{");
      if (named && key.contains(label)) {
        sum += value.getValue();
      }
    }
    return sum;
  }

  /** The mean of a summary or timer; 0 where nothing was counted. */
  double mean(String name) {
    double count = sum(name + "_count");
    return count == 0 ? 0 : sum(name + "_sum") / count;
  }

  double since(Figures before, String name) {
    return since(before, name, "");
  }

  double since(Figures before, String name, String label) {
    return sum(name, label) - before.sum(name, label);
  }

  double meanSince(Figures before, String name) {
    double count = since(before, name + "_count");
    return count == 0 ? 0 : since(before, name + "_sum") / count;
  }
}
