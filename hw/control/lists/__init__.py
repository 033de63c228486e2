"""Lists of records: read ahead, taken apart, held before the engines, ordered by tokens, stopped by the first error."""
