"""The list of proofs."""

from .arithmetic.addends import addend_proofs
from .arithmetic.dot_products import dot_product_proofs
from .arithmetic.encoders import encoder_proofs
from .arithmetic.packed_products import packed_product_proofs
from .arithmetic.post import post_proofs
from .arithmetic.stand_in import stand_in_proofs
from .arithmetic.sum_forms import sum_form_proofs
from .proof import Proof

__all__ = ["find", "proofs"]


def proofs() -> list[Proof]:
    """Every proof, in the order of the report."""
    return (
        encoder_proofs()
        + addend_proofs()
        + sum_form_proofs()
        + packed_product_proofs()
        + dot_product_proofs()
        + post_proofs()
        + stand_in_proofs()
    )


def find(name: str) -> Proof:
    """The proof of that name; ``ValueError`` where there is none."""
    found = {proof.name: proof for proof in proofs()}
    if name not in found:
        raise ValueError(f"proof is {name!r}, allowed are {', '.join(found)}")
    return found[name]
