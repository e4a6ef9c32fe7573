"""A minimal Wagtail site whose content pages hold what the measures of the portal hold.

Runs with bench/peers as working directory, in an environment of its own.
"""
