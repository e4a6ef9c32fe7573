"""What keeps the portal in service: backups, the mirror, rights in the database, numbers."""
