"""The movers LOAD and STORE: the runs of a record, their steps through a memory, the check before they begin."""
