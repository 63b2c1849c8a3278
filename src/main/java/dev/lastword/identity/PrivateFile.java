package dev.lastword.identity;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Set;

/** A file with a secret that is made once and that its owner alone may read. */
final class PrivateFile {

  private static final FileAttribute<?> OWNER_ONLY =
      PosixFilePermissions.asFileAttribute(
          Set.of(PosixFilePermission.OWNER_READ, PosixFilePermission.OWNER_WRITE));

  /** What is written where there is no file yet. */
  interface Content {
    String make() throws IOException;
  }

  private PrivateFile() {}

  /**
   * Reads the file, and makes it first where there is none. Processes that start at once on one
   * folder agree on one content: it is written whole beside its place and then linked into place,
   * which succeeds once.
   *
   * @param file on a file system that knows POSIX permissions and hard links; its folder is made if
   *     it does not exist
   * @throws IOException if the file cannot be read or made, or is open to others than its owner;
   *     the message says what to do
   */
  static String read(Path file, Content content) throws IOException {
    if (!Files.exists(file)) {
      Files.createDirectories(file.toAbsolutePath().getParent());
      create(file, content);
    }
    refuseIfOpenToOthers(file);
    return Files.readString(file);
  }

  private static void create(Path file, Content content) throws IOException {
    Path folder = file.toAbsolutePath().getParent();
    Path draft =
        Files.createTempFile(folder, String.valueOf(file.getFileName()), ".new", OWNER_ONLY);
    try {
      try (FileChannel channel = FileChannel.open(draft, StandardOpenOption.WRITE)) {
        ByteBuffer text = ByteBuffer.wrap(content.make().getBytes(StandardCharsets.UTF_8));
        while (text.hasRemaining()) {
          channel.write(text);
        }
        channel.force(true);
      }
      // A move would replace the secret of a process that started at the same time.
      Files.createLink(file, draft);
      try (FileChannel entries = FileChannel.open(folder, StandardOpenOption.READ)) {
        entries.force(true);
      }
    } catch (FileAlreadyExistsException _) {
      // Another process was first: its secret is ours.
    } finally {
      Files.deleteIfExists(draft);
    }
  }

  private static void refuseIfOpenToOthers(Path file) throws IOException {
    Set<PosixFilePermission> permissions = Files.getPosixFilePermissions(file);
    String text = PosixFilePermissions.toString(permissions);
    if (!text.endsWith("------")) {
      throw new IOException(
          "%s is open to others than its owner (%s): run chmod 600 on it, and make a new key if it may have been read"
              .formatted(file, text));
    }
  }
}
