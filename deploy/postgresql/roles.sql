-- The two roles and the database. As the superuser, once:
--   runuser -u postgres -- psql -v ON_ERROR_STOP=1 -f deploy/postgresql/roles.sql
-- It asks for both passwords. `manage.py prepare` gives the web role its rights (service/rights.py).
CREATE ROLE portal_owner LOGIN NOSUPERUSER NOCREATEDB NOCREATEROLE NOREPLICATION;
CREATE ROLE portal_web   LOGIN NOSUPERUSER NOCREATEDB NOCREATEROLE NOREPLICATION NOINHERIT;
\password portal_owner
\password portal_web

CREATE DATABASE portal OWNER portal_owner ENCODING 'UTF8' TEMPLATE template0;
REVOKE ALL ON DATABASE portal FROM PUBLIC;
GRANT CONNECT ON DATABASE portal TO portal_web;

-- No query of a page and no forgotten transaction holds anybody up. The owner's migrations wait for
-- a lock only so long, instead of stopping all readers behind them.
ALTER ROLE portal_web   IN DATABASE portal SET statement_timeout = '60s';
ALTER ROLE portal_web   IN DATABASE portal SET lock_timeout = '20s';
ALTER ROLE portal_web   IN DATABASE portal SET idle_in_transaction_session_timeout = '5min';
ALTER ROLE portal_owner IN DATABASE portal SET lock_timeout = '20s';
