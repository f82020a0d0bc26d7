-- Lists by owner are merged from those by owner and status. A process of the version before sorts
-- the runs of the owner instead, which takes longer, until it is replaced.
DROP INDEX runs_by_owner;
