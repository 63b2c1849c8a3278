package dev.lastword.ledger;

import dev.lastword.accounts.Meter;
import dev.lastword.accounts.RequestKey;
import org.jspecify.annotations.Nullable;

/**
 * What someone asks to be charged for.
 *
 * @param incarnation the account that was authenticated; another one under the same id is refused
 * @param product what is sold: {@code text_meme}, {@code ai_meme}, {@code words}
 * @param key makes a repetition harmless
 * @param result what it takes to give again what was begun, should it never be closed; null keeps
 *     nothing
 */
public record Order(
    String accountId,
    long incarnation,
    Meter meter,
    String product,
    @Nullable RequestKey key,
    @Nullable String result) {}
