"""Networks that run on Lowtide's arrays, from data to a report."""
