"""Proofs by SAT: what one is, which there are, and their report."""
