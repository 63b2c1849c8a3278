package dev.lastword.load;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/** Where a report is to be written. */
public final class ReportFile {

  private final Path file;
  private final String command;

  private ReportFile(Path file, String command) {
    this.file = file;
    this.command = command;
  }

  /**
   * Makes sure that it can be written, and leaves what is there as it is.
   *
   * @param command what is run, as a person would type it; without secrets
   * @throws IOException with a reason for people, if it cannot be written
   */
  public static ReportFile at(Path file, String command) throws IOException {
    boolean there = Files.exists(file);
    try {
      Files.newOutputStream(file, StandardOpenOption.CREATE, StandardOpenOption.APPEND).close();
      if (!there) {
        Files.delete(file);
      }
    } catch (IOException e) {
      throw unwritable(file, e);
    }
    return new ReportFile(file, command);
  }

  String command() {
    return command;
  }

  /**
   * Writes it, in place of what was there.
   *
   * @throws IOException with a reason for people, if it cannot be written any more
   */
  void write(String html) throws IOException {
    try {
      Files.writeString(file, html);
    } catch (IOException e) {
      throw unwritable(file, e);
    }
  }

  private static IOException unwritable(Path file, IOException why) {
    String reason = why instanceof NoSuchFileException ? "there is no such folder" : why.toString();
    return new IOException("--report " + file + " cannot be written: " + reason, why);
  }

  @Override
  public String toString() {
    return file.toString();
  }
}
