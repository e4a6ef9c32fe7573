"""`make bench`: what the portal costs, measured on a running one and printed as ratios.

Nothing here asserts: speed differs from machine to machine, and tests that time things fail by
chance. `docs/performance.md` says what was seen where.
"""
