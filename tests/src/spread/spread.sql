-- Puts partitioned tables in the place of the mailbox tables: each in SHARDS parts by the hash of the mailbox.
DO $$
DECLARE
    tables CONSTANT TEXT[] := ARRAY['TABLES'];
    one    RECORD;
    rows   BIGINT;
    key    TEXT;
    keys   TEXT[] := '{}';
BEGIN
    FOR one IN
        SELECT conname, conrelid::regclass AS holder, pg_get_constraintdef(oid) AS definition
        FROM pg_constraint
        WHERE contype = 'f' AND (conrelid::regclass::text = ANY (tables) OR confrelid::regclass::text = ANY (tables))
    LOOP
        keys := keys || format('ALTER TABLE %s ADD CONSTRAINT %I %s', one.holder, one.conname, one.definition);
        EXECUTE format('ALTER TABLE %s DROP CONSTRAINT %I', one.holder, one.conname);
    END LOOP;

    FOR one IN
        SELECT c.relname, a.attname, COALESCE('WITH (' || array_to_string(c.reloptions, ', ') || ')', '') AS options
        FROM pg_class c
        JOIN pg_index i ON i.indrelid = c.oid AND i.indisprimary
        JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum = i.indkey[0]
        WHERE c.relname = ANY (tables)
    LOOP
        EXECUTE format('SELECT COUNT(*) FROM %I', one.relname) INTO rows;
        IF rows > 0 THEN
            RAISE EXCEPTION '% is not empty', one.relname;
        END IF;
        EXECUTE format('CREATE TABLE spreading (LIKE %I INCLUDING ALL) PARTITION BY HASH (%I)', one.relname, one.attname);
        EXECUTE format('DROP TABLE %I', one.relname);
        EXECUTE format('ALTER TABLE spreading RENAME TO %I', one.relname);
        FOR n IN 0 .. SHARDS - 1 LOOP
            EXECUTE format('CREATE TABLE %I PARTITION OF %I FOR VALUES WITH (MODULUS SHARDS, REMAINDER %s) %s',
                           one.relname || '_shard_' || n, one.relname, n, one.options);
        END LOOP;
    END LOOP;

    FOREACH key IN ARRAY keys LOOP
        EXECUTE key;
    END LOOP;
END $$;
