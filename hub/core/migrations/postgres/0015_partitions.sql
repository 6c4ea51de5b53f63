-- Partitions of enterprises' mailboxes: what they are, what is routed into them, who sees which.
-- The general partition has the number 0 and no row. A set of partitions is a number whose bit n stands for partition n;
-- -1 are all of them, those to come too.

ALTER TABLE message ADD COLUMN partition BIGINT NOT NULL DEFAULT 0;
-- Lists show it: it stands in the index that they are read from.
CREATE UNIQUE INDEX message_covering ON message (mailbox_id, number)
    INCLUDE (publication_id, campaign_id, at, expires_at, organization, application, type, flags, subject, partition);
ALTER TABLE mark DROP CONSTRAINT mark_mailbox_id_number_fkey;
ALTER TABLE message_text DROP CONSTRAINT message_text_mailbox_id_number_fkey;
ALTER TABLE sequel DROP CONSTRAINT sequel_mailbox_id_number_fkey;
ALTER TABLE message DROP CONSTRAINT message_pkey;
ALTER TABLE message ADD CONSTRAINT message_pkey PRIMARY KEY USING INDEX message_covering;
ALTER TABLE mark ADD FOREIGN KEY (mailbox_id, number) REFERENCES message (mailbox_id, number);
ALTER TABLE message_text ADD FOREIGN KEY (mailbox_id, number) REFERENCES message (mailbox_id, number);
ALTER TABLE sequel ADD FOREIGN KEY (mailbox_id, number) REFERENCES message (mailbox_id, number);

CREATE INDEX message_by_partition ON message (mailbox_id, partition, number) WHERE partition > 0;

-- A removed one keeps its row, and with it its number, until its messages have gone and the number has rested. One that own
-- software told of has the id by which that calls it.
CREATE TABLE mailbox_partition (
    mailbox_id UUID NOT NULL,
    number     BIGINT NOT NULL CHECK (number BETWEEN 1 AND 62),
    name       TEXT NOT NULL,
    created_at BIGINT NOT NULL,
    removed_at BIGINT,
    emptied_at BIGINT,
    told_by    UUID,
    told_id    TEXT COLLATE "C",
    PRIMARY KEY (mailbox_id, number)
);
CREATE INDEX partition_to_empty ON mailbox_partition (removed_at) WHERE removed_at IS NOT NULL AND emptied_at IS NULL;

-- The first rule that fits says where a new message goes; a criterion that is not said fits everything.
CREATE TABLE routing_rule (
    mailbox_id   UUID NOT NULL,
    priority     BIGINT NOT NULL,
    message_type TEXT COLLATE "C",
    application  TEXT COLLATE "C",
    organization TEXT COLLATE "C",
    partition    BIGINT NOT NULL,
    PRIMARY KEY (mailbox_id, priority)
);

-- The partitions that a person sees who acts for the mailbox; without a row, all.
CREATE TABLE partition_right (
    mailbox_id UUID NOT NULL,
    person     UUID NOT NULL,
    partitions BIGINT NOT NULL,
    PRIMARY KEY (mailbox_id, person)
);

-- The time and the id of the last event about routing that each source of a mailbox told.
CREATE TABLE routing_event (
    mailbox_id     UUID NOT NULL,
    application_id UUID NOT NULL,
    about          TEXT COLLATE "C" NOT NULL,
    at             BIGINT NOT NULL,
    id             TEXT COLLATE "C" NOT NULL,
    PRIMARY KEY (mailbox_id, application_id, about)
);

-- Which partitions a consent shows; never more than its giver sees.
ALTER TABLE consent ADD COLUMN partitions BIGINT NOT NULL DEFAULT -1;
ALTER TABLE consent_event ADD COLUMN partitions BIGINT NOT NULL DEFAULT -1;

-- In which partition a message was then, and from or to which other one it moved.
ALTER TABLE change_queue ADD COLUMN partition BIGINT NOT NULL DEFAULT 0;
ALTER TABLE change_queue ADD COLUMN other_partition BIGINT;
ALTER TABLE feed ADD COLUMN partition BIGINT NOT NULL DEFAULT 0;

-- The enterprise's own software that may say what its partitions and rules are.
ALTER TABLE provider_application ADD COLUMN routes BOOLEAN NOT NULL DEFAULT FALSE;
