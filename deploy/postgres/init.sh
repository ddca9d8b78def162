#!/bin/sh
# Runs once, when the cluster is made: the service's role owns its database and can do nothing else.
set -eu
psql --quiet --set ON_ERROR_STOP=1 --set role="$POSTGRES_DB" --username "$POSTGRES_USER" --dbname "$POSTGRES_DB" <<'SQL'
\set password `printf %s "$POSTGRES_PASSWORD"`
CREATE ROLE :"role" LOGIN NOSUPERUSER NOCREATEDB NOCREATEROLE NOREPLICATION PASSWORD :'password';
ALTER DATABASE :"role" OWNER TO :"role";
REVOKE CONNECT ON DATABASE :"role", postgres FROM PUBLIC;
-- Without a password the superuser can connect from inside the container alone.
ALTER ROLE CURRENT_USER PASSWORD NULL;
SQL
