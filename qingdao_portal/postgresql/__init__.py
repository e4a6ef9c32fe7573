"""Django's PostgreSQL backend, which also starts the embedded server when it is needed."""
