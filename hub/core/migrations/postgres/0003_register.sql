-- The operators' register: who operates the hub, what waits for a second one, which mailboxes are for tests,
-- who is in a pilot, and certificates that overlap.

ALTER TABLE mailbox ADD COLUMN test BOOLEAN NOT NULL DEFAULT FALSE;
CREATE INDEX mailbox_for_tests ON mailbox (id) WHERE test;

-- A suspended provider goes back to where it was suspended from, and nowhere else.
ALTER TABLE provider ADD COLUMN suspended_from TEXT COLLATE "C";
ALTER TABLE provider ADD COLUMN moved_at BIGINT;
UPDATE provider SET suspended_from = 'active' WHERE state = 'suspended';

-- While an application is in pilot, only the persons listed may grant.
ALTER TABLE provider_application ADD COLUMN pilot BOOLEAN NOT NULL DEFAULT FALSE;

CREATE TABLE pilot (
    application_id UUID NOT NULL REFERENCES provider_application (id),
    person         UUID NOT NULL,
    added_at       BIGINT NOT NULL,
    PRIMARY KEY (application_id, person)
);

-- Several registrations of one name stand beside each other if each is pinned to a certificate of its own; one that has
-- ended stays as a fact and never comes back.
ALTER TABLE certificate DROP CONSTRAINT certificate_role_anchor_name_kind_name_key;
ALTER TABLE certificate ADD COLUMN valid_from BIGINT NOT NULL DEFAULT 0;
ALTER TABLE certificate ADD COLUMN valid_until BIGINT;
ALTER TABLE certificate ADD COLUMN registered_at BIGINT NOT NULL DEFAULT 0;
ALTER TABLE certificate ADD COLUMN ended_at BIGINT;
CREATE UNIQUE INDEX certificate_by_name ON certificate (role, anchor, name_kind, name)
    WHERE state = 'active' AND thumbprint IS NULL;
CREATE UNIQUE INDEX certificate_by_pin ON certificate (role, anchor, name_kind, name, thumbprint)
    WHERE state = 'active' AND thumbprint IS NOT NULL;
CREATE INDEX certificate_by_client ON certificate (client_id);

-- Who holds an operator's certificate: a person, with what they may do.
CREATE TABLE operator (
    client_id TEXT COLLATE "C" NOT NULL PRIMARY KEY,
    person    TEXT COLLATE "C" NOT NULL,
    roles     TEXT COLLATE "C" NOT NULL,
    state     TEXT COLLATE "C" NOT NULL
);

-- What one operator proposed and another has to approve.
CREATE TABLE proposal (
    id          UUID NOT NULL PRIMARY KEY,
    change      TEXT COLLATE "C" NOT NULL,
    proposed_by TEXT COLLATE "C" NOT NULL,
    proposed_at BIGINT NOT NULL,
    until       BIGINT NOT NULL,
    state       TEXT COLLATE "C" NOT NULL,
    decided_by  TEXT COLLATE "C",
    decided_at  BIGINT
);
CREATE INDEX proposal_by_time ON proposal (proposed_at);

CREATE INDEX audit_write_of_operators ON audit_write (at, id) WHERE role = 'operator';
