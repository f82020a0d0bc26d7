-- Which files hold the events that were cut off the log. Numbers ascend with the log of a tenant.
CREATE TABLE event_archives (
  tenant text COLLATE "C" NOT NULL,
  last_number bigint NOT NULL,
  sha256 text COLLATE "C" NOT NULL,
  events integer NOT NULL,
  first_at text NOT NULL,
  last_at text NOT NULL,
  PRIMARY KEY (tenant, last_number)
);
CREATE INDEX event_archives_by_content ON event_archives (tenant, sha256);

-- Returns whether the events were cut off. Of two that cut off the same, the second waits for the
-- rows that the first one deletes, and finds fewer.
CREATE FUNCTION cut_events(arg json) RETURNS boolean LANGUAGE plpgsql AS $$
DECLARE
  given record;
  found_events integer;
BEGIN
  SELECT * INTO given FROM json_to_record(arg) AS given(
    tenant text, archivist text, last_number bigint, sha256 text, events integer, first_at text, last_at text
  );
  PERFORM FROM event_cursors
    WHERE tenant = given.tenant AND name <> given.archivist AND position < given.last_number LIMIT 1;
  IF FOUND THEN RETURN false; END IF;
  PERFORM FROM events WHERE tenant = given.tenant AND number > given.last_number ORDER BY number LIMIT 1;
  IF NOT FOUND THEN RETURN false; END IF;
  SELECT count(*) INTO found_events FROM (
    SELECT FROM events WHERE tenant = given.tenant AND number <= given.last_number ORDER BY number FOR UPDATE
  ) AS locked;
  IF found_events <> given.events THEN RETURN false; END IF;
  DELETE FROM events WHERE tenant = given.tenant AND number <= given.last_number;
  INSERT INTO event_archives (tenant, last_number, sha256, events, first_at, last_at)
    VALUES (given.tenant, given.last_number, given.sha256, given.events, given.first_at, given.last_at);
  RETURN true;
END $$;
