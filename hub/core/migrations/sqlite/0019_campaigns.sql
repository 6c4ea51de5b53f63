-- Campaigns: one letter to many, kept once, with the list of whom it is for and how far it has come.

-- Its letter is the publication whose home and id are the campaign's own. `spot` and `line` say after which row of its list it
-- goes on; whoever holds the lease works on it.
CREATE TABLE campaign (
    id            UUID NOT NULL PRIMARY KEY CHECK (typeof(id) = 'blob' AND length(id) = 16),
    application   TEXT NOT NULL CHECK (typeof(application) = 'text'),
    organization  TEXT NOT NULL CHECK (typeof(organization) = 'text'),
    message_type  TEXT NOT NULL CHECK (typeof(message_type) = 'text'),
    dry_run       BOOLEAN NOT NULL CHECK (dry_run IN (0, 1)),
    state         TEXT NOT NULL CHECK (typeof(state) = 'text'),
    flags         BIGINT NOT NULL CHECK (typeof(flags) = 'integer'),
    subject       TEXT NOT NULL CHECK (typeof(subject) = 'text'),
    stated        TEXT NOT NULL CHECK (typeof(stated) = 'text'),
    created_at    BIGINT NOT NULL CHECK (typeof(created_at) = 'integer'),
    accepted_at   BIGINT CHECK (accepted_at IS NULL OR typeof(accepted_at) = 'integer'),
    ended_at      BIGINT CHECK (ended_at IS NULL OR typeof(ended_at) = 'integer'),
    list_id       UUID CHECK (list_id IS NULL OR (typeof(list_id) = 'blob' AND length(list_id) = 16)),
    list_mark     BLOB CHECK (list_mark IS NULL OR typeof(list_mark) = 'blob'),
    recipients    BIGINT NOT NULL DEFAULT 0 CHECK (typeof(recipients) = 'integer'),
    invalid       BIGINT NOT NULL DEFAULT 0 CHECK (typeof(invalid) = 'integer'),
    duplicates    BIGINT NOT NULL DEFAULT 0 CHECK (typeof(duplicates) = 'integer'),
    reached       BIGINT NOT NULL DEFAULT 0 CHECK (typeof(reached) = 'integer'),
    not_reached   BIGINT NOT NULL DEFAULT 0 CHECK (typeof(not_reached) = 'integer'),
    spot          UUID NOT NULL CHECK (typeof(spot) = 'blob' AND length(spot) = 16),
    line          BIGINT NOT NULL DEFAULT 0 CHECK (typeof(line) = 'integer'),
    lease         UUID CHECK (lease IS NULL OR (typeof(lease) = 'blob' AND length(lease) = 16)),
    lease_until   BIGINT NOT NULL DEFAULT 0 CHECK (typeof(lease_until) = 'integer'),
    kept_until    BIGINT CHECK (kept_until IS NULL OR typeof(kept_until) = 'integer')
);
CREATE INDEX campaign_to_run ON campaign (lease_until) WHERE state = 'running';
CREATE INDEX campaign_unfinished ON campaign (application) WHERE state IN ('awaitingRecipients', 'running');
CREATE INDEX campaign_to_remove ON campaign (kept_until) WHERE kept_until IS NOT NULL;

-- A list that is coming in, or whose rows have to go: no campaign names it.
CREATE TABLE campaign_list (
    id          UUID NOT NULL PRIMARY KEY CHECK (typeof(id) = 'blob' AND length(id) = 16),
    campaign_id UUID NOT NULL CHECK (typeof(campaign_id) = 'blob' AND length(campaign_id) = 16),
    until       BIGINT NOT NULL CHECK (typeof(until) = 'integer')
);
CREATE INDEX campaign_list_by_until ON campaign_list (until);

-- `spot` is the mailbox that the number led to when the list came in, or stands for a number that led nowhere; `mailbox_id`
-- is set where it had become another one by the time of delivery. Of whom was not reached only the line and the id remain.
CREATE TABLE campaign_recipient (
    list_id        UUID NOT NULL CHECK (typeof(list_id) = 'blob' AND length(list_id) = 16),
    line           BIGINT NOT NULL CHECK (typeof(line) = 'integer'),
    spot           UUID CHECK (spot IS NULL OR (typeof(spot) = 'blob' AND length(spot) = 16)),
    sealed_number  BLOB CHECK (sealed_number IS NULL OR typeof(sealed_number) = 'blob'),
    outcome        TEXT CHECK (outcome IS NULL OR typeof(outcome) = 'text'),
    publication_id UUID CHECK (publication_id IS NULL OR (typeof(publication_id) = 'blob' AND length(publication_id) = 16)),
    mailbox_id     UUID CHECK (mailbox_id IS NULL OR (typeof(mailbox_id) = 'blob' AND length(mailbox_id) = 16)),
    PRIMARY KEY (list_id, line)
) WITHOUT ROWID;
CREATE INDEX campaign_recipient_by_spot ON campaign_recipient (list_id, spot, line) WHERE spot IS NOT NULL;
CREATE INDEX campaign_recipient_moved ON campaign_recipient (list_id, mailbox_id) WHERE mailbox_id IS NOT NULL;

-- The campaign that a message belongs to, for what its sender knows of it.
ALTER TABLE sent ADD COLUMN campaign_id UUID CHECK (campaign_id IS NULL OR (typeof(campaign_id) = 'blob' AND length(campaign_id) = 16));

-- What all statements under a seal have in common; their rows hold only what is each one's own.
ALTER TABLE seal ADD COLUMN common TEXT CHECK (common IS NULL OR typeof(common) = 'text');
