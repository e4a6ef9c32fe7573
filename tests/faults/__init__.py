"""Fault tests: what breaks, what readers notice of it, and whether anything is lost. `make faults`.

A whole installation of one machine (PostgreSQL, gunicorn, worker, nginx) is under steady load while
one thing after the other is broken. Not part of `make test`: it takes minutes, on purpose.
"""
