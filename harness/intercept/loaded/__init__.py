"""What Node and Python load before a program that is to be intercepted.

The folder is on a child's PYTHONPATH: its modules import nothing of ours, since the child may be
any Python with any packages.
"""
