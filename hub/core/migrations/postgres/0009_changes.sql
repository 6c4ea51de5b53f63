-- The change feed: what a fact appends, what a sequencer makes of it, and how far both have come.

-- Whose change it is, where a fact names one application, and who sent the message, to leave out what a consent does.
ALTER TABLE change_queue ADD COLUMN application_id UUID;
ALTER TABLE change_queue ADD COLUMN organization TEXT COLLATE "C";
UPDATE change_queue
SET application_id = (
    SELECT e.application_id
    FROM consent_event e
    WHERE e.mailbox_id = change_queue.mailbox_id AND e.consent_id = change_queue.consent_id AND e.n = 1
);
ALTER TABLE change_queue SET (autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_threshold = 20000);

-- One row: the last position given out, and the last one that may be forgotten.
CREATE TABLE feed_head (
    shard BIGINT NOT NULL PRIMARY KEY,
    pos   BIGINT NOT NULL,
    floor BIGINT NOT NULL
);
INSERT INTO feed_head (shard, pos, floor) VALUES (0, 0, 0);

CREATE TABLE feed (
    application_id UUID NOT NULL,
    pos            BIGINT NOT NULL,
    mailbox_id     UUID NOT NULL,
    consent_id     UUID NOT NULL,
    version        BIGINT,
    number         BIGINT,
    organization   TEXT COLLATE "C",
    kind           TEXT COLLATE "C" NOT NULL,
    at             BIGINT NOT NULL,
    sequenced_at   BIGINT NOT NULL,
    PRIMARY KEY (application_id, pos)
);

-- One row: up to which message the end that is near has been announced, in the order of message_by_expiry.
CREATE TABLE expiry_watch (
    shard      BIGINT NOT NULL PRIMARY KEY,
    expires_at BIGINT NOT NULL,
    mailbox_id UUID NOT NULL,
    number     BIGINT NOT NULL
);
INSERT INTO expiry_watch (shard, expires_at, mailbox_id, number)
VALUES (0, 0, '00000000-0000-0000-0000-000000000000', 0);
