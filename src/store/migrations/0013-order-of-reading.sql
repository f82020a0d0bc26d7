-- The order in which content is read: small before large, with aging. `due` is when it began to wait, plus 10 microseconds for each byte, up to
-- 32 MiB: an order that time does not change, so that an index holds it. A trigger sets it, so that a process of the version before, which
-- knows no such column, sets it too.
ALTER TABLE waiting_readings ADD COLUMN due timestamptz NOT NULL DEFAULT '-infinity';

CREATE FUNCTION set_due() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
  size bigint;
BEGIN
  SELECT (body->'content'->>'size')::bigint INTO size FROM artifacts WHERE tenant = NEW.tenant AND id = NEW.artifact_id;
  NEW.due := NEW.since + least(coalesce(size, 0), 33554432) * interval '10 microseconds';
  RETURN NEW;
END $$;
CREATE TRIGGER set_due BEFORE INSERT ON waiting_readings FOR EACH ROW EXECUTE FUNCTION set_due();

UPDATE waiting_readings SET due = since + least(coalesce((body->'content'->>'size')::bigint, 0), 33554432) * interval '10 microseconds'
  FROM artifacts WHERE artifacts.tenant = waiting_readings.tenant AND id = artifact_id;
CREATE INDEX waiting_readings_by_due ON waiting_readings (tenant, due);
DROP INDEX waiting_readings_by_time;
