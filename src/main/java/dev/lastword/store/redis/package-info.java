/**
 * The ledger of several nodes: working copies of accounts in Redis, which the system of record
 * lends to one life of the Redis memory at a time. {@link dev.lastword.store.redis.RedisLedger} is
 * the protocol; {@code lastword.lua} is the library of functions it calls.
 */
@NullMarked
package dev.lastword.store.redis;

import org.jspecify.annotations.NullMarked;
