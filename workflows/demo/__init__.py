"""The demonstration region: every person, plan and report of it is made by the services.

Its documents are the two seed documents with their years moved to the present; its dates stand
relative to the day on which it is loaded. People and their posts are invented.
"""
