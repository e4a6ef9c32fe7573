from django.db import OperationalError
from django.db.backends.postgresql import base, client, features, schema
from django.db.utils import DatabaseErrorWrapper
from django.utils.functional import cached_property
from psycopg2.errors import ReadOnlySqlTransaction

from qingdao_portal.embedded_postgres import EmbeddedPostgresError, binary, cluster
from qingdao_portal.migrating import LOCK_TIMEOUT

NO_OPTIONS = (
    "A pooler takes no options in DATABASE_URL: set them for the role, by ALTER ROLE … SET."
)


def embedded_cluster(settings_dict):
    """The embedded server of a DATABASES entry, or None for an ordinary PostgreSQL."""
    embedded = settings_dict.get("EMBEDDED")
    return cluster(**embedded) if embedded else None


class DatabaseFeatures(features.DatabaseFeatures):
    minimum_database_version = (15,)


class DatabaseClient(client.DatabaseClient):
    """`manage.py dbshell`, with the embedded server's own psql."""

    @classmethod
    def settings_to_cmd_args_env(cls, settings_dict, parameters):
        embedded = embedded_cluster(settings_dict)
        if not embedded:
            return super().settings_to_cmd_args_env(settings_dict, parameters)
        here = settings_dict | {"HOST": embedded.ensure_running()}
        arguments, environment = super().settings_to_cmd_args_env(here, parameters)
        return [str(binary("psql")), *arguments[1:]], environment


class DatabaseSchemaEditor(schema.DatabaseSchemaEditor):
    """Alters tables only as long as nobody has to wait for it, see `qingdao_portal.migrating`.

    Outside a transaction indexes are built that lock out nobody, so those may take their time.
    """

    def __enter__(self):
        super().__enter__()
        if self.atomic_migration and not self.collect_sql:
            self.execute(f"SET LOCAL lock_timeout = '{LOCK_TIMEOUT}'")
        return self


class DatabaseErrors(DatabaseErrorWrapper):
    """Django's errors for those of psycopg2.

    A server that takes no writes is told like one that is away: during a failover it is a standby
    that is not promoted yet, and whoever has patience with the database is to have it with that.
    """

    def __exit__(self, exc_type, exc_value, traceback):
        if exc_type is not None and issubclass(exc_type, ReadOnlySqlTransaction):
            self.wrapper.errors_occurred = True
            raise OperationalError(*exc_value.args).with_traceback(traceback) from exc_value
        super().__exit__(exc_type, exc_value, traceback)


class DatabaseWrapper(base.DatabaseWrapper):
    SchemaEditorClass = DatabaseSchemaEditor
    features_class = DatabaseFeatures
    client_class = DatabaseClient

    @cached_property
    def wrap_database_errors(self):
        return DatabaseErrors(self)

    def get_connection_params(self):
        params = super().get_connection_params()
        embedded = embedded_cluster(self.settings_dict)
        if embedded:
            try:
                params["host"] = embedded.ensure_running()
            except EmbeddedPostgresError as error:
                raise OperationalError(str(error)) from error
        return params

    def get_new_connection(self, conn_params):
        try:
            return super().get_new_connection(conn_params)
        except base.Database.OperationalError as error:
            if "unsupported startup parameter" in str(error):
                raise OperationalError(f"{str(error).strip()}. {NO_OPTIONS}") from error
            raise

    def chunked_cursor(self):
        """Keep a cursor in the server for the length of a transaction only.

        One that outlives its transaction is gone behind a pooler, where the next statement goes to
        another session. What is read outside a transaction therefore comes all at once.
        """
        return self.cursor() if self.get_autocommit() else super().chunked_cursor()

    def is_pooled(self):
        """Whether a pooler stands between: it says another session than the server does."""
        with self.cursor() as cursor:
            cursor.execute("SELECT pg_backend_pid()")
            (session,) = cursor.fetchone()
        return session != self.connection.get_backend_pid()
