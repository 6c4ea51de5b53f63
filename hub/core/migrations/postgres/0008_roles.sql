-- Roles of people, what hangs on them, and what happens in people's lives.

-- Of whom a mailbox is: a deceased or incapable person (person_state), since the event of that time; of age since.
ALTER TABLE mailbox ADD COLUMN person_state TEXT COLLATE "C";
ALTER TABLE mailbox ADD COLUMN person_state_at BIGINT;
ALTER TABLE mailbox ADD COLUMN of_age_at BIGINT;
CREATE INDEX mailbox_by_move ON mailbox (moved_to) WHERE moved_to IS NOT NULL;

-- Whether the role lets its holder consent; the name of a represented person, who has none in this database.
ALTER TABLE mandate ADD COLUMN consents BOOLEAN NOT NULL DEFAULT TRUE;
ALTER TABLE mandate ADD COLUMN sealed_name BYTEA;

-- Since when a consent stands still; what a person gave for others.
ALTER TABLE consent ADD COLUMN suspended_at BIGINT;
CREATE INDEX consent_suspended ON consent (suspended_at) WHERE state = 'suspended';
CREATE INDEX consent_represented ON consent (mailbox_id, person)
    WHERE state IN ('authorised', 'suspended') AND person <> mailbox_id;
CREATE INDEX consent_by_person ON consent (person) WHERE state IN ('authorised', 'suspended');

-- An enterprise's own software is an application that belongs to a mailbox.
ALTER TABLE provider_application ADD COLUMN owner UUID;
CREATE INDEX application_by_owner ON provider_application (owner) WHERE owner IS NOT NULL;

-- What the operator's source told of people, each once; without anybody's number.
CREATE TABLE person_event (
    source      TEXT COLLATE "C" NOT NULL,
    id          TEXT COLLATE "C" NOT NULL,
    digest      BYTEA NOT NULL,
    kind        TEXT COLLATE "C" NOT NULL,
    mailbox_id  UUID,
    at          BIGINT NOT NULL,
    received_at BIGINT NOT NULL,
    PRIMARY KEY (source, id)
);
