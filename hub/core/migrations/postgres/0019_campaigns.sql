-- Campaigns: one letter to many, kept once, with the list of whom it is for and how far it has come.

-- Its letter is the publication whose home and id are the campaign's own. `spot` and `line` say after which row of its list it
-- goes on; whoever holds the lease works on it.
CREATE TABLE campaign (
    id            UUID NOT NULL PRIMARY KEY,
    application   TEXT COLLATE "C" NOT NULL,
    organization  TEXT COLLATE "C" NOT NULL,
    message_type  TEXT COLLATE "C" NOT NULL,
    dry_run       BOOLEAN NOT NULL,
    state         TEXT COLLATE "C" NOT NULL,
    flags         BIGINT NOT NULL,
    subject       TEXT NOT NULL,
    stated        TEXT NOT NULL,
    created_at    BIGINT NOT NULL,
    accepted_at   BIGINT,
    ended_at      BIGINT,
    list_id       UUID,
    list_mark     BYTEA,
    recipients    BIGINT NOT NULL DEFAULT 0,
    invalid       BIGINT NOT NULL DEFAULT 0,
    duplicates    BIGINT NOT NULL DEFAULT 0,
    reached       BIGINT NOT NULL DEFAULT 0,
    not_reached   BIGINT NOT NULL DEFAULT 0,
    spot          UUID NOT NULL,
    line          BIGINT NOT NULL DEFAULT 0,
    lease         UUID,
    lease_until   BIGINT NOT NULL DEFAULT 0,
    kept_until    BIGINT
);
CREATE INDEX campaign_to_run ON campaign (lease_until) WHERE state = 'running';
CREATE INDEX campaign_unfinished ON campaign (application) WHERE state IN ('awaitingRecipients', 'running');
CREATE INDEX campaign_to_remove ON campaign (kept_until) WHERE kept_until IS NOT NULL;

-- A list that is coming in, or whose rows have to go: no campaign names it.
CREATE TABLE campaign_list (
    id          UUID NOT NULL PRIMARY KEY,
    campaign_id UUID NOT NULL,
    until       BIGINT NOT NULL
);
CREATE INDEX campaign_list_by_until ON campaign_list (until);

-- `spot` is the mailbox that the number led to when the list came in, or stands for a number that led nowhere; `mailbox_id`
-- is set where it had become another one by the time of delivery. Of whom was not reached only the line and the id remain.
CREATE TABLE campaign_recipient (
    list_id        UUID NOT NULL,
    line           BIGINT NOT NULL,
    spot           UUID,
    sealed_number  BYTEA,
    outcome        TEXT COLLATE "C",
    publication_id UUID,
    mailbox_id     UUID,
    PRIMARY KEY (list_id, line)
);
CREATE INDEX campaign_recipient_by_spot ON campaign_recipient (list_id, spot, line) WHERE spot IS NOT NULL;
CREATE INDEX campaign_recipient_moved ON campaign_recipient (list_id, mailbox_id) WHERE mailbox_id IS NOT NULL;

-- The campaign that a message belongs to, for what its sender knows of it.
ALTER TABLE sent ADD COLUMN campaign_id UUID;

-- What all statements under a seal have in common; their rows hold only what is each one's own.
ALTER TABLE seal ADD COLUMN common TEXT;
