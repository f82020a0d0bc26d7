-- Which place holds the content that this database names: its marker holds the same id. Null until a process has made one; `marked` once
-- the marker was written.
CREATE TABLE content_place (
  only_one boolean PRIMARY KEY DEFAULT true CHECK (only_one),
  id text COLLATE "C",
  marked boolean NOT NULL DEFAULT false
);
INSERT INTO content_place DEFAULT VALUES;

-- Rows that are written to see whether the database takes writes. Several, so that processes do not wait for each other.
CREATE TABLE write_probes (
  number integer PRIMARY KEY,
  written_at timestamptz NOT NULL DEFAULT clock_timestamp()
);
INSERT INTO write_probes (number) SELECT * FROM generate_series(1, 32);

-- Finds the readings of content that was not there, so that it is read again once it is. Compared as text: operators of json fail on \u0000.
CREATE INDEX readings_lost ON readings (tenant, artifact_id) WHERE
  findings::text LIKE '{"findings":[{"code":"content\_lost",%'
  OR body::text LIKE '%"links":[{"link":"signature","held":false,"code":"content\_lost",%';

-- What was given up after five attempts is verified once more, as its content may not have been there.
UPDATE readings SET trust = '', verified_since = '-infinity', verify_attempts = 0, verify_leased_until = '-infinity'
  WHERE trust IS NOT NULL
    AND body::text LIKE '%"code":"verifier\_failed","detail":"It was begun 5 times and never came to an end"%';
