"""How often one client may ask for pages of feedback, send messages and say 有用.

Many phones share one address of their network, so the limits are wide: they stop floods, not
neighbours.
"""

from publishing.request_limits import Limit

REQUESTS_PER_ADDRESS = Limit("feedback-address", requests=300, seconds=600)
MESSAGES_PER_ADDRESS = Limit("feedback-messages", requests=30, seconds=3600)
WRONG_REFERENCES_PER_ADDRESS = Limit("feedback-references", requests=60, seconds=3600)
VOTES_PER_ADDRESS = Limit("feedback-votes", requests=120, seconds=600)
SAME_VOTE = Limit("feedback-same-vote", requests=1, seconds=60)  # a double click counts once
