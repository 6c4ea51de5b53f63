-- Partitions of enterprises' mailboxes: what they are, what is routed into them, who sees which.
-- The general partition has the number 0 and no row. A set of partitions is a number whose bit n stands for partition n;
-- -1 are all of them, those to come too.

ALTER TABLE message ADD COLUMN partition BIGINT NOT NULL DEFAULT 0 CHECK (typeof(partition) = 'integer');
CREATE INDEX message_by_partition ON message (mailbox_id, partition, number) WHERE partition > 0;

-- A removed one keeps its row, and with it its number, until its messages have gone and the number has rested. One that own
-- software told of has the id by which that calls it.
CREATE TABLE mailbox_partition (
    mailbox_id UUID NOT NULL CHECK (typeof(mailbox_id) = 'blob' AND length(mailbox_id) = 16),
    number     BIGINT NOT NULL CHECK (typeof(number) = 'integer' AND number BETWEEN 1 AND 62),
    name       TEXT NOT NULL CHECK (typeof(name) = 'text'),
    created_at BIGINT NOT NULL CHECK (typeof(created_at) = 'integer'),
    removed_at BIGINT CHECK (removed_at IS NULL OR typeof(removed_at) = 'integer'),
    emptied_at BIGINT CHECK (emptied_at IS NULL OR typeof(emptied_at) = 'integer'),
    told_by    UUID CHECK (told_by IS NULL OR (typeof(told_by) = 'blob' AND length(told_by) = 16)),
    told_id    TEXT CHECK (told_id IS NULL OR typeof(told_id) = 'text'),
    PRIMARY KEY (mailbox_id, number)
);
CREATE INDEX partition_to_empty ON mailbox_partition (removed_at) WHERE removed_at IS NOT NULL AND emptied_at IS NULL;

-- The first rule that fits says where a new message goes; a criterion that is not said fits everything.
CREATE TABLE routing_rule (
    mailbox_id   UUID NOT NULL CHECK (typeof(mailbox_id) = 'blob' AND length(mailbox_id) = 16),
    priority     BIGINT NOT NULL CHECK (typeof(priority) = 'integer'),
    message_type TEXT CHECK (message_type IS NULL OR typeof(message_type) = 'text'),
    application  TEXT CHECK (application IS NULL OR typeof(application) = 'text'),
    organization TEXT CHECK (organization IS NULL OR typeof(organization) = 'text'),
    partition    BIGINT NOT NULL CHECK (typeof(partition) = 'integer'),
    PRIMARY KEY (mailbox_id, priority)
);

-- The partitions that a person sees who acts for the mailbox; without a row, all.
CREATE TABLE partition_right (
    mailbox_id UUID NOT NULL CHECK (typeof(mailbox_id) = 'blob' AND length(mailbox_id) = 16),
    person     UUID NOT NULL CHECK (typeof(person) = 'blob' AND length(person) = 16),
    partitions BIGINT NOT NULL CHECK (typeof(partitions) = 'integer'),
    PRIMARY KEY (mailbox_id, person)
);

-- The time and the id of the last event about routing that each source of a mailbox told.
CREATE TABLE routing_event (
    mailbox_id     UUID NOT NULL CHECK (typeof(mailbox_id) = 'blob' AND length(mailbox_id) = 16),
    application_id UUID NOT NULL CHECK (typeof(application_id) = 'blob' AND length(application_id) = 16),
    about          TEXT NOT NULL CHECK (typeof(about) = 'text'),
    at             BIGINT NOT NULL CHECK (typeof(at) = 'integer'),
    id             TEXT NOT NULL CHECK (typeof(id) = 'text'),
    PRIMARY KEY (mailbox_id, application_id, about)
);

-- Which partitions a consent shows; never more than its giver sees.
ALTER TABLE consent ADD COLUMN partitions BIGINT NOT NULL DEFAULT -1 CHECK (typeof(partitions) = 'integer');
ALTER TABLE consent_event ADD COLUMN partitions BIGINT NOT NULL DEFAULT -1 CHECK (typeof(partitions) = 'integer');

-- In which partition a message was then, and from or to which other one it moved.
ALTER TABLE change_queue ADD COLUMN partition BIGINT NOT NULL DEFAULT 0 CHECK (typeof(partition) = 'integer');
ALTER TABLE change_queue ADD COLUMN other_partition BIGINT CHECK (other_partition IS NULL OR typeof(other_partition) = 'integer');
ALTER TABLE feed ADD COLUMN partition BIGINT NOT NULL DEFAULT 0 CHECK (typeof(partition) = 'integer');

-- The enterprise's own software that may say what its partitions and rules are.
ALTER TABLE provider_application ADD COLUMN routes BOOLEAN NOT NULL DEFAULT FALSE CHECK (routes IN (0, 1));
