-- A key is held in memory while its request runs; a row is there from the answer on.
DELETE FROM idempotency WHERE answer IS NULL;
ALTER TABLE idempotency DROP COLUMN claim, DROP COLUMN lease_until;
