"""Outside checks: somebody without an account reads a draft and says whether it is right."""
