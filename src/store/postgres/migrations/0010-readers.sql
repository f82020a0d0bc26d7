-- Which readers read a content, so that what older ones read is found and read again. Existing readings are older than every reader that
-- looks at the column: 0 finds them all, and adding it rewrites no row.
ALTER TABLE readings
  ADD COLUMN reader integer NOT NULL DEFAULT 0,
  ADD COLUMN verified_since timestamptz;
-- 0011 replaces it, in a transaction of its own, so that readings can be read meanwhile.
DROP INDEX readings_by_trust;

-- Returns `bytes` where the run has no room for more of them; null where it was written. The caller holds the lock of the run.
-- `new_reading` and `new_findings` are what is kept beside the row from now on, nothing where they are null; `keeps` says
-- that what is kept stays. `new_trust` is what it was verified with, null where nothing was. The reader is taken from the row, so that
-- a process of the version before, which calls this during a rolling upgrade, says the right one, too. Such a process compares no readers,
-- but it takes no reading whose `trust_since` is later than its own: infinity keeps it from replacing what maestro/3 and later have read.
CREATE OR REPLACE FUNCTION update_artifact(
  of_tenant text, artifact text, of_run text, new_body json, new_bytes integer, new_sha256 text, event json,
  most_bytes bigint, waits boolean, keeps boolean, new_reading json, new_reading_bytes integer, new_findings json,
  new_trust text, new_trust_since timestamptz
) RETURNS text LANGUAGE plpgsql AS $$
DECLARE
  old_bytes integer;
  old_reading_bytes integer;
  growth integer;
  new_reader integer;
BEGIN
  SELECT bytes INTO old_bytes FROM artifacts WHERE tenant = of_tenant AND id = artifact;
  SELECT bytes INTO old_reading_bytes FROM readings WHERE tenant = of_tenant AND artifact_id = artifact;
  growth := new_bytes - old_bytes;
  IF NOT keeps THEN growth := growth + coalesce(new_reading_bytes, 0) - coalesce(old_reading_bytes, 0); END IF;
  UPDATE runs SET artifact_bytes = artifact_bytes + growth
    WHERE tenant = of_tenant AND id = of_run AND artifact_bytes + growth <= most_bytes;
  IF NOT FOUND THEN RETURN 'bytes'; END IF;
  UPDATE artifacts SET body = new_body, bytes = new_bytes, content_sha256 = new_sha256
    WHERE tenant = of_tenant AND id = artifact;
  IF NOT keeps THEN
    DELETE FROM readings WHERE tenant = of_tenant AND artifact_id = artifact;
    IF new_reading IS NOT NULL THEN
      new_reader := coalesce(substring(new_body->'evidence'->>'reader' FROM '^maestro/([1-9][0-9]{0,8})$')::integer, 0);
      INSERT INTO readings (
        tenant, artifact_id, run_id, body, bytes, findings, trust, trust_since, verified_since, reader
      ) VALUES (
        of_tenant, artifact, of_run, new_reading, new_reading_bytes, new_findings, new_trust,
        CASE WHEN new_reader >= 3 AND new_trust IS NOT NULL THEN 'infinity' ELSE new_trust_since END,
        new_trust_since, new_reader
      );
    END IF;
  END IF;
  IF waits THEN
    INSERT INTO waiting_readings (tenant, artifact_id) VALUES (of_tenant, artifact) ON CONFLICT DO NOTHING;
  ELSE
    DELETE FROM waiting_readings WHERE tenant = of_tenant AND artifact_id = artifact;
  END IF;
  PERFORM record_event(of_tenant, of_run, event);
  RETURN NULL;
END $$;
