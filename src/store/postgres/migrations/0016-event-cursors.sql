-- Events of more than runs, how far each reader of the log has read, and reading that keeps no
-- writer waiting.

-- An event says itself which run it is about, if any.
ALTER TABLE events ALTER COLUMN run_id DROP NOT NULL;

-- `position` is the number of the last event that was handled. Until `leased_until`, only `holder`
-- may move it. Nobody gets it before `retry_at`. All times are of this server's clock.
CREATE TABLE event_cursors (
  tenant text COLLATE "C" NOT NULL,
  name text COLLATE "C" NOT NULL,
  position bigint NOT NULL DEFAULT 0,
  advanced_at timestamptz,
  holder text COLLATE "C" NOT NULL,
  leased_until timestamptz NOT NULL,
  failures integer NOT NULL DEFAULT 0,
  failed_at timestamptz,
  failure text,
  retry_at timestamptz NOT NULL DEFAULT '-infinity',
  PRIMARY KEY (tenant, name)
);

-- The transactions that are between drawing the number of an event and their end: each holds the
-- lock of `record_event` in shared mode. Only the server's own list of locks shows them without
-- waiting for them, and without keeping others from the lock.
CREATE FUNCTION event_writers() RETURNS text[] LANGUAGE sql AS $$
  SELECT array_agg(DISTINCT virtualtransaction) FROM pg_locks
  WHERE locktype = 'advisory' AND classid = 0 AND objid = 1296127060 AND objsubid = 1 AND granted AND mode = 'ShareLock'
    AND database = (SELECT oid FROM pg_database WHERE datname = current_database())
$$;

-- The last number drawn, and who may still commit a number up to it: null, null where the tenant
-- has no event after `after_number`. The order counts. A writer takes the lock before it draws, so
-- whoever has drawn a number up to `last` and has not ended is in the list that is made after it.
CREATE FUNCTION drawn_events(of_tenant text, after_number bigint, OUT last bigint, OUT writers text[]) LANGUAGE plpgsql AS $$
BEGIN
  -- In the order of the index, which EXISTS would not keep to.
  PERFORM FROM events WHERE tenant = of_tenant AND number > after_number ORDER BY number LIMIT 1;
  IF FOUND THEN
    last := (SELECT last_value FROM event_numbers);
    writers := event_writers();
  END IF;
END $$;
