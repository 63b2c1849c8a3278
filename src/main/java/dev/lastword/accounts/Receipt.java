package dev.lastword.accounts;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * The record of one charge.
 *
 * @param id time-ordered: ids sort as their charges were begun
 * @param incarnation of the account that pays
 * @param holder the node that may change it while it is open
 * @param amount units charged so far; paid ahead while open, exactly what was delivered once closed
 * @param outcome null while open
 * @param version counts the changes; a newer one replaces an older one
 * @param key the client's, if it sent one
 * @param result what it takes to give again what was sold; null if nobody will want it
 */
public record Receipt(
    String id,
    long incarnation,
    String holder,
    Meter meter,
    String product,
    long amount,
    @Nullable Outcome outcome,
    Instant createdAt,
    @Nullable Instant closedAt,
    long version,
    @Nullable RequestKey key,
    @Nullable String result) {

  /** The same with its beginning at that time; before anything is paid. */
  public Receipt begunAt(Instant time) {
    return new Receipt(
        id,
        incarnation,
        holder,
        meter,
        product,
        amount,
        outcome,
        time,
        closedAt,
        version,
        key,
        result);
  }

  public Receipt paid(long newAmount) {
    return new Receipt(
        id,
        incarnation,
        holder,
        meter,
        product,
        newAmount,
        null,
        createdAt,
        null,
        version + 1,
        key,
        result);
  }

  public Receipt closed(
      long finalAmount, Outcome finalOutcome, Instant at, @Nullable String finalResult) {
    return new Receipt(
        id,
        incarnation,
        holder,
        meter,
        product,
        finalAmount,
        finalOutcome,
        createdAt,
        at,
        version + 1,
        key,
        finalResult);
  }
}
