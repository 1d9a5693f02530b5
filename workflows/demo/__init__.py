"""The demonstration region: the services make every person, plan and report in it.

Its documents are the two seed documents with their years moved to the present; its dates depend
on the day on which it is loaded. People and their posts are invented.
"""
