"""A stand-in for IHEP's single sign-on: same addresses, same shapes, users of its own. For tests and one's own machine.

``python -m tests.sso`` reads one line of JSON from standard input (`Options`), prints ``LISTENING {"url": ...}`` when
it answers, and ends with SIGTERM or when standard input closes. Each further line is the name of a user whose account
is disabled from then on.
"""
