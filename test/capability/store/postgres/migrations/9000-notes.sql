-- Notes on runs, which are deleted with them.

CREATE TABLE notes (
  tenant text COLLATE "C" NOT NULL,
  id text COLLATE "C" NOT NULL,
  run_id text COLLATE "C" NOT NULL,
  body json NOT NULL,
  bytes integer NOT NULL,
  PRIMARY KEY (tenant, id),
  FOREIGN KEY (tenant, run_id) REFERENCES runs (tenant, id) ON DELETE CASCADE
);
CREATE INDEX notes_by_run ON notes (tenant, run_id, id);

-- `fields`: `{"tenant", "id", "run_id", "bytes"}`.
CREATE FUNCTION create_note(fields json, event json, new_body json) RETURNS void LANGUAGE plpgsql AS $$
DECLARE
  given record;
BEGIN
  SELECT * INTO given FROM json_to_record(fields) AS given (tenant text, id text, run_id text, bytes integer);
  INSERT INTO notes (tenant, id, run_id, body, bytes)
    VALUES (given.tenant, given.id, given.run_id, new_body, given.bytes);
  PERFORM record_event(given.tenant, given.run_id, event);
END $$;

-- `fields`: `{"tenant", "id", "run_id", "bytes"}`.
CREATE FUNCTION update_note(fields json, event json, new_body json) RETURNS void LANGUAGE plpgsql AS $$
DECLARE
  given record;
BEGIN
  SELECT * INTO given FROM json_to_record(fields)
    AS given (tenant text, id text, run_id text, bytes integer);
  UPDATE notes SET body = new_body, bytes = given.bytes
    WHERE tenant = given.tenant AND id = given.id;
  PERFORM record_event(given.tenant, given.run_id, event);
END $$;
