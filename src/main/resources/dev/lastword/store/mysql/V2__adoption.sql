-- Makes an account of every user that stood in the table before Lastword came. What was used up by
-- then becomes one receipt, so that every unit is explained from the first day. A balance that was
-- negative counts as 0, and a total that was less than what is left counts as that. Receipt and
-- credit have the account's number as their id, older than any made since. Statements end at ";".

UPDATE users
   SET words_left = GREATEST(words_left, 0),
       total_words = GREATEST(total_words, words_left, 0),
       updated_at = updated_at
 WHERE words_left < 0 OR total_words < words_left;

INSERT INTO accounts (id, reborn, email, permissions, status, revision, created_at)
SELECT user_id, 0, NULL, '', 'active', 1,
       CAST(UNIX_TIMESTAMP(COALESCE(created_at, CURRENT_TIMESTAMP)) * 1000 AS SIGNED)
  FROM users ORDER BY user_id;

INSERT INTO balances (incarnation, meter, credited, spent, version)
SELECT a.incarnation, 'words', u.total_words, u.total_words - u.words_left,
       IF(u.total_words > u.words_left, 1, 0)
  FROM users u JOIN accounts a ON a.id = u.user_id;

INSERT INTO balances (incarnation, meter, credited, spent, version)
SELECT incarnation, 'tokens', 0, 0, 0 FROM accounts;

INSERT INTO credits (id, incarnation, meter, amount, total, created_at)
SELECT LPAD(a.incarnation, 26, '0'), a.incarnation, 'words', b.credited, b.credited, a.created_at
  FROM accounts a JOIN balances b ON b.incarnation = a.incarnation AND b.meter = 'words'
 WHERE b.credited > 0;

INSERT INTO receipts (id, incarnation, holder, meter, product, amount, outcome, created_at,
                      closed_at, version, settled_holder, settled_epoch)
SELECT LPAD(a.incarnation, 26, '0'), a.incarnation, 'adoption', 'words', 'earlier use', b.spent,
       'adjusted', a.created_at, a.created_at, 1, 'adoption', 0
  FROM accounts a JOIN balances b ON b.incarnation = a.incarnation AND b.meter = 'words'
 WHERE b.spent > 0;
