package dev.lastword.settlement;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.zip.Deflater;
import java.util.zip.DeflaterOutputStream;
import java.util.zip.InflaterInputStream;

/**
 * How messages are written, version 1.
 *
 * <p>A body is ASCII: a JSON object, or, when that is long, {@code z1:} and the base64 of the
 * object deflated (zlib). What is not ASCII is escaped in the object, so any text survives,
 * whatever characters a queue allows. Every object has {@code "v": 1}, {@code "type"} and {@code
 * "holder"}, the group it came in; by type:
 *
 * <pre>
 * update-tokens   epoch, snapshots [{account, meter, spent, version}], receipts [...],
 *                 ahead [{id, version}]: receipts that came before, in messages of their own
 * receipts-ahead  receipts [...]
 * seal-epoch      epoch
 * </pre>
 *
 * A receipt is {@code id, account, node, meter, product, amount, created, version} and, where there
 * is one, {@code outcome, closed, key, print, result}. {@code account} is the incarnation, {@code
 * node} who may change it, {@code print} the fingerprint of the key's request. Times are ISO-8601,
 * numbers whole, amounts 0 to 2^53 - 1.
 *
 * <p>A reader takes nothing it does not know: another version, a member too many or a group that is
 * not the holder's makes the message unreadable. So a new version is taught to the workers first
 * and written by the nodes after.
 */
final class MessageText {

  /** Characters of a body; with what a queue adds, well under 256 KiB. */
  static final int MAX_BODY = 240 * 1024;

  /** No honest message unpacks to more. */
  private static final int MAX_OBJECT_BYTES = 64 * 1024 * 1024;

  private static final int WORTH_DEFLATING = 2_048;
  private static final String DEFLATED = "z1:";

  private MessageText() {}

  /** The body, however long it becomes. */
  static String write(Message message) {
    String object = MessageWriter.object(message);
    if (object.length() < WORTH_DEFLATING) {
      return object;
    }
    ByteArrayOutputStream bytes = new ByteArrayOutputStream(object.length() / 4);
    Deflater deflater = new Deflater(Deflater.BEST_SPEED);
    try (DeflaterOutputStream out = new DeflaterOutputStream(bytes, deflater)) {
      out.write(object.getBytes(StandardCharsets.US_ASCII));
    } catch (IOException e) {
      throw new IllegalStateException("memory does not fail", e);
    } finally {
      deflater.end();
    }
    return DEFLATED + Base64.getEncoder().encodeToString(bytes.toByteArray());
  }

  /** Reads what came in a group. */
  static Message read(String body, String group) throws Unreadable {
    Message message = MessageReader.message(body.startsWith(DEFLATED) ? inflated(body) : body);
    if (!message.holder().equals(group)) {
      throw new Unreadable("it came in the group " + group + " and speaks of another holder");
    }
    return message;
  }

  private static String inflated(String body) throws Unreadable {
    byte[] deflated;
    try {
      deflated = Base64.getDecoder().decode(body.substring(DEFLATED.length()));
    } catch (IllegalArgumentException e) {
      throw new Unreadable("it is no base64", e);
    }
    try (InflaterInputStream in = new InflaterInputStream(new ByteArrayInputStream(deflated))) {
      byte[] object = in.readNBytes(MAX_OBJECT_BYTES);
      if (in.read() >= 0) {
        throw new Unreadable("it unpacks to more than " + MAX_OBJECT_BYTES + " bytes");
      }
      return new String(object, StandardCharsets.US_ASCII);
    } catch (IOException e) {
      throw new Unreadable("it cannot be unpacked", e);
    }
  }
}
