-- The change feed: what a fact appends, what a sequencer makes of it, and how far both have come.

-- Whose change it is, where a fact names one application, and who sent the message, to leave out what a consent does.
ALTER TABLE change_queue ADD COLUMN application_id UUID CHECK (application_id IS NULL OR (typeof(application_id) = 'blob' AND length(application_id) = 16));
ALTER TABLE change_queue ADD COLUMN organization TEXT CHECK (organization IS NULL OR typeof(organization) = 'text');
UPDATE change_queue
SET application_id = (
    SELECT e.application_id
    FROM consent_event e
    WHERE e.mailbox_id = change_queue.mailbox_id AND e.consent_id = change_queue.consent_id AND e.n = 1
);

-- One row: the last position given out, and the last one that may be forgotten.
CREATE TABLE feed_head (
    shard BIGINT NOT NULL PRIMARY KEY CHECK (typeof(shard) = 'integer'),
    pos   BIGINT NOT NULL CHECK (typeof(pos) = 'integer'),
    floor BIGINT NOT NULL CHECK (typeof(floor) = 'integer')
);
INSERT INTO feed_head (shard, pos, floor) VALUES (0, 0, 0);

CREATE TABLE feed (
    application_id UUID NOT NULL CHECK (typeof(application_id) = 'blob' AND length(application_id) = 16),
    pos            BIGINT NOT NULL CHECK (typeof(pos) = 'integer'),
    mailbox_id     UUID NOT NULL CHECK (typeof(mailbox_id) = 'blob' AND length(mailbox_id) = 16),
    consent_id     UUID NOT NULL CHECK (typeof(consent_id) = 'blob' AND length(consent_id) = 16),
    version        BIGINT CHECK (version IS NULL OR typeof(version) = 'integer'),
    number         BIGINT CHECK (number IS NULL OR typeof(number) = 'integer'),
    organization   TEXT CHECK (organization IS NULL OR typeof(organization) = 'text'),
    kind           TEXT NOT NULL CHECK (typeof(kind) = 'text'),
    at             BIGINT NOT NULL CHECK (typeof(at) = 'integer'),
    sequenced_at   BIGINT NOT NULL CHECK (typeof(sequenced_at) = 'integer'),
    PRIMARY KEY (application_id, pos)
) WITHOUT ROWID;

-- One row: up to which message the end that is near has been announced, in the order of message_by_expiry.
CREATE TABLE expiry_watch (
    shard      BIGINT NOT NULL PRIMARY KEY CHECK (typeof(shard) = 'integer'),
    expires_at BIGINT NOT NULL CHECK (typeof(expires_at) = 'integer'),
    mailbox_id UUID NOT NULL CHECK (typeof(mailbox_id) = 'blob' AND length(mailbox_id) = 16),
    number     BIGINT NOT NULL CHECK (typeof(number) = 'integer')
);
INSERT INTO expiry_watch (shard, expires_at, mailbox_id, number)
VALUES (0, 0, x'00000000000000000000000000000000', 0);
