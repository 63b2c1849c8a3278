-- Version 2: each receipt names the account's one before it, and the account its latest, instead of an index by
-- account. An index has a page of its own for each account, so that a commit of 32 accounts' charges wrote 32
-- pages of it; what is added here lies on pages that the commit writes anyway.
-- Further invariant: from its latest one, all of an account's receipts are reached, each once.

ALTER TABLE receipts ADD COLUMN previous TEXT;
-- Of both meters, and kept in the row of the tokens.
ALTER TABLE balances ADD COLUMN latest TEXT;

UPDATE receipts SET previous = older.previous
  FROM (SELECT id, lag(id) OVER (PARTITION BY incarnation ORDER BY created_at, id) AS previous FROM receipts) AS older
 WHERE older.id = receipts.id;
UPDATE balances SET latest = newest.id
  FROM (SELECT incarnation, last_value(id) OVER (PARTITION BY incarnation ORDER BY created_at, id
               RANGE BETWEEN UNBOUNDED PRECEDING AND UNBOUNDED FOLLOWING) AS id FROM receipts) AS newest
 WHERE balances.incarnation = newest.incarnation AND meter = 'tokens';

DROP INDEX receipts_by_account;

CREATE TRIGGER receipts_chained AFTER INSERT ON receipts
BEGIN UPDATE balances SET latest = NEW.id WHERE incarnation = NEW.incarnation AND meter = 'tokens'; END;
