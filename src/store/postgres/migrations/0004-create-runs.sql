-- Writes several runs, each with its event: `[{"id": …, "owner": …, "status": …, "bytes": …, "body": {…}, "event": {…}}, …]`.
-- Those that come at the same time share one transaction and its wait for the disk.
CREATE FUNCTION create_runs(of_tenant text, new_runs json) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
  INSERT INTO runs (tenant, id, owner, status, body, bytes)
    SELECT of_tenant, id, owner, status, body, bytes
    FROM json_to_recordset(new_runs) AS new (id text, owner text, status text, body json, bytes integer);
  PERFORM pg_advisory_xact_lock_shared(1296127060);
  INSERT INTO events (tenant, number, run_id, body)
    SELECT of_tenant, nextval('event_numbers'), id, event
    FROM json_to_recordset(new_runs) AS new (id text, event json);
END $$;
