#!lua name=lastword2
-- The working copy of accounts in Redis: one library of functions, each atomic.
--
-- Accounts fall into 64 partitions by hash tag; all keys of a call share one, and are declared in this order:
--    1  {p17}:epoch     hash    epoch: the number that lives; life: of which server; loads: counts copies
--    2  {p17}:a:<id>    hash    the account: epoch, number, incarnation, revision, ended, profile, open,
--                               tc ts tv (tokens: credited, spent, version), wc ws wv (words)
--    3  {p17}:r:<id>    hash    receipts that are open, not yet safe, or recent: <id> -> state, h:<id> -> what
--                               never changes, x:<id> -> result
--    4  {p17}:d:<id>    set     ids of receipts that are not known to be safe ("dirty")
--    5  {p17}:k:<id>    hash    Idempotency-Key -> "receipt reserved-until fingerprint"
--    6  {p17}:w:<id>    list    when requests were admitted, newest first, microseconds of this server's clock
--    7  {p17}:f:<id>    string  the tombstone: "epoch incarnation tv wv" of a copy that left within the hour
--    8  {p17}:used      zset    id -> when it was last used, milliseconds
--    9  {p17}:due       zset    id -> when somebody should look after its receipts, milliseconds
--
-- An epoch is one life of this memory. The epoch key names the server's term as master; whoever finds another
-- there, or none, begins a newer epoch. Every other call names its epoch and is refused in another ("stale"), and
-- so is a copy that was loaded in another ("missing", with the time for `put`).
--
-- What the system of record knows is told with the number of the copy it was asked for ("check"): the number
-- changes whenever something is forgotten here, so that knowledge from before does not count.
--
-- A receipt's state: meter amount version outcome closed-at owned once keyed touched-at meter's-version. outcome and
-- closed-at are "-" while it is open; owned: only its tab changes it; once: paid and closed in one step; meter's-version:
-- the account's when it was last changed.
-- A receipt leaves when it is closed and the system of record has it; until then what is asked about it is answered here.
-- Numbers are whole, up to 2^53 - 1, and travel as text.

local A_FIELDS = { 'epoch', 'number', 'incarnation', 'ended', 'tc', 'ts', 'tv', 'wc', 'ws', 'wv' }
local LOAD_LIFE = 60000        -- what was read from the system of record is good for so long, milliseconds
local TOMBSTONE_LIFE = 3600000
local RECEIPT_LIFE = 60000     -- closed and safe receipts are forgotten after that
local RESERVATION_LIFE = 10000 -- a key that was reserved and not charged by then is free again
local LOOK_LATER = 30000
local MAX_DIRTY = 400          -- one message must be able to hold them

local life -- A local of the library: a full resynchronization with another master resets it.

local function my_life()
  if not life then
    life = string.match(redis.call('INFO', 'replication'), 'master_replid:(%x+)')
  end
  return life
end

local function text(number)
  return string.format('%.0f', number)
end

local function now_micros()
  local time = redis.call('TIME')
  return tonumber(time[1]) * 1000000 + tonumber(time[2])
end

local function now_millis()
  return math.floor(now_micros() / 1000)
end

-- The account as a table, or nil and why not.
local function working(keys, epoch)
  local living = redis.call('HMGET', keys[1], 'epoch', 'life')
  if living[1] ~= epoch then return nil, { 'stale' } end -- RULE epoch
  if living[2] ~= my_life() then return nil, { 'stale' } end -- RULE life
  local values = redis.call('HMGET', keys[2], unpack(A_FIELDS))
  local account = {}
  for i, field in ipairs(A_FIELDS) do account[field] = values[i] end
  if not account.epoch then return nil, { 'missing', text(now_millis()) } end
  if account.epoch ~= epoch then return nil, { 'missing', text(now_millis()) } end -- RULE epoch
  return account
end

local function meter_of(account, meter)
  return {
    credited = tonumber(account[meter .. 'c']),
    spent = tonumber(account[meter .. 's']),
    version = tonumber(account[meter .. 'v']),
  }
end

local function parse(state)
  local part = {}
  for word in string.gmatch(state, '%S+') do part[#part + 1] = word end
  return {
    meter = part[1], amount = tonumber(part[2]), version = tonumber(part[3]), outcome = part[4], closed_at = part[5],
    owned = part[6] == '1', once = part[7] == '1', keyed = part[8] == '1', at = tonumber(part[9]), recorded_by = tonumber(part[10]),
  }
end

local function format(receipt)
  return table.concat({
    receipt.meter, text(receipt.amount), text(receipt.version), receipt.outcome, receipt.closed_at,
    receipt.owned and '1' or '0', receipt.once and '1' or '0', receipt.keyed and '1' or '0', text(receipt.at),
    text(receipt.recorded_by),
  }, ' ')
end

local function is_open(receipt)
  return receipt.outcome == '-'
end

local function receipt_of(keys, id)
  local state = redis.call('HGET', keys[3], id)
  return state and parse(state) or nil
end

-- A receipt as it is told: id, state, head, result.
local function told(keys, id, into)
  local values = redis.call('HMGET', keys[3], id, 'h:' .. id, 'x:' .. id)
  into[#into + 1] = id
  into[#into + 1] = values[1]
  into[#into + 1] = values[2]
  into[#into + 1] = values[3] or ''
  return into
end

-- Spends the difference, and remembers the receipt as not yet safe.
local function record(keys, account, id, receipt, amount, now)
  local meter = receipt.meter
  local balance = meter_of(account, meter)
  account[meter .. 's'] = text(balance.spent + amount - receipt.amount)
  account[meter .. 'v'] = text(balance.version + 1)
  redis.call('HSET', keys[2], meter .. 's', account[meter .. 's'], meter .. 'v', account[meter .. 'v'])
  receipt.amount = amount
  receipt.version = receipt.version + 1
  receipt.at = now
  receipt.recorded_by = balance.version + 1
  redis.call('HSET', keys[3], id, format(receipt))
  redis.call('SADD', keys[4], id)
  redis.call('ZADD', keys[8], text(now), keys.id)
  redis.call('ZADD', keys[9], 'LT', text(now), keys.id)
end

local function left(account, meter)
  return text(tonumber(account[meter .. 'c']) - tonumber(account[meter .. 's']))
end

-- Takes a receipt over from the system of record, as its own tab's.
local function adopt(keys, id, known, key, print)
  local receipt = parse(known[2])
  receipt.owned = true
  redis.call('HSET', keys[3], id, format(receipt), 'h:' .. id, known[3], 'x:' .. id, known[4])
  if is_open(receipt) then redis.call('HINCRBY', keys[2], 'open', 1) end
  if key ~= '' then redis.call('HSET', keys[5], key, id .. ' 0 ' .. print) end
  return receipt
end

-- Another is answered with a receipt: the attempt that made it cannot give it back any more.
local function replay(keys, id, receipt)
  receipt.owned = false -- RULE asked
  redis.call('HSET', keys[3], id, format(receipt))
  return told(keys, id, { 'replay', text(redis.call('SISMEMBER', keys[4], id)) })
end

-- What the key means for this receipt: nil if it may be charged under it.
-- known: what the system of record has under the key: {id, state, head, result, fingerprint} or {}.
local function claim(keys, account, id, key, print, checked, known, now)
  local held, given_back = redis.call('HGET', keys[5], key), false
  if held then
    local other, till, its = string.match(held, '^(%S+) (%d+) (.*)$')
    if other == id then return nil end
    local receipt = receipt_of(keys, other)
    if receipt and (is_open(receipt) or receipt.amount > 0) then
      if its ~= print then return { 'otherwise' } end
      if is_open(receipt) then return { 'running' } end
      return replay(keys, other, receipt)
    end
    if not receipt and tonumber(till) > now then
      return { its == print and 'running' or 'otherwise' }
    end
    -- What it was charged is given back, though the system of record may not know that yet: it is no result.
    given_back = receipt ~= nil
  end
  if not given_back and checked ~= account.number then return { 'check', account.number } end -- RULE key
  if not given_back and known[1] then
    if known[5] ~= print then return { 'otherwise' } end
    if is_open(parse(known[2])) then return { 'running' } end
    return { 'replay', '0', known[1], known[2], known[3], known[4] }
  end
  redis.call('HSET', keys[5], key, id .. ' ' .. text(now + RESERVATION_LIFE) .. ' ' .. print)
  return nil
end

local function known_at(args, first)
  local known = {}
  for i = first, #args do known[#known + 1] = args[i] end
  return known
end

-- The id of the account is what follows "{p17}:a:".
local function opened(keys)
  keys.id = string.match(keys[2], '^{[^}]*}:a:(.*)$')
end

-- Which epoch there is (0: none), and whether it lives on this server.
local function living(keys)
  local found = redis.call('HMGET', keys[1], 'epoch', 'life')
  return { found[1] or '0', (found[1] and found[2] == my_life()) and '1' or '0' }
end

-- args: the epoch that was found, the next one. Only who found what is still there begins.
local function begin(keys, args)
  if (redis.call('HGET', keys[1], 'epoch') or '0') == args[1] then
    redis.call('HSET', keys[1], 'epoch', args[2], 'life', my_life())
  end
  return living(keys)
end

-- args: epoch
local function look(keys, args)
  opened(keys)
  local account, why = working(keys, args[1])
  if not account then return why end
  if account.ended == 'deleted' then return { 'missing', text(now_millis()) } end
  redis.call('ZADD', keys[8], text(now_millis()), keys.id)
  local more = redis.call('HMGET', keys[2], 'revision', 'profile')
  return { 'done', account.incarnation, more[1], more[2], account.tc, account.ts, account.tv, account.wc, account.ws, account.wv }
end

-- Puts a copy of what was lent. args: epoch, when it was found missing, incarnation, revision, ended, profile, tc, ts,
-- tv, wc, ws, wv, then when its requests were admitted lately, milliseconds, oldest first.
-- Says "done", "again" (ask once more) or "draining" (a deleted account of that id still has dirty receipts).
local function put(keys, args)
  opened(keys)
  local epoch, now = args[1], now_millis()
  local there, why = working(keys, epoch)
  if why and why[1] == 'stale' then return why end
  if now - tonumber(args[2]) > LOAD_LIFE then return { 'again' } end
  if there then
    if tonumber(args[3]) <= tonumber(there.incarnation) then return { 'done' } end
    if redis.call('SCARD', keys[4]) > 0 then return { 'draining' } end
  end
  local floor, in_this_epoch = redis.call('GET', keys[7]), false
  if floor then
    local left_in, incarnation, tv, wv = string.match(floor, '^(%S+) (%S+) (%S+) (%S+)$')
    in_this_epoch = left_in == epoch
    if in_this_epoch and incarnation == args[3] and (tonumber(args[9]) < tonumber(tv) or tonumber(args[12]) < tonumber(wv)) then return { 'again' } end -- RULE tombstone
  end
  redis.call('DEL', keys[2], keys[3], keys[4], keys[5])
  redis.call('ZREM', keys[9], keys.id)
  local number = epoch .. ':' .. text(redis.call('HINCRBY', keys[1], 'loads', 1))
  redis.call('HSET', keys[2], 'epoch', epoch, 'number', number, 'incarnation', args[3], 'revision', args[4], 'ended', args[5],
    'profile', args[6], 'tc', args[7], 'ts', args[8], 'tv', args[9], 'wc', args[10], 'ws', args[11], 'wv', args[12],
    'open', '0')
  if not in_this_epoch and not there then -- What stands there may lack what an older copy of this memory did not know.
    redis.call('DEL', keys[6])
    for i = 13, #args do redis.call('LPUSH', keys[6], args[i] .. '000') end
    redis.call('PEXPIRE', keys[6], 86400000)
  end
  redis.call('ZADD', keys[8], text(now), keys.id)
  return { 'done' }
end

-- Takes over what operators changed. args: epoch, then as for put, or nothing if there is no account any more.
local function refresh(keys, args)
  opened(keys)
  local account, why = working(keys, args[1])
  if not account then return why end
  if not args[2] or tonumber(args[2]) > tonumber(account.incarnation) then
    redis.call('HSET', keys[2], 'ended', 'deleted')
    return { 'done' }
  end
  if tonumber(args[2]) < tonumber(account.incarnation) then return { 'done' } end
  if tonumber(args[3]) > tonumber(redis.call('HGET', keys[2], 'revision')) and account.ended ~= 'deleted' then
    redis.call('HSET', keys[2], 'revision', args[3], 'ended', args[4], 'profile', args[5])
  end
  redis.call('HSET', keys[2],
    'tc', text(math.max(tonumber(account.tc), tonumber(args[6]))),
    'wc', text(math.max(tonumber(account.wc), tonumber(args[7]))))
  return { 'done' }
end

-- Reserves a key before anything is made. args: epoch, receipt, incarnation, key, fingerprint, checked, known...
local function reserve(keys, args)
  opened(keys)
  local account, why = working(keys, args[1])
  if not account then return why end
  if account.incarnation ~= args[3] then return { 'ended', 'deleted' } end
  if account.ended ~= '' then return { 'ended', account.ended } end
  return claim(keys, account, args[2], args[4], args[5], args[6], known_at(args, 7), now_millis()) or { 'done' }
end

-- Lets go of a key that was reserved and not charged. args: epoch, receipt, key
local function release(keys, args)
  opened(keys)
  local account, why = working(keys, args[1])
  if not account then return why end
  local held = redis.call('HGET', keys[5], args[3])
  if held and string.match(held, '^(%S+)') == args[2] and not receipt_of(keys, args[2]) then redis.call('HDEL', keys[5], args[3]) end
  return { 'done' }
end

-- Pays for between min and max units beyond what is known to be paid. args: epoch, not after (milliseconds), receipt,
-- incarnation, meter, paid, min, max, once (how it closes at once, or -), at, head, result, key, fingerprint, checked, known...
-- Says done, units, what is left, meter's version | short, what is left | ended, why | closed | check | running | otherwise | replay
local function pay(keys, args)
  opened(keys)
  local account, why = working(keys, args[1])
  if not account then return why end
  local now = now_millis()
  if now > tonumber(args[2]) then return { 'late' } end
  if account.incarnation ~= args[4] then return { 'ended', 'deleted' } end
  if account.ended ~= '' then return { 'ended', account.ended } end
  local id, meter, paid, min, max = args[3], args[5], tonumber(args[6]), tonumber(args[7]), tonumber(args[8])
  local key, print, checked, known = args[13], args[14], args[15], known_at(args, 16)
  local receipt = receipt_of(keys, id)
  if receipt then
    if not is_open(receipt) or not receipt.owned then return { 'closed' } end
  elseif paid > 0 then
    if checked ~= account.number then return { 'check', account.number } end
    if not known[1] or not is_open(parse(known[2])) then return { 'closed' } end
    receipt = adopt(keys, id, known, key, print)
  elseif key ~= '' then
    local refused = claim(keys, account, id, key, print, checked, known, now)
    if refused then return refused end
  end
  local before = receipt and receipt.amount or 0
  local balance = meter_of(account, meter)
  local available = balance.credited - balance.spent + before - paid
  if available < min then return { 'short', left(account, meter) } end
  local units = math.min(available, max)
  if units > 0 or not receipt then
    if redis.call('SCARD', keys[4]) >= MAX_DIRTY then return { 'busy' } end
    if not receipt then
      receipt = { meter = meter, amount = 0, version = 0, outcome = '-', closed_at = '-', owned = true,
        once = args[9] ~= '-', keyed = key ~= '', at = now, recorded_by = 0 }
      redis.call('HSET', keys[3], 'h:' .. id, args[11], 'x:' .. id, args[12])
      if receipt.once then
        receipt.outcome, receipt.closed_at = units < max and 'exhausted' or args[9], args[10]
      else
        redis.call('HINCRBY', keys[2], 'open', 1)
      end
    end
    record(keys, account, id, receipt, math.max(before, paid + units), now)
  end
  return { 'done', text(units), left(account, meter), account[meter .. 'v'] }
end

-- Closes a tab and gives back what was not delivered; with nothing delivered, takes back what was paid in one step.
-- args: epoch, receipt, incarnation, delivered, outcome, at, result, sweeper (1: whoever owned it is gone), checked, known...
-- Says done, delivered, what is left, meter's version | nothing | closed | check
local function close(keys, args)
  opened(keys)
  local account, why = working(keys, args[1])
  if not account then return why end
  local id, delivered, sweeper, known = args[2], tonumber(args[4]), args[8] == '1', known_at(args, 10)
  if account.incarnation ~= args[3] then return { 'closed' } end
  local receipt = receipt_of(keys, id)
  if not receipt then
    if args[9] ~= account.number then return { 'check', account.number } end
    if not known[1] then return { 'nothing' } end
    receipt = parse(known[2])
    if not is_open(receipt) and (sweeper or delivered > 0 or not receipt.once or receipt.keyed or receipt.amount == 0) then return { 'closed' } end
    receipt = adopt(keys, id, known, '', '')
  end
  local open = is_open(receipt)
  if not open and not sweeper and receipt.amount == delivered then -- It was done before, and may not be safe yet.
    return { 'done', text(delivered), left(account, receipt.meter), account[receipt.meter .. 'v'] }
  end
  if not open and (sweeper or delivered > 0 or not receipt.owned) then return { 'closed' } end
  if open and not sweeper and not receipt.owned then return { 'closed' } end
  if sweeper then delivered = receipt.meter == 'w' and receipt.amount or 0 end
  if open then redis.call('HINCRBY', keys[2], 'open', -1) end
  -- A fixed price can still be taken back by its tab, until it is answered or another asks for it.
  receipt.outcome, receipt.closed_at, receipt.owned = args[5], args[6], open and not sweeper and receipt.meter == 't'
  if args[7] ~= '' then redis.call('HSET', keys[3], 'x:' .. id, args[7]) end
  record(keys, account, id, receipt, math.min(delivered, receipt.amount), now_millis())
  return { 'done', text(receipt.amount), left(account, receipt.meter), account[receipt.meter .. 'v'] }
end

-- Lowers what is left to a target by a charge. args: epoch, not after, receipt, incarnation, meter, target, at, head
-- Says done, units missing, meter's version
local function lower(keys, args)
  opened(keys)
  local account, why = working(keys, args[1])
  if not account then return why end
  local now, meter = now_millis(), args[5]
  if now > tonumber(args[2]) then return { 'late' } end
  if account.incarnation ~= args[4] or account.ended == 'deleted' then return { 'ended', 'deleted' } end
  local excess = tonumber(left(account, meter)) - tonumber(args[6])
  if excess > 0 then
    redis.call('HSET', keys[3], 'h:' .. args[3], args[8], 'x:' .. args[3], '')
    record(keys, account, args[3], { meter = meter, amount = 0, version = 0, outcome = 'adjusted', closed_at = args[7],
      owned = false, once = true, keyed = false, at = now, recorded_by = 0 }, excess, now)
  end
  return { 'done', text(math.max(0, -excess)), account[meter .. 'v'] }
end

-- The snapshot, and every receipt that is not known to be safe. args: epoch
local function collect(keys, args)
  opened(keys)
  local account, why = working(keys, args[1])
  if not account then return why end
  local all = { 'done', account.incarnation, account.ts, account.tv, account.ws, account.wv }
  for _, id in ipairs(redis.call('SMEMBERS', keys[4])) do told(keys, id, all) end -- RULE coverage
  return all
end

-- Forgets a receipt.
local function drop(keys, id)
  redis.call('HDEL', keys[3], id, 'h:' .. id, 'x:' .. id)
end

-- When somebody should look again: at what is dirty at once, at what is only to be forgotten later.
local function schedule(keys, now)
  if redis.call('SCARD', keys[4]) > 0 then
    redis.call('ZADD', keys[9], text(now), keys.id)
  elseif redis.call('HLEN', keys[3]) > 0 then
    redis.call('ZADD', keys[9], text(now + LOOK_LATER), keys.id)
  else
    redis.call('ZREM', keys[9], keys.id)
  end
end

-- Receipts that are safe now. args: epoch, whether the system of record has them already (1, 0), then id and version
-- of each.
local function clean(keys, args)
  opened(keys)
  local account, why = working(keys, args[1])
  if not account then return why end
  for i = 3, #args, 2 do
    local receipt = receipt_of(keys, args[i])
    if receipt and receipt.version <= tonumber(args[i + 1]) then
      redis.call('SREM', keys[4], args[i])
      if args[2] == '1' and receipt.once and not receipt.keyed then drop(keys, args[i]) end
    end
  end
  schedule(keys, now_millis())
  return { 'done' }
end

-- Forgets what the system of record has. args: epoch, incarnation, tv, wv as recorded. Says done, or dirty.
local function forget(keys, args)
  opened(keys)
  local account, why = working(keys, args[1])
  if not account then return why end
  local now, renumber = now_millis(), false
  if account.incarnation == args[2] then
    local recorded = { t = tonumber(args[3]), w = tonumber(args[4]) }
    for _, field in ipairs(redis.call('HKEYS', keys[3])) do
      local receipt = not string.find(field, ':') and receipt_of(keys, field)
      if receipt and not is_open(receipt) and redis.call('SISMEMBER', keys[4], field) == 0
        and receipt.recorded_by <= recorded[receipt.meter] -- RULE expire
      then
        if receipt.once and not receipt.keyed then
          drop(keys, field)
        elseif now - receipt.at > RECEIPT_LIFE then
          drop(keys, field)
          renumber = true
        end
      end
    end
  end
  for _, key in ipairs(redis.call('HKEYS', keys[5])) do
    local id, till = string.match(redis.call('HGET', keys[5], key), '^(%S+) (%d+) ')
    if tonumber(till) < now and not receipt_of(keys, id) then
      redis.call('HDEL', keys[5], key)
      renumber = true
    end
  end
  if renumber then
    local number = args[1] .. ':' .. text(redis.call('HINCRBY', keys[1], 'loads', 1))
    redis.call('HSET', keys[2], 'number', number)
  end
  schedule(keys, now)
  return { redis.call('SCARD', keys[4]) > 0 and 'dirty' or 'done' }
end

-- Lets an idle account go, if its versions are those that the system of record has.
-- args: epoch, then incarnation, tv, wv as recorded; empty where the account was deleted. Says done, or busy.
local function unload(keys, args)
  opened(keys)
  local account, why = working(keys, args[1])
  if why and why[1] == 'stale' then return why end
  if account then
    if account.incarnation == args[2] and (account.tv ~= args[3] or account.wv ~= args[4]) then return { 'busy' } end
    if redis.call('SCARD', keys[4]) > 0 or tonumber(redis.call('HGET', keys[2], 'open')) > 0 then return { 'busy' } end
    redis.call('SET', keys[7], table.concat({ args[1], account.incarnation, account.tv, account.wv }, ' '), 'PX', TOMBSTONE_LIFE)
  end
  redis.call('DEL', keys[2], keys[3], keys[4], keys[5])
  redis.call('ZREM', keys[8], keys.id)
  redis.call('ZREM', keys[9], keys.id)
  return { 'done' }
end

-- One request on a sliding window. args: epoch, limit, window in microseconds
-- Says done, how many more, microseconds until the oldest leaves | refused, microseconds until then
local function admit(keys, args)
  opened(keys)
  local account, why = working(keys, args[1])
  if not account then return why end
  local limit, window, now = tonumber(args[2]), tonumber(args[3]), now_micros()
  local newest = redis.call('LINDEX', keys[6], 0)
  if newest then now = math.max(now, tonumber(newest)) end
  local oldest = redis.call('LINDEX', keys[6], -1)
  while oldest and now - tonumber(oldest) >= window do
    redis.call('RPOP', keys[6])
    oldest = redis.call('LINDEX', keys[6], -1)
  end
  local count = redis.call('LLEN', keys[6])
  if count >= limit then return { 'refused', text(window - (now - tonumber(oldest))) } end
  redis.call('LPUSH', keys[6], text(now))
  redis.call('PEXPIRE', keys[6], math.ceil(window / 1000) + 1000)
  return { 'done', text(limit - count - 1), text(window - (now - tonumber(oldest or now))) }
end

-- For housekeeping: ids whose receipts somebody should look after ("d..."), and ids that are idle ("u...").
-- keys: epoch, used, due. args: epoch, for how long they were due, for how long idle (milliseconds), how many at most
local function due(keys, args)
  local now, all = now_millis(), {}
  for _, id in ipairs(redis.call('ZRANGEBYSCORE', keys[3], '-inf', text(now - tonumber(args[2])), 'LIMIT', 0, args[4])) do all[#all + 1] = 'd' .. id end
  for _, id in ipairs(redis.call('ZRANGEBYSCORE', keys[2], '-inf', text(now - tonumber(args[3])), 'LIMIT', 0, args[4])) do all[#all + 1] = 'u' .. id end
  return all
end

local function register(name, callback, flags)
  redis.register_function { function_name = 'lastword2_' .. name, callback = callback, flags = flags or {} }
end

register('living', living)
register('begin', begin)
register('look', look)
register('put', put)
register('refresh', refresh, { 'allow-oom' })
register('reserve', reserve)
register('release', release, { 'allow-oom' })
register('pay', pay)
register('close', close, { 'allow-oom' })
register('lower', lower)
register('collect', collect, { 'allow-oom' })
register('clean', clean, { 'allow-oom' })
register('forget', forget, { 'allow-oom' })
register('unload', unload, { 'allow-oom' })
register('admit', admit)
register('due', due, { 'allow-oom' })
