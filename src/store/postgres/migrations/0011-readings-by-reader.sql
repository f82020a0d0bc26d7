-- Finds what older readers have read, and what the readers of a version have verified with another trust, those first that nobody has leased.
CREATE INDEX readings_by_reader ON readings (tenant, reader, trust, verify_leased_until, artifact_id);
