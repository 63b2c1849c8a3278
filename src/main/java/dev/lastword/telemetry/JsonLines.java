package dev.lastword.telemetry;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.logging.ConsoleHandler;
import java.util.logging.Formatter;
import java.util.logging.Handler;
import java.util.logging.Level;
import java.util.logging.LogRecord;
import java.util.logging.Logger;

/** The log: one JSON object a line on standard error. */
public final class JsonLines extends Formatter {

  private static final DateTimeFormatter TIME =
      DateTimeFormatter.ofPattern("uuuu-MM-dd'T'HH:mm:ss.SSS'Z'").withZone(ZoneOffset.UTC);

  /** Makes this the form of everything the process logs, from that level on. */
  public static void install(Level level) {
    ConsoleHandler console = new ConsoleHandler();
    console.setFormatter(new JsonLines());
    console.setLevel(level);
    // Libraries speak only of what went wrong.
    console.setFilter(record ->
        record.getLevel().intValue() >= Level.WARNING.intValue()
            || String.valueOf(record.getLoggerName()).startsWith("dev.lastword"));
    Logger root = Logger.getLogger("");
    root.setLevel(level);
    for (Handler other : root.getHandlers()) {
      root.removeHandler(other);
    }
    root.addHandler(console);
  }

  /**
   * Writes a line while the process ends: the JDK closes its own log with the first shutdown hooks,
   * and a server that drains has things to say until its last moment.
   */
  public static void whileEnding(Class<?> logger, String message) {
    LogRecord record = new LogRecord(Level.INFO, message);
    record.setLoggerName(logger.getName());
    System.err.print(new JsonLines().format(record));
    System.err.flush();
  }

  @Override
  public String format(LogRecord record) {
    StringBuilder line = new StringBuilder(160);
    line.append("{\"time\":\"").append(TIME.format(record.getInstant()));
    line.append("\",\"level\":\"").append(record.getLevel().getName());
    line.append("\",\"logger\":");
    quote(line, String.valueOf(record.getLoggerName()));
    line.append(",\"message\":");
    quote(line, formatMessage(record));
    Throwable thrown = record.getThrown();
    if (thrown != null) {
      StringWriter trace = new StringWriter();
      thrown.printStackTrace(new PrintWriter(trace));
      line.append(",\"error\":");
      quote(line, trace.toString());
    }
    return line.append("}\n").toString();
  }

  private static void quote(StringBuilder line, String text) {
    line.append('"');
    for (int index = 0; index < text.length(); index++) {
      char character = text.charAt(index);
      switch (character) {
        case '"' -> line.append("\\\"");
        case '\\' -> line.append("\\\\");
        case '\n' -> line.append("\\n");
        case '\t' -> line.append("\\t");
        default -> {
          if (character < ' ' || character == 0x7f || character == 0x2028) {
            line.append(String.format("\\u%04x", (int) character));
          } else {
            line.append(character);
          }
        }
      }
    }
    line.append('"');
  }
}
