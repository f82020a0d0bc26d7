-- What the gate reads of an artifact that has no content and is about none, so that it needs no body:
-- `["<id>", "<kind>", "<path_or_uri>", <content_hash>, <flags>]`. Null where the gate reads the body:
-- in existing rows, in those that a process of the version before creates, and as soon as the body
-- changes. The writer computes it: an expression over the body would rewrite the whole table under
-- an exclusive lock, and could not read every body.
ALTER TABLE artifacts ADD COLUMN for_gate json;

-- Whichever function, of whichever version, changes a body. Otherwise a flag could outlive it. The run
-- is also in the body: a row that is moved to another run is no evidence of that one.
CREATE FUNCTION forget_for_gate() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  NEW.for_gate := NULL;
  RETURN NEW;
END $$;
CREATE TRIGGER forget_for_gate BEFORE UPDATE OF body, run_id ON artifacts FOR EACH ROW EXECUTE FUNCTION forget_for_gate();

-- `fields`: `{"tenant", "id", "run_id", "max_artifacts", "max_bytes", "bytes", "for_gate"}`. Returns
-- why the run does not take the artifact: `no run`, `count` or `bytes`; null where it was written.
CREATE OR REPLACE FUNCTION create_artifact(fields json, event json, new_body json) RETURNS text LANGUAGE plpgsql AS $$
DECLARE
  given record;
  held record;
BEGIN
  SELECT * INTO given FROM json_to_record(fields) AS given (
    tenant text, id text, run_id text, max_artifacts integer, max_bytes bigint, bytes integer, for_gate json
  );
  UPDATE runs SET artifacts = artifacts + 1, artifact_bytes = artifact_bytes + given.bytes
    WHERE tenant = given.tenant AND id = given.run_id
      AND artifacts < given.max_artifacts AND artifact_bytes + given.bytes <= given.max_bytes;
  IF NOT FOUND THEN
    SELECT artifacts, artifact_bytes INTO held FROM runs
      WHERE tenant = given.tenant AND id = given.run_id FOR NO KEY UPDATE;
    IF NOT FOUND THEN RETURN 'no run'; END IF;
    IF held.artifacts >= given.max_artifacts THEN RETURN 'count'; END IF;
    IF held.artifact_bytes + given.bytes > given.max_bytes THEN RETURN 'bytes'; END IF;
    -- Another transaction has made room in the meantime.
    UPDATE runs SET artifacts = artifacts + 1, artifact_bytes = artifact_bytes + given.bytes
      WHERE tenant = given.tenant AND id = given.run_id;
  END IF;
  INSERT INTO artifacts (tenant, id, run_id, body, bytes, for_gate)
    VALUES (given.tenant, given.id, given.run_id, new_body, given.bytes, given.for_gate);
  PERFORM record_event(given.tenant, given.run_id, event);
  RETURN NULL;
END $$;
