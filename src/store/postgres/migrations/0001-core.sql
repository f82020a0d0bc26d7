-- All that the core stores. `body` is a row as it is answered, its JSON text kept as written; beside it stands what is
-- looked up. The tenant leads every key: ids of two tenants may be the same and never meet. Ids are compared byte by byte;
-- those that Maestro makes begin with their time.

CREATE TABLE runs (
  tenant text COLLATE "C" NOT NULL,
  id text COLLATE "C" NOT NULL,
  owner text COLLATE "C" NOT NULL,
  status text COLLATE "C" NOT NULL,
  body json NOT NULL,
  bytes integer NOT NULL,
  artifacts integer NOT NULL DEFAULT 0,
  artifact_bytes bigint NOT NULL DEFAULT 0,
  PRIMARY KEY (tenant, id)
);
CREATE INDEX runs_by_owner ON runs (tenant, owner, id);
CREATE INDEX runs_by_status ON runs (tenant, status, id);
CREATE INDEX runs_by_owner_and_status ON runs (tenant, owner, status, id);

CREATE TABLE artifacts (
  tenant text COLLATE "C" NOT NULL,
  id text COLLATE "C" NOT NULL,
  run_id text COLLATE "C" NOT NULL,
  body json NOT NULL,
  bytes integer NOT NULL,
  PRIMARY KEY (tenant, id),
  FOREIGN KEY (tenant, run_id) REFERENCES runs (tenant, id)
);
CREATE INDEX artifacts_by_run ON artifacts (tenant, run_id, id);

CREATE TABLE disclosure_packs (
  tenant text COLLATE "C" NOT NULL,
  id text COLLATE "C" NOT NULL,
  run_id text COLLATE "C" NOT NULL,
  body json NOT NULL,
  bytes integer NOT NULL,
  PRIMARY KEY (tenant, id),
  FOREIGN KEY (tenant, run_id) REFERENCES runs (tenant, id)
);
CREATE INDEX disclosure_packs_by_run ON disclosure_packs (tenant, run_id, id);

CREATE SEQUENCE event_numbers;

CREATE TABLE events (
  tenant text COLLATE "C" NOT NULL,
  number bigint NOT NULL,
  run_id text COLLATE "C" NOT NULL,
  body json NOT NULL,
  PRIMARY KEY (tenant, number)
);

-- A writer draws the number of its event last, and holds a shared lock from then until it has committed. Whoever holds the
-- lock alone for an instant knows that every number drawn so far has been committed or given up.
CREATE FUNCTION record_event(of_tenant text, of_run text, event json) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
  PERFORM pg_advisory_xact_lock_shared(1296127060);
  INSERT INTO events (tenant, number, run_id, body) VALUES (of_tenant, nextval('event_numbers'), of_run, event);
END $$;

CREATE FUNCTION last_settled_event() RETURNS bigint LANGUAGE plpgsql AS $$
BEGIN
  PERFORM pg_advisory_xact_lock(1296127060);
  RETURN (SELECT CASE WHEN is_called THEN last_value ELSE 0 END FROM event_numbers);
END $$;

-- Each of the following is one write with its event: a call of its own is a transaction of its own.

CREATE FUNCTION create_run(
  of_tenant text, new_id text, new_owner text, new_status text, new_body json, new_bytes integer, event json
) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
  INSERT INTO runs (tenant, id, owner, status, body, bytes)
    VALUES (of_tenant, new_id, new_owner, new_status, new_body, new_bytes);
  PERFORM record_event(of_tenant, new_id, event);
END $$;

CREATE FUNCTION update_run(
  of_tenant text, run text, new_owner text, new_status text, new_body json, new_bytes integer, event json
) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
  UPDATE runs SET owner = new_owner, status = new_status, body = new_body, bytes = new_bytes
    WHERE tenant = of_tenant AND id = run;
  PERFORM record_event(of_tenant, run, event);
END $$;

-- Returns what keeps the artifact out: `no run`, `count` or `bytes`; null where it was written.
CREATE FUNCTION create_artifact(
  of_tenant text, new_id text, of_run text, new_body json, new_bytes integer, event json,
  most_artifacts integer, most_bytes bigint
) RETURNS text LANGUAGE plpgsql AS $$
DECLARE
  held runs%ROWTYPE;
BEGIN
  SELECT * INTO held FROM runs WHERE tenant = of_tenant AND id = of_run FOR NO KEY UPDATE;
  IF NOT FOUND THEN RETURN 'no run'; END IF;
  IF held.artifacts >= most_artifacts THEN RETURN 'count'; END IF;
  IF held.artifact_bytes + new_bytes > most_bytes THEN RETURN 'bytes'; END IF;
  INSERT INTO artifacts (tenant, id, run_id, body, bytes) VALUES (of_tenant, new_id, of_run, new_body, new_bytes);
  UPDATE runs SET artifacts = held.artifacts + 1, artifact_bytes = held.artifact_bytes + new_bytes
    WHERE tenant = of_tenant AND id = of_run;
  PERFORM record_event(of_tenant, of_run, event);
  RETURN NULL;
END $$;

CREATE FUNCTION create_disclosure_pack(
  of_tenant text, new_id text, of_run text, new_body json, new_bytes integer, event json
) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
  INSERT INTO disclosure_packs (tenant, id, run_id, body, bytes) VALUES (of_tenant, new_id, of_run, new_body, new_bytes);
  PERFORM record_event(of_tenant, of_run, event);
END $$;
