"""Files from outside (`incoming`, read through `incoming.intake`) and for outside (`outgoing`)."""
