from django.db import OperationalError
from django.db.backends.postgresql import base, client, features

from qingdao_portal.embedded_postgres import EmbeddedPostgresError, binary, cluster


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


class DatabaseWrapper(base.DatabaseWrapper):
    features_class = DatabaseFeatures
    client_class = DatabaseClient

    def get_connection_params(self):
        params = super().get_connection_params()
        embedded = embedded_cluster(self.settings_dict)
        if embedded:
            try:
                params["host"] = embedded.ensure_running()
            except EmbeddedPostgresError as error:
                raise OperationalError(str(error)) from error
        return params
