-- The order in which content is read: small before large, with aging. `due` is when it began to wait, plus 10 microseconds for each byte, up to
-- 32 MiB: an order that time does not change, so that an index holds it. A trigger sets it, so that a process of the version before, which
-- knows no such column, sets it too.
ALTER TABLE waiting_readings ADD COLUMN due timestamptz NOT NULL DEFAULT '-infinity';

-- An artifact with `\u0000` in it, of which PostgreSQL can take no part out, counts as small: it must be possible to queue it.
CREATE FUNCTION due_of(since timestamptz, artifact json) RETURNS timestamptz LANGUAGE plpgsql AS $$
BEGIN
  RETURN since + least(coalesce((artifact->'content'->>'size')::bigint, 0), 33554432) * interval '10 microseconds';
EXCEPTION WHEN OTHERS THEN
  RETURN since;
END $$;

CREATE FUNCTION set_due() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  NEW.due := due_of(NEW.since, (SELECT body FROM artifacts WHERE tenant = NEW.tenant AND id = NEW.artifact_id));
  RETURN NEW;
END $$;
CREATE TRIGGER set_due BEFORE INSERT ON waiting_readings FOR EACH ROW EXECUTE FUNCTION set_due();

UPDATE waiting_readings SET due = due_of(since, body)
  FROM artifacts WHERE artifacts.tenant = waiting_readings.tenant AND id = artifact_id;
CREATE INDEX waiting_readings_by_due ON waiting_readings (tenant, due);
DROP INDEX waiting_readings_by_time;
