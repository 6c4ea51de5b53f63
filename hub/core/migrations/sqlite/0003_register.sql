-- The operators' register: who operates the hub, what waits for a second one, which mailboxes are for tests,
-- who is in a pilot, and certificates that overlap.

ALTER TABLE mailbox ADD COLUMN test BOOLEAN NOT NULL DEFAULT FALSE CHECK (test IN (0, 1));
CREATE INDEX mailbox_for_tests ON mailbox (id) WHERE test;

-- A suspended provider goes back to where it was suspended from, and nowhere else.
ALTER TABLE provider ADD COLUMN suspended_from TEXT CHECK (suspended_from IS NULL OR typeof(suspended_from) = 'text');
ALTER TABLE provider ADD COLUMN moved_at BIGINT CHECK (moved_at IS NULL OR typeof(moved_at) = 'integer');
UPDATE provider SET suspended_from = 'active' WHERE state = 'suspended';

-- While an application is in pilot, only the persons listed may grant.
ALTER TABLE provider_application ADD COLUMN pilot BOOLEAN NOT NULL DEFAULT FALSE CHECK (pilot IN (0, 1));

CREATE TABLE pilot (
    application_id UUID NOT NULL REFERENCES provider_application (id) CHECK (typeof(application_id) = 'blob' AND length(application_id) = 16),
    person         UUID NOT NULL CHECK (typeof(person) = 'blob' AND length(person) = 16),
    added_at       BIGINT NOT NULL CHECK (typeof(added_at) = 'integer'),
    PRIMARY KEY (application_id, person)
);

-- Several registrations of one name stand beside each other if each is pinned to a certificate of its own; one that has
-- ended stays as a fact and never comes back.
CREATE TABLE certificate_0003 (
    id            UUID NOT NULL PRIMARY KEY CHECK (typeof(id) = 'blob' AND length(id) = 16),
    role          TEXT NOT NULL CHECK (typeof(role) = 'text'),
    anchor        TEXT NOT NULL CHECK (typeof(anchor) = 'text'),
    name_kind     TEXT NOT NULL CHECK (typeof(name_kind) = 'text'),
    name          TEXT NOT NULL CHECK (typeof(name) = 'text'),
    thumbprint    BLOB CHECK (thumbprint IS NULL OR typeof(thumbprint) = 'blob'),
    client_id     TEXT NOT NULL CHECK (typeof(client_id) = 'text'),
    state         TEXT NOT NULL CHECK (typeof(state) = 'text'),
    valid_from    BIGINT NOT NULL DEFAULT 0 CHECK (typeof(valid_from) = 'integer'),
    valid_until   BIGINT CHECK (valid_until IS NULL OR typeof(valid_until) = 'integer'),
    registered_at BIGINT NOT NULL DEFAULT 0 CHECK (typeof(registered_at) = 'integer'),
    ended_at      BIGINT CHECK (ended_at IS NULL OR typeof(ended_at) = 'integer')
);
INSERT INTO certificate_0003 (id, role, anchor, name_kind, name, thumbprint, client_id, state)
SELECT id, role, anchor, name_kind, name, thumbprint, client_id, state FROM certificate;
DROP TABLE certificate;
ALTER TABLE certificate_0003 RENAME TO certificate;
CREATE UNIQUE INDEX certificate_by_name ON certificate (role, anchor, name_kind, name)
    WHERE state = 'active' AND thumbprint IS NULL;
CREATE UNIQUE INDEX certificate_by_pin ON certificate (role, anchor, name_kind, name, thumbprint)
    WHERE state = 'active' AND thumbprint IS NOT NULL;
CREATE INDEX certificate_by_client ON certificate (client_id);

-- Who holds an operator's certificate: a person, with what they may do.
CREATE TABLE operator (
    client_id TEXT NOT NULL PRIMARY KEY CHECK (typeof(client_id) = 'text'),
    person    TEXT NOT NULL CHECK (typeof(person) = 'text'),
    roles     TEXT NOT NULL CHECK (typeof(roles) = 'text'),
    state     TEXT NOT NULL CHECK (typeof(state) = 'text')
);

-- What one operator proposed and another has to approve.
CREATE TABLE proposal (
    id          UUID NOT NULL PRIMARY KEY CHECK (typeof(id) = 'blob' AND length(id) = 16),
    change      TEXT NOT NULL CHECK (typeof(change) = 'text'),
    proposed_by TEXT NOT NULL CHECK (typeof(proposed_by) = 'text'),
    proposed_at BIGINT NOT NULL CHECK (typeof(proposed_at) = 'integer'),
    until       BIGINT NOT NULL CHECK (typeof(until) = 'integer'),
    state       TEXT NOT NULL CHECK (typeof(state) = 'text'),
    decided_by  TEXT CHECK (decided_by IS NULL OR typeof(decided_by) = 'text'),
    decided_at  BIGINT CHECK (decided_at IS NULL OR typeof(decided_at) = 'integer')
);
CREATE INDEX proposal_by_time ON proposal (proposed_at);

CREATE INDEX audit_write_of_operators ON audit_write (at, id) WHERE role = 'operator';
