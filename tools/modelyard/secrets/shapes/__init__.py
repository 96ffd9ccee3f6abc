"""The shapes of credentials, as their vendors document them: one table for each family of vendors."""

from __future__ import annotations

from modelyard.secrets.shapes.shape import Shape

__all__ = ["Shape", "all_shapes"]


def all_shapes() -> tuple[Shape, ...]:
    """Every shape that tells by itself that a text is a credential."""
    from modelyard.secrets.shapes import (
        ai,
        chat,
        cloud,
        data,
        forges,
        infra,
        mail,
        monitoring,
        packages,
        payments,
        saas,
    )

    families = (cloud, forges, packages, chat, payments, mail, ai, data, monitoring, infra, saas)
    return tuple(shape for family in families for shape in family.SHAPES)
