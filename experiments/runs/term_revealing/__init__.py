"""Term revealing: what it loses, what compensation and the size of a group change, what it saves."""
