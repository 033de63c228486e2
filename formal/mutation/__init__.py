"""Mutation testing of the engines: defects that Yosys makes, judged by the checks, the proofs, and equivalence."""
