-- Time-stamps of seals: the token of RFC 3161 of the signature, and until when nobody else asks for one.

ALTER TABLE seal ADD COLUMN time_stamp BYTEA;
ALTER TABLE seal ADD COLUMN stamp_due BIGINT NOT NULL DEFAULT 0;
CREATE INDEX seal_unstamped ON seal (at) WHERE time_stamp IS NULL;
