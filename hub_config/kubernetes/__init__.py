"""Servers as pods of the users themselves: pure builders of objects, and the spawner that hands them to Kubernetes."""
